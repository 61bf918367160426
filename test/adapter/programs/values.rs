// Values that only rustc's pretty-printers show as what they are.
use std::collections::HashMap;

fn add(a: i32, b: i32) -> i32 {
    a + b // BP:add
}

fn main() {
    let numbers = vec![1, 2, 3];
    let name = String::from("ferris");
    let maybe: Option<i32> = Some(5);
    let mut ages = HashMap::new();
    ages.insert("ann", 30);
    let sum = add(numbers[0], numbers[1]);
    println!("{} {} {:?} {}", sum, name, maybe, ages.len()); // BP:look
}
