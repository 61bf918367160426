import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const top = join(__dirname, '../..');
const made: string[] = [];

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Writes a module into a new folder of `room` and returns the file's path relative to the top. */
function place(room: 'src' | 'adapter', code: string): string {
  const folder = mkdtempSync(join(top, room, 'import-rule-'));
  made.push(folder);
  const file = join(folder, 'intruder.ts');
  writeFileSync(file, code);
  return file;
}

function compile(room: 'src' | 'adapter', file: string): string {
  const project = join(file, '../tsconfig.json');
  writeFileSync(
    project,
    JSON.stringify({
      extends: '../tsconfig.json',
      compilerOptions: { rootDir: '..', noEmit: true, composite: false, incremental: false },
      include: ['./*.ts'],
      references: room === 'adapter' ? [{ path: '../../src' }] : [],
    }),
  );
  const tsc = join(top, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [tsc, '-p', project], { cwd: top, encoding: 'utf8' }).stdout;
}

function lint(file: string): string {
  const biome = join(top, 'node_modules/@biomejs/biome/bin/biome');
  const result = spawnSync(process.execPath, [biome, 'lint', '--max-diagnostics=none', file], {
    cwd: top,
    encoding: 'utf8',
  });
  return result.stdout + result.stderr;
}

describe('the import rule', () => {
  it('lets src import src: the test itself is sound', () => {
    const file = place(
      'src',
      "import { EVENT_BIT } from '../record/record';\nexport const bit = EVENT_BIT;\n",
    );
    expect(compile('src', file)).toBe('');
    expect(lint(file)).not.toContain('noRestrictedImports');
  });

  it('refuses Node in src, by the compiler and by the linter', () => {
    const file = place('src', "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n");
    expect(compile('src', file)).toContain("'node:fs'");
    expect(lint(file)).toContain('noRestrictedImports');
  });

  it('refuses the adapter in src, by the compiler and by the linter', () => {
    const file = place(
      'src',
      "import { BtsError } from '../../adapter/errors';\nexport const error = BtsError;\n",
    );
    expect(compile('src', file)).toContain('error TS');
    expect(lint(file)).toContain('noRestrictedImports');
  });

  it('refuses iced-x86 in src, by the linter', () => {
    const file = place('src', "import { Decoder } from 'iced-x86';\nexport const decoder = Decoder;\n");
    expect(lint(file)).toContain('noRestrictedImports');
  });

  it('refuses the extension in the adapter, by the linter', () => {
    const file = place(
      'adapter',
      "import { panel } from '../../extension/panel';\nexport const p = panel;\n",
    );
    expect(lint(file)).toContain('noRestrictedImports');
    expect(compile('adapter', file)).toContain('error TS');
  });
});
