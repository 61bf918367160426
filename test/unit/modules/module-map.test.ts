import { expect, test } from 'vitest';
import type { Address } from '../../../src/address';
import type { Module } from '../../../src/modules/module';
import { ModuleMap } from '../../../src/modules/module-map';

const module = (start: number, end: number, mapped = true): Module => ({
  path: `/lib/${start}`,
  start: start as Address,
  end: end as Address,
  bias: start as Address,
  mapped,
});

/** Which module (its row) owns each of the addresses; `.` where none does. */
function owners(modules: Module[], addresses: number[]): string {
  const map = new ModuleMap(modules);
  return addresses.map((address) => map.at(address as Address) ?? '.').join(' ');
}

test('a module owns its start and not its end', () => {
  expect(owners([module(100, 200), module(300, 400)], [99, 100, 199, 200, 299, 300, 399, 400])).toBe(
    '. 0 0 . . 1 1 .',
  );
});

test('no modules own nothing', () => {
  expect(owners([], [0, 1])).toBe('. .');
});

test('a mapped module wins over what was unmapped, which keeps what sticks out', () => {
  const unmapped = module(100, 200, false);
  expect(owners([unmapped, module(140, 160)], [100, 139, 140, 159, 160, 199])).toBe('0 0 1 1 0 0');
  expect(owners([module(140, 160), unmapped], [100, 139, 140, 159, 160, 199])).toBe('1 1 0 0 1 1');
});

test('of two unmapped modules the later one wins', () => {
  expect(owners([module(100, 200, false), module(150, 250, false)], [100, 149, 150, 249])).toBe('0 0 1 1');
});

test('one module can be covered by many', () => {
  const many = Array.from({ length: 50 }, (_, i) => module(100 + i * 10, 105 + i * 10));
  const map = new ModuleMap([...many, module(0, 1000, false)]);
  for (let address = 0; address < 1000; address++) {
    const inside = address >= 100 && address < 600 && address % 10 < 5;
    expect(map.at(address as Address)).toBe(inside ? (address - 100 - (address % 10)) / 10 : 50);
  }
});

test('two thousand modules are no burden', () => {
  const modules = Array.from({ length: 2000 }, (_, i) =>
    module(i * 0x10000, i * 0x10000 + 0x8000, i % 3 > 0),
  );
  const map = new ModuleMap(modules);
  for (let i = 0; i < 2000; i++) {
    expect(map.at((i * 0x10000 + 7) as Address)).toBe(i);
    expect(map.at((i * 0x10000 + 0x8000) as Address)).toBeUndefined();
  }
});
