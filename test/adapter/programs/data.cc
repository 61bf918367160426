// Values of many shapes to look at and to change.
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

struct Point {
    int x;
    int y;
};

class Base {
public:
    int base_value = 11;
protected:
    int hidden = 12;
};

class Shape : public Base {
public:
    Point corner{3, 4};
    const char *label = "shape \"one\"";
private:
    double weight = 2.5;
public:
    double get() const { return weight; }
};

static int global_value = 42;

static int twice(int value)
{
    return 2 * value; // BP:twice
}

static int deep(int n)
{
    int here = n * 10;
    if (n == 0)
        return here; // BP:deep-end
    return deep(n - 1) + here;
}

int main()
{
    int number = 7;
    unsigned char byte = 200;
    bool flag = true;
    double real = 1.5;
    char text[] = "h\xc3\xa9llo";
    Point point{1, 2};
    Point *pointer = &point;
    int matrix[2][3] = {{1, 2, 3}, {4, 5, 6}};
    int big[500];
    for (int i = 0; i < 500; i++)
        big[i] = i;
    Shape shape;
    std::vector<int> numbers{10, 20, 30};
    std::map<std::string, int> ages{{"ann", 30}, {"bob", 40}};
    std::string name = "string value";
    std::unique_ptr<Point> owned(new Point{8, 9});
    {
        int number = 99;
        number += 1; // BP:shadow
        global_value += number;
    }
    number = twice(number) + (flag ? byte : 0); // BP:look
    printf("%d %d %f %s %zu %zu %f %d\n", number, pointer->x, real, text, numbers.size(), ages.size(), shape.get(),
           matrix[1][2] + big[499] + owned->x); // BP:print
    printf("%d\n", deep(250));
    return global_value == 0;
}
