import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { startTime } from '../../adapter/target/run-directory';
import { DapClient, MAIN } from './dap-client';
import { program } from './program';
import { expectNoProcess, leftProcesses, newClient, useSessions } from './session';

useSessions();

const children = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
const nameOf = (pid: number) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
const alive = (pid: number) =>
  readdirSync('/proc').includes(String(pid)) &&
  !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

describe.each(['off', 'valgrind'])('the end of a session, recorder %s', (recorder) => {
  const spinning = async (args: readonly string[] = [], more: object = {}) => {
    const client = newClient();
    await client.launch({ program: program('spin'), args, branchHistory: { recorder }, ...more });
    const starting = client.event('process');
    await client.request('configurationDone');
    await client.untilText('stdout', 'ready');
    return { client, pid: (await starting).systemProcessId as number };
  };

  test('disconnect while it runs', async () => {
    const { client, pid } = await spinning();
    expect(alive(pid)).toBe(true);
    expect(await client.disconnect()).toBeLessThan(1000);
    await expectNoProcess(500);
    expect(alive(pid)).toBe(false);
  });

  test('disconnect while it stands', async () => {
    const { client } = await spinning();
    await client.request('pause', { threadId: 1 });
    await client.stopped('pause');
    expect(await client.disconnect()).toBeLessThan(1000);
    await expectNoProcess(500);
  });

  test('disconnect in a blocked system call, and with SIGTERM ignored', async () => {
    for (const how of ['sleep', 'ignore']) {
      const { client } = await spinning([how]);
      expect(await client.disconnect()).toBeLessThan(1000);
      await expectNoProcess(500);
    }
  });

  test('the client closes its end without a word', async () => {
    const { client } = await spinning();
    client.endInput();
    await client.gone(1000);
    await expectNoProcess(500);
  });

  test('the client dies while the program writes', async () => {
    const client = newClient();
    await client.launch({ program: program('output'), args: ['much'], branchHistory: { recorder } });
    await client.request('configurationDone');
    await client.untilText('stdout', 'line');
    client.process!.stdout!.destroy();
    client.process!.stdin!.destroy();
    await client.gone(1500);
    await expectNoProcess(500);
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)('the adapter gets %s', async (signal) => {
    const { client } = await spinning();
    client.process!.kill(signal);
    await client.gone(1000);
    await expectNoProcess(1000);
  });

  test('disconnect at any moment', async () => {
    for (let i = 0; i < 20; i++) {
      const client = newClient();
      const delay = Math.round(Math.random() * 800);
      const run = async () => {
        const args = { program: program('spin'), stopAtEntry: i % 2 === 0, branchHistory: { recorder } };
        await Promise.all([client.request('launch', args), client.event('initialized')]);
        await client.request('configurationDone');
      };
      // How long Node takes to start is not the adapter's to shorten.
      await client.initialize();
      const running = run().catch(() => undefined);
      await new Promise((r) => setTimeout(r, delay));
      const took = await client.disconnect();
      if (took >= 1000) throw client.error(`disconnect after ${delay} ms took ${took} ms`);
      await expectNoProcess(500);
      void running;
    }
  }, 60_000);

  test('the program becomes another one', async () => {
    const client = newClient();
    await client.launch({ program: program('execs'), branchHistory: { recorder } });
    await client.request('configurationDone');
    expect((await client.event('exited')).exitCode).toBe(6);
    expect(client.text('stdout')).toBe('before exec\n');
    await client.event('terminated');
  });

  test('terminate: the program may clean up', async () => {
    const { client } = await spinning(['handle']);
    await client.request('terminate');
    expect((await client.event('exited')).exitCode).toBe(7);
    expect(client.text('stdout')).toContain('cleaned up\n');
    await client.event('terminated');
  });

  test('terminate at a stop', async () => {
    const { client } = await spinning(['handle']);
    await client.request('pause', { threadId: 1 });
    await client.stopped('pause');
    await client.request('terminate');
    expect((await client.event('exited')).exitCode).toBe(7);
  });

  test('terminate of a program that will not', async () => {
    const { client } = await spinning(['ignore']);
    await client.request('terminate');
    expect((await client.event('exited')).exitCode).toBe(137);
    await client.event('terminated');
  });

  test('GDB is killed', async () => {
    const { client } = await spinning();
    const gdb = children(client.process!.pid!).find((pid) => nameOf(pid) === 'gdb')!;
    process.kill(gdb, 'SIGKILL');
    await client.event('terminated', () => true, 3000);
    expect(client.text('stderr')).toMatch(/GDB ended \(SIGKILL\)/);
    expect(await client.disconnect()).toBeLessThan(1000);
    await expectNoProcess(500);
  });

  test('the program is killed from outside', async () => {
    const { client, pid } = await spinning();
    process.kill(pid, 'SIGKILL');
    expect((await client.event('exited', () => true, 5000)).exitCode).toBe(137);
    await client.event('terminated');
  });

  test('the program is killed from outside at a stop', async () => {
    const { client, pid } = await spinning();
    await client.request('pause', { threadId: 1 });
    await client.stopped('pause');
    process.kill(pid, 'SIGKILL');
    // Natively GDB notices when it next asks.
    await client.rawRequest('continue', { threadId: 1 });
    expect((await client.event('exited', () => true, 5000)).exitCode).toBe(137);
    await client.event('terminated');
  });
});

test('disconnect without killing: the program goes on', async () => {
  const client = newClient();
  await client.launch({ program: program('spin'), args: ['sleep'], branchHistory: { recorder: 'off' } });
  const starting = client.event('process');
  await client.request('configurationDone');
  await client.untilText('stdout', 'ready');
  const pid = (await starting).systemProcessId;
  // The debug console's terminal goes with the adapter; a program that should live on must not mind.
  await client.request('pause', { threadId: 1 });
  await client.stopped('pause');
  await client
    .request('evaluate', { expression: '>call (int)signal(1, (void (*)(int))1)', context: 'repl' })
    .catch(() => undefined);
  expect(await client.disconnect({ terminateDebuggee: false })).toBeLessThan(1000);
  expect(alive(pid)).toBe(true);
  expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/TracerPid:\s+0/);
  process.kill(pid, 'SIGKILL');
});

test('what a dead adapter left behind is swept up', async () => {
  const directory = path.join(os.tmpdir(), `bts-${process.getuid!()}`, '999999-1-left');
  const orphan = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const other = spawn('sleep', ['1000'], { stdio: 'ignore' });
  try {
    // One of the two pids has been given to another process since.
    writeFileSync(
      path.join(directory, 'processes'),
      `${orphan.pid} ${startTime(orphan.pid!)}\n${other.pid} 1\n`,
    );
    const client = newClient();
    await client.launch({ program: program('basic'), branchHistory: { recorder: 'off' } });
    if (orphan.signalCode === null) await once(orphan, 'exit');
    expect(orphan.signalCode).toBe('SIGKILL');
    expect(other.signalCode).toBeNull();
    expect(existsSync(directory)).toBe(false);
  } finally {
    other.kill('SIGKILL');
    orphan.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
});

test('breakpoints after the end are answered', async () => {
  const client = newClient();
  await client.launch({ program: program('basic'), branchHistory: { recorder: 'off' } });
  await client.request('configurationDone');
  await client.event('terminated');
  expect(await client.breakpoints('/x.c', [{ line: 1 }])).toMatchObject([{ verified: false }]);
});

test('attach, look, and leave: the process never knew', async () => {
  const child = spawn(program('spin'), ['sleep'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(child.stdout!, 'data');
    const client = newClient();
    await client.launch({ processId: child.pid, stopAtEntry: true }, 'attach');
    await client.request('configurationDone');
    const stop = await client.stopped('entry');
    const { stackFrames } = await client.request('stackTrace', { threadId: stop.threadId });
    expect(stackFrames.some((f: { name: string }) => f.name === 'main')).toBe(true);
    await client.request('continue', { threadId: stop.threadId });
    expect(await client.disconnect()).toBeLessThan(1000);
    expect(alive(child.pid!)).toBe(true);
    expect(readFileSync(`/proc/${child.pid}/status`, 'utf8')).toMatch(/TracerPid:\s+0/);
    const second = newClient();
    await second.launch({ processId: String(child.pid), program: program('spin') }, 'attach');
    await second.request('configurationDone');
    await second.disconnect({ terminateDebuggee: true });
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
  } finally {
    child.kill('SIGKILL');
  }
});

test('a core file is looked at and not run', async () => {
  const directory = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
  try {
    const core = `${directory}/core`;
    execFileSync(
      'gdb',
      [
        '-nx',
        '-q',
        '-batch',
        '-ex',
        'run',
        '-ex',
        `generate-core-file ${core}`,
        '--args',
        program('signals'),
        'segv',
      ],
      { stdio: 'ignore' },
    );
    const client = newClient();
    await client.launch({
      program: program('signals'),
      coreDumpPath: core,
      branchHistory: { recorder: 'valgrind' },
    });
    await client.request('configurationDone');
    const stop = await client.stopped('exception');
    expect(stop.description).toContain('SIGSEGV');
    expect(await client.topFrame(stop.threadId)).toMatchObject({ name: expect.stringContaining('crash') });
    expect(await client.locals(stop.threadId)).toMatchObject({ where: { value: '0x1234' } });
    expect(await client.failing('continue', { threadId: stop.threadId })).toContain('core');
    expect(await client.failing('next', { threadId: stop.threadId })).toContain('core');
    expect(await client.failing('stepBack', { threadId: stop.threadId })).toContain(
      'a core file has no past',
    );
    expect(await client.request('bts/state')).toMatchObject({ recorder: { recorder: 'off' }, threads: [] });
    expect(await client.disconnect()).toBeLessThan(1000);
  } finally {
    execFileSync('rm', ['-r', directory]);
  }
});

test('bts dap --port: one session a connection, each in a process of its own', async () => {
  const server = spawn(process.execPath, [MAIN, 'dap', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(server.stdout!, 'data');
    const port = Number(/^listening on 127\.0\.0\.1:(\d+)\n$/.exec(String(line))?.[1]);
    const clients = await Promise.all([DapClient.connect(port), DapClient.connect(port)]);
    for (const client of clients) {
      await client.launch({ program: program('basic'), branchHistory: { recorder: 'off' } });
      await client.request('configurationDone');
      expect((await client.event('exited')).exitCode).toBe(9);
    }
    await clients[0]!.rawRequest('disconnect');
    await clients[1]!.request('threads');
    await clients[1]!.rawRequest('disconnect');
    for (
      const start = Date.now();
      children(server.pid!).length > 0;
      await new Promise((r) => setTimeout(r, 10))
    )
      expect(Date.now() - start).toBeLessThan(1000);
  } finally {
    server.kill();
  }
  expect(leftProcesses()).toEqual([]);
});

test.each([
  ['dap', '--port', 'x'],
  ['dap', 'nonsense'],
])('wrong usage: %s %s', (...args) => {
  expect(() => execFileSync(process.execPath, [MAIN, ...args.filter(Boolean)], { stdio: 'pipe' })).toThrow(
    /bts dap/,
  );
});

test('follow a fork into the child', async () => {
  for (const [followFork, exit] of [
    ['child', 3],
    ['parent', 7],
  ] as const) {
    const client = newClient();
    await client.launch({ program: program('forks'), followFork, branchHistory: { recorder: 'off' } });
    await client.request('configurationDone');
    expect((await client.event('exited')).exitCode).toBe(exit);
  }
});
