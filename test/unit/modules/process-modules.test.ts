import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { ProcessModules } from '../../../adapter/modules/process-modules';
import type { Module } from '../../../src/modules/module';
import { compile, scratchDirectory } from '../compiled';

const directory = scratchDirectory();

// Prints the dynamic linker's own idea of the modules and their biases, then again at each line of input,
// having loaded or unloaded the library of that line.
const SOURCE = `#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
static int print(struct dl_phdr_info *info, size_t size, void *data) {
  printf("%s %lx\\n", *info->dlpi_name ? info->dlpi_name : "program", (unsigned long)info->dlpi_addr);
  return 0;
}
int main(void) {
  char line[4096];
  void *library = 0;
  do {
    dl_iterate_phdr(print, 0);
    puts(".");
    fflush(stdout);
    if (!fgets(line, sizeof line, stdin)) return 0;
    line[strcspn(line, "\\n")] = 0;
    if (library) dlclose(library), library = 0;
    else library = dlopen(line, RTLD_NOW);
  } while (1);
}
`;
const LIBRARY = compile(directory, 'l.c', 'int f(void) { return 1; }\n', 'l.so', ['-shared', '-fPIC']);

let running: ChildProcess | undefined;
afterEach(() => running?.kill('SIGKILL'));

class Program {
  private readonly lines: AsyncIterator<string>;
  constructor(readonly child: ChildProcess) {
    running = child;
    const reader: Interface = createInterface({ input: child.stdout! });
    this.lines = reader[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.child.pid!;
  }

  async linkMap(input?: string): Promise<Map<string, number>> {
    if (input !== undefined) this.child.stdin!.write(`${input}\n`);
    const map = new Map<string, number>();
    for (;;) {
      const { value } = await this.lines.next();
      if (value === undefined) throw new Error('the program has ended');
      if (value === '.') return map;
      const [name, bias] = value.split(' ');
      map.set(basename(name!), Number.parseInt(bias!, 16));
    }
  }
}

function start(name: string, ...flags: string[]): Program {
  const path = compile(directory, 'm.c', SOURCE, name, flags);
  return new Program(spawn(path, { stdio: ['pipe', 'pipe', 'inherit'] }));
}

/** Bias by base name of the mapped modules; the program itself is called `program`. */
function biases(modules: readonly Module[], program: string): Map<string, number> {
  const mapped = modules.filter((module) => module.mapped && !module.path.startsWith('['));
  return new Map(
    mapped.map(({ path, bias }) => [basename(path) === program ? 'program' : basename(path), bias]),
  );
}

function withoutVdso(map: Map<string, number>): Map<string, number> {
  return new Map([...map].filter(([name]) => !name.startsWith('linux-vdso')));
}

test.each([
  ['pie', ['-fPIE', '-pie']],
  ['fixed', ['-no-pie']],
  ['one-segment', ['-no-pie', '-Wl,-z,noseparate-code']],
])("%s: biases are the dynamic linker's", async (name, flags) => {
  const program = start(name, ...flags);
  const linkMap = await program.linkMap();
  const modules = await new ProcessModules(program.pid).read();
  expect(biases(modules, name)).toEqual(withoutVdso(linkMap));
  expect(modules.some(({ path }) => path === '[vdso]')).toBe(true);
  for (const { path, buildId } of modules) {
    if (path.startsWith('[')) continue;
    const said = /Build ID: ([0-9a-f]+)/.exec(execFileSync('readelf', ['-n', path], { encoding: 'utf8' }));
    expect(buildId).toBe(said?.[1]);
  }
});

test('a library that is unloaded stays in the list as unmapped', async () => {
  const program = start('loader');
  await program.linkMap();
  const reader = new ProcessModules(program.pid);
  const library = (modules: readonly Module[]): Module[] => modules.filter(({ path }) => path === LIBRARY);
  expect(library(await reader.read())).toEqual([]);
  const loaded = await program.linkMap(LIBRARY);
  const [module] = library(await reader.read());
  expect(module).toMatchObject({ bias: loaded.get('l.so'), mapped: true });
  expect(module!.end).toBeGreaterThan(module!.start);
  await program.linkMap('');
  expect(library(await reader.read())).toEqual([{ ...module, mapped: false }]);
  await program.linkMap(LIBRARY);
  expect(library(await reader.read()).filter(({ mapped }) => mapped)).toHaveLength(1);
});

test('a file that was deleted or rebuilt is known by what was mapped', async () => {
  const program = start('deleted');
  await program.linkMap();
  const path = `${directory}/deleted`;
  const before = /Build ID: ([0-9a-f]+)/.exec(
    execFileSync('readelf', ['-n', path], { encoding: 'utf8' }),
  )![1];
  rmSync(path);
  const find = async (): Promise<Module> =>
    (await new ProcessModules(program.pid).read()).find((module) => module.path === path)!;
  expect((await find()).buildId).toBe(before);
  compile(directory, 'other.c', 'int main(void) { return 7; }\n', 'deleted', []);
  expect((await find()).buildId).toBe(before);
});

test("a process that is gone is the system's error", async () => {
  const program = start('gone');
  await program.linkMap();
  const closed = new Promise((resolve) => program.child.once('close', resolve));
  program.child.kill('SIGKILL');
  await closed;
  await expect(new ProcessModules(program.pid).read()).rejects.toMatchObject({ code: 'ENOENT' });
});
