import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratchDirectory } from '../unit/compiled';
import { bts } from './bts';

const COMMANDS = ['record', 'show', 'export', 'dap', 'doctor'];
const directory = scratchDirectory();

describe('help', () => {
  test('of all', async () => {
    const help = await bts(['--help']);
    expect(help).toMatchObject({ status: 0, stderr: '' });
    for (const command of COMMANDS) expect(help.stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(await bts([])).toMatchObject({ status: 2, stdout: '', stderr: help.stdout });
  });

  test.each(COMMANDS)('of %s', async (command) => {
    const help = await bts([command, '--help']);
    expect(help).toMatchObject({ status: 0, stderr: '' });
    expect(help.stdout).toMatch(new RegExp(`^usage: bts ${command} `));
    expect(Math.max(...help.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect((await bts(['help', command])).stdout).toBe(help.stdout);
  });
});

test('the version is that of the package', async () => {
  const { version } = require('../../package.json') as { version: string };
  expect((await bts(['--version'])).stdout).toBe(`bts ${version}\n`);
});

test.each([
  [['recrod'], /there is no command 'recrod'/],
  [['toString'], /there is no command/],
  [['doctor', '--xml'], /Unknown option '--xml'/],
  [['doctor', 'x'], /unexpected operand 'x'/],
  [['dap', '--port', 'x'], /--port is a number from 0 to 65,535/],
  [['dap', '--port', '70000'], /--port is a number/],
])('%j is wrong usage', async (args, why) => {
  expect(await bts(args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(why) });
});

describe('doctor', () => {
  interface Report {
    ok: boolean;
    recorder: string;
    findings: { name: string; state: string; what: string; remedy?: string }[];
  }

  test('finds what is here', async () => {
    const { status, stdout } = await bts(['doctor', '--json']);
    const report = JSON.parse(stdout) as Report;
    expect(status).toBe(0);
    expect(report).toMatchObject({ ok: true, recorder: 'valgrind' });
    const valgrind = execFileSync('valgrind', ['--version'], { encoding: 'utf8' })
      .trim()
      .replace('valgrind-', '');
    const what = (name: string): string => report.findings.find((finding) => finding.name === name)!.what;
    expect(what('valgrind')).toContain(`version ${valgrind} `);
    expect(what('gdb')).toMatch(/^version \d+\.\d+ .*with Python/);
    expect(report.findings.map(({ name }) => name)).toContain('kernel module');
    expect((await bts(['doctor'])).stdout).toMatch(/Programs can be debugged and recorded here/);
  });

  test('says what is not, and what to do', async () => {
    const bin = join(directory, 'bin');
    mkdirSync(bin);
    symlinkSync('/bin/true', join(bin, 'true'));
    const env = { ...process.env, PATH: bin };
    const { status, stdout } = await bts(['doctor', '--json'], { env });
    const report = JSON.parse(stdout) as Report;
    expect(status).toBe(1);
    expect(report).toMatchObject({ ok: false, recorder: 'off' });
    for (const name of ['gdb', 'valgrind']) {
      const finding = report.findings.find((candidate) => candidate.name === name);
      expect(finding).toMatchObject({ state: 'missing', remedy: expect.stringMatching(/^apt install/) });
    }
    expect((await bts(['doctor'], { env })).stdout).toMatch(/cannot be debugged here yet/);
  });
});
