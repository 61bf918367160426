import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { GdbSymboliser, type GdbSymboliserOptions } from '../../../adapter/symbols/gdb-symboliser';
import type { Address } from '../../../src/address';
import type { Module } from '../../../src/modules/module';
import type { Location } from '../../../src/symbols/symbol-table';
import { compile, lineOf, placed, scratchDirectory, symbolsOf } from '../compiled';

const directory = scratchDirectory();
const at = (value: number): Address => value as Address;
const BASE = 0x5555_5555_4000;

const SOURCE = `#include <stdio.h>
static inline __attribute__((always_inline)) int twice(int x) {
  return x * getchar(); // INNER
}
static inline __attribute__((always_inline)) int four(int x) {
  return twice(x) + 1; // MIDDLE
}
int outer(int x) { // OUTER
  return four(x) + 2; // CALL
}
int main(void) { // MAIN
  puts("hello");
  return outer(3);
}
`;
const pie = compile(directory, 'pie.c', SOURCE, 'pie', ['-g', '-O1', '-fno-inline-functions']);
const symbols = symbolsOf(pie);

const open: GdbSymboliser[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((symboliser) => symboliser.dispose()));
});

function symboliser(modules: Module[], options: GdbSymboliserOptions = {}): GdbSymboliser {
  const made = new GdbSymboliser(options);
  made.setModules(modules);
  open.push(made);
  return made;
}

async function lookUp(made: GdbSymboliser, address: number): Promise<Location | null | undefined> {
  await made.resolve([at(address)]);
  return made.lookup(at(address));
}

/** `function file:line` of each frame, innermost first. */
function text(location: Location | null | undefined): string | null | undefined {
  return location?.frames
    .map(({ name, file, line }) => `${name} ${file?.replace(`${directory}/`, '')}:${line}`)
    .join(' < ');
}

/** Addresses of all instructions of a function, from objdump. */
function instructions(path: string, name: string): number[] {
  const lines = execFileSync('objdump', ['-d', `--disassemble=${name}`, path], { encoding: 'utf8' }).split(
    '\n',
  );
  return lines.flatMap((line) => {
    const match = /^ +([0-9a-f]+):\t/.exec(line);
    return match ? [Number.parseInt(match[1]!, 16)] : [];
  });
}

describe('a position-independent program with debug information', () => {
  test('gives function, file, line and start of a function', async () => {
    const start = BASE + symbols.get('main')!;
    const made = symboliser([placed(pie, BASE)]);
    expect(made.lookup(at(start))).toBeUndefined();
    const location = await lookUp(made, start);
    expect(text(location)).toBe(`main pie.c:${lineOf(SOURCE, 'MAIN')}`);
    expect(location).toMatchObject({ functionStart: start, isStatement: true, module: 'pie' });
    expect(location!.frames[0]!.file).toBe(join(directory, 'pie.c'));
  });

  test('gives the inline stack with the lines of the calls', async () => {
    const made = symboliser([placed(pie, BASE)]);
    const all = instructions(pie, 'outer').map((address) => at(BASE + address));
    await made.resolve(all);
    const inlined = all.map((address) => made.lookup(address)!).filter(({ frames }) => frames.length === 3);
    expect(inlined.length).toBeGreaterThan(0);
    for (const location of inlined) {
      expect(text(location)).toBe(
        `twice pie.c:${lineOf(SOURCE, 'INNER')} < four pie.c:${lineOf(SOURCE, 'MIDDLE')}` +
          ` < outer pie.c:${lineOf(SOURCE, 'CALL')}`,
      );
      expect(location.functionStart).toBe(BASE + symbols.get('outer')!);
    }
  });

  test("says of exactly the line table's statements that they are some", async () => {
    const made = symboliser([placed(pie, BASE)]);
    const all = instructions(pie, 'outer').concat(instructions(pie, 'main'));
    await made.resolve(all.map((address) => at(BASE + address)));
    const marked = all.filter((address) => made.lookup(at(BASE + address))!.isStatement);
    const table = execFileSync('objdump', ['--dwarf=decodedline', pie], { encoding: 'utf8' });
    const statements = new Set<number>();
    for (const row of table.split('\n')) {
      const match = /^pie\.c +\d+ +(?:0x)?([0-9a-f]+)(?: +\d+)?( +x)?/.exec(row);
      if (match?.[2]) statements.add(Number.parseInt(match[1]!, 16));
    }
    expect(marked).toEqual(all.filter((address) => statements.has(address)));
    expect(marked.length).toBeGreaterThan(3);
    expect(marked.length).toBeLessThan(all.length);
  });

  test('names what is in the PLT', async () => {
    const plt = execFileSync('objdump', ['-d', pie], { encoding: 'utf8' });
    const address = Number.parseInt(/^([0-9a-f]+) <puts@plt>:/m.exec(plt)![1]!, 16);
    const location = await lookUp(symboliser([placed(pie, BASE)]), BASE + address);
    expect(location).toMatchObject({ frames: [{ name: 'puts@plt' }], functionStart: BASE + address });
  });

  test('answers the same wherever it is mapped', async () => {
    const made = symboliser([placed(pie, BASE)]);
    await made.resolve([at(BASE + symbols.get('outer')!)]);
    made.setModules([placed(pie, 0x7000_0000)]);
    expect(made.lookup(at(BASE + symbols.get('outer')!))).toBeNull();
    const start = 0x7000_0000 + symbols.get('outer')!;
    expect(await lookUp(made, start)).toMatchObject({ functionStart: start, frames: [{ name: 'outer' }] });
  });
});

test('a program at fixed addresses is found by its bias', async () => {
  const path = compile(directory, 'fixed.c', SOURCE, 'fixed', ['-g', '-O0', '-no-pie']);
  const start = symbolsOf(path).get('outer')!;
  const location = await lookUp(symboliser([placed(path, 0x400000, 0x400000)]), start);
  expect(text(location)).toBe(`outer fixed.c:${lineOf(SOURCE, 'OUTER')}`);
  expect(location!.functionStart).toBe(start);
});

test('the part of a function split off as unlikely belongs to the function', async () => {
  const source = `extern __attribute__((cold)) void fail(int);
static inline __attribute__((always_inline)) void check(int x) { if (x > 3) { fail(x); fail(x + 1); } }
int split(int x) { check(x); return x * 2; }
void fail(int x) { __asm__ volatile("" : : "r"(x)); }
int main(int argc, char **argv) { return split(argc); }
`;
  const path = compile(directory, 'cold.c', source, 'cold', ['-g', '-O2', '-fno-ipa-pure-const']);
  const cold = instructions(path, 'split.cold').map((address) => at(BASE + address));
  expect(cold.length).toBeGreaterThan(0);
  const made = symboliser([placed(path, BASE)]);
  await made.resolve(cold);
  for (const address of cold) {
    const location = made.lookup(address)!;
    expect(location.frames.at(-1)!.name).toBe('split');
    expect(location.functionStart).toBe(BASE + symbolsOf(path).get('split')!);
  }
  expect(cold.some((address) => made.lookup(address)!.frames.length === 2)).toBe(true);
});

test('debug information may be in a file of its own', async () => {
  const path = compile(directory, 'split.c', SOURCE, 'split', ['-g', '-O0']);
  const start = symbolsOf(path).get('outer')!;
  execFileSync('objcopy', ['--only-keep-debug', path, `${path}.debug`]);
  execFileSync('objcopy', ['--strip-all', `--add-gnu-debuglink=${path}.debug`, path]);
  const location = await lookUp(symboliser([placed(path, BASE)]), BASE + start);
  expect(text(location)).toBe(`outer split.c:${lineOf(SOURCE, 'OUTER')}`);
});

test('a stripped program knows nothing of its own functions', async () => {
  const path = join(directory, 'stripped');
  execFileSync('strip', ['-o', path, pie]);
  expect(await lookUp(symboliser([placed(path, BASE)]), BASE + symbols.get('outer')!)).toBeNull();
});

test('C++ names are those of stack frames: demangled, without parameters', async () => {
  const source = `struct S { int operator()(int x) const; template <class T> T get(T t) const; };
int S::operator()(int x) const { return x; }
template <class T> T S::get(T t) const { return t; }
namespace { int hidden(void (*f)(int)) { f(1); return 0; } }
int main() { auto l = [](int) {}; hidden(l); return S()(1) + S().get<long>(2); }
`;
  const path = compile(directory, 'names.cpp', source, 'names', ['-g', '-O0']);
  const made = symboliser([placed(path, BASE)]);
  const found = new Map<string, Location>();
  for (const [name, address] of symbolsOf(path)) {
    const location = await lookUp(made, BASE + address);
    if (location) found.set(name, location);
  }
  const names = [...found.values()].map(({ frames }) => frames[0]!.name);
  expect(names).toContain('S::operator()');
  expect(names).toContain('S::get<long>');
  expect(names).toContain('(anonymous namespace)::hidden');
  // A lambda is not called by the function it is written in, and has a place of its own.
  const lambda = [...found].find(([name]) => name.includes('clEi'))![1];
  expect(lambda.frames).toHaveLength(1);
});

test('the source map is applied as GDB does it', async () => {
  const made = symboliser([placed(pie, BASE)], { sourceFileMap: { [directory]: '/some where/else' } });
  const location = await lookUp(made, BASE + symbols.get('main')!);
  expect(location!.frames[0]!.file).toBe('/some where/else/pie.c');
});

describe('what cannot be known', () => {
  test('generated code and kernel addresses are null without a question to GDB', async () => {
    const made = symboliser([placed(pie, BASE)]);
    await made.resolve([at(0x1000), at(-4096)]);
    expect([made.lookup(at(0x1000)), made.lookup(at(-4096))]).toEqual([null, null]);
    expect(made.gdbPid).toBeUndefined();
  });

  test('a file that is gone, rebuilt or no program is null, and says why', async () => {
    const text = join(directory, 'text');
    writeFileSync(text, 'no program');
    const made = symboliser([
      placed('/nowhere/gone', 0x1000_0000),
      placed(pie, 0x2000_0000, 0, { buildId: '00'.repeat(20) }),
      placed(text, 0x3000_0000),
    ]);
    const addresses = [0x1000_0010, 0x2000_0010, 0x3000_0010].map(at);
    await made.resolve(addresses);
    expect(addresses.map((address) => made.lookup(address))).toEqual([null, null, null]);
    expect(made.problems.get('/nowhere/gone')).toMatch(/no such file/);
    expect(made.problems.get(pie)).toMatch(/rebuilt since/);
    expect(made.problems.get(text)).toMatch(/no ELF file/);
  });

  test('one damaged module does not take the others along', async () => {
    const damaged = join(directory, 'damaged');
    execFileSync('sh', ['-c', `head -c 3000 ${pie} > ${damaged}`]);
    const made = symboliser([placed(damaged, 0x1000_0000), placed(pie, BASE)]);
    const start = at(BASE + symbols.get('main')!);
    await made.resolve([at(0x1000_1000), start]);
    expect(made.lookup(at(0x1000_1000))).toBeNull();
    expect(made.lookup(start)).toMatchObject({ frames: [{ name: 'main' }] });
  });
});

test('the code of a module that was unmapped is not taken for that of its successor', async () => {
  const other = compile(directory, 'other.c', 'int other(void) { return 1; }\n', 'other.so', [
    '-g',
    '-shared',
  ]);
  const unmapped = placed(other, BASE, 0, { mapped: false });
  const made = symboliser([unmapped, placed(pie, BASE)]);
  const location = await lookUp(made, BASE + symbols.get('main')!);
  expect(location!.frames[0]!.name).toBe('main');
  made.setModules([unmapped]);
  const start = BASE + symbolsOf(other).get('other')!;
  expect(await lookUp(made, start)).toMatchObject({ frames: [{ name: 'other' }], functionStart: start });
});

test('of two thousand modules only those with code that ran are read', async () => {
  const modules = Array.from({ length: 2000 }, (_, i) => placed(pie, 0x1_0000_0000 + i * 0x200000));
  const made = symboliser([...modules, placed('/nowhere/never-ran', 0x10_0000)]);
  const addresses = modules.map(({ start }) => at(start + symbols.get('outer')!));
  await made.resolve(addresses);
  for (const address of addresses) {
    expect(made.lookup(address)).toMatchObject({ functionStart: address, frames: [{ name: 'outer' }] });
  }
  expect(made.problems.size).toBe(0);
});

describe('modules prepared before they are asked about', () => {
  const main = at(BASE + symbols.get('main')!);

  test('are read once, and answer as others do', async () => {
    const made = symboliser([placed(pie, BASE)]);
    await made.prepare([placed(pie, BASE)]);
    const pid = made.gdbPid;
    expect(pid).toBeDefined();
    expect(made.lookup(main)).toBeUndefined();
    await Promise.all([made.prepare([placed(pie, BASE)]), made.resolve([main])]);
    expect(made.lookup(main)).toMatchObject({ frames: [{ name: 'main', line: lineOf(SOURCE, 'MAIN') }] });
    expect(made.gdbPid).toBe(pid);
  });

  test('leave errors to those who ask', async () => {
    const made = symboliser([placed(pie, BASE)], { gdb: '/nowhere/gdb' });
    await made.prepare([placed(pie, BASE)]);
    await expect(made.resolve([main])).rejects.toMatchObject({ code: 'gdb-missing' });
  });
});

describe('GDB going wrong', () => {
  const main = at(BASE + symbols.get('main')!);
  const outer = at(BASE + symbols.get('outer')!);

  test('is restarted once, unseen, then an error, then null', async () => {
    const made = symboliser([placed(pie, BASE)]);
    await made.resolve([main]);
    process.kill(made.gdbPid!, 'SIGKILL');
    expect(text(await lookUp(made, outer))).toContain('outer pie.c:');
    process.kill(made.gdbPid!, 'SIGKILL');
    const third = at(outer + 1);
    await expect(made.resolve([third])).rejects.toMatchObject({ code: 'symbols-lost', blame: 'user' });
    await made.resolve([third]);
    expect(made.lookup(third)).toBeNull();
    expect(made.lookup(main)).toMatchObject({ frames: [{ name: 'main' }] });
  });

  test('questions of several callers survive one end together', async () => {
    const made = symboliser([placed(pie, BASE)]);
    await made.resolve([main]);
    process.kill(made.gdbPid!, 'SIGKILL');
    const addresses = instructions(pie, 'outer').map((address) => at(BASE + address));
    await Promise.all(addresses.map((address) => made.resolve([address])));
    for (const address of addresses) expect(made.lookup(address)).not.toBeNull();
  });

  test('missing', async () => {
    const made = symboliser([placed(pie, BASE)], { gdb: '/nowhere/gdb' });
    await expect(made.resolve([main])).rejects.toMatchObject({ code: 'gdb-missing' });
    expect(made.lookup(main)).toBeNull();
  });

  const fake = (name: string, script: string): string => {
    const path = join(directory, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  test('without Python', async () => {
    const gdb = fake(
      'gdb-minimal',
      'echo "Python scripting is not supported in this copy of GDB." >&2; exit 1',
    );
    const made = symboliser([placed(pie, BASE)], { gdb });
    await expect(made.resolve([main])).rejects.toMatchObject({
      code: 'gdb-no-python',
      message: expect.stringContaining('Python scripting is not supported'),
    });
  });

  test('silent', async () => {
    const made = symboliser([placed(pie, BASE)], { gdb: fake('gdb-silent', 'exec sleep 60'), timeout: 200 });
    await expect(made.resolve([main])).rejects.toMatchObject({ code: 'gdb-no-python' });
    expect(made.lookup(main)).toBeNull();
  });

  test('talking nonsense', async () => {
    const gdb = fake('gdb-nonsense', 'read line; echo nonsense >&3; sleep 60');
    const made = symboliser([placed(pie, BASE)], { gdb });
    await expect(made.resolve([main])).rejects.toMatchObject({ blame: 'user' });
  });

  test('disposed of in the middle of a question', async () => {
    const made = symboliser([placed(pie, BASE)]);
    const asked = made.resolve([main]);
    await made.dispose();
    await asked;
    expect(made.gdbPid).toBeUndefined();
  });
});

test('ten thousand addresses of a library are one call', async () => {
  const libc = execFileSync('gcc', ['-print-file-name=libc.so.6'], { encoding: 'utf8' }).trim();
  const made = symboliser([placed(libc, 0x7f00_0000_0000, 0, { end: at(0x7f00_0100_0000) })]);
  const addresses = Array.from({ length: 10_000 }, (_, i) => at(0x7f00_0002_8000 + i * 97));
  await made.resolve(addresses);
  expect(addresses.filter((address) => made.lookup(address) === undefined)).toEqual([]);
  expect(addresses.filter((address) => made.lookup(address)).length).toBeGreaterThan(5000);
});
