import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { program } from './program';
import { newClient, useSessions } from './session';

useSessions();

const terminals: Terminal[] = [];
afterEach(() => {
  for (const terminal of terminals.splice(0)) terminal.child.kill('SIGKILL');
});

/** A terminal as an editor has one: script(1) makes the pseudo-terminal, and we see and type what a user would. */
class Terminal {
  text = '';
  readonly child: ChildProcess;

  constructor(args: { args: string[]; cwd: string; env?: Record<string, string | null> }) {
    const command = args.args.map((a) => `'${a.replaceAll("'", "'\\''")}'`).join(' ');
    const env = Object.fromEntries(
      Object.entries({ ...process.env, ...args.env }).filter(([, v]) => v !== null),
    ) as NodeJS.ProcessEnv;
    this.child = spawn('script', ['-qfec', command, '/dev/null'], { cwd: args.cwd, env, stdio: 'pipe' });
    this.child.stdout!.on('data', (data) => {
      this.text += data;
    });
  }

  type(text: string): void {
    this.child.stdin!.write(text);
  }

  async until(pattern: RegExp): Promise<void> {
    for (const start = Date.now(); !pattern.test(this.text); await new Promise((r) => setTimeout(r, 5)))
      if (Date.now() - start > 10_000) throw new Error(`no ${pattern} in ${JSON.stringify(this.text)}`);
  }

  async ended(): Promise<void> {
    for (const start = Date.now(); this.child.exitCode === null; await new Promise((r) => setTimeout(r, 5)))
      if (Date.now() - start > 3000)
        throw new Error(`the terminal is still in use: ${JSON.stringify(this.text)}`);
  }
}

describe.each(['off', 'valgrind'])('integratedTerminal, recorder %s', (recorder) => {
  const inTerminal = async (name: string, args: readonly string[], more: object = {}) => {
    const client = newClient();
    let terminal: Terminal | undefined;
    let kind: string | undefined;
    client.runInTerminal = async (request) => {
      terminal = new Terminal(request as never);
      terminals.push(terminal);
      kind = request.kind;
      return { shellProcessId: terminal.child.pid };
    };
    await client.launch({
      program: program(name),
      args,
      console: 'integratedTerminal',
      branchHistory: { recorder },
      ...more,
    });
    await client.request('configurationDone');
    return { client, terminal: terminal!, kind };
  };

  test('the program reads and writes there, on all three', async () => {
    const { client, terminal, kind } = await inTerminal('output', ['tty']);
    expect((await client.event('exited')).exitCode).toBe(0);
    await terminal.until(/1 1 1/);
    expect(kind).toBe('integrated');
    expect(client.text('stdout')).toBe('');
    await terminal.ended();
  });

  test('what is typed arrives', async () => {
    const { client, terminal } = await inTerminal('output', ['echo']);
    terminal.type('hello there\n');
    await terminal.until(/got hello there/);
    expect(await client.failing('evaluate', { expression: '<x', context: 'repl' })).toContain('terminal');
    terminal.type('\x04');
    await client.event('exited');
    await terminal.until(/end of input/);
  });

  test('arguments and environment', async () => {
    const { client, terminal } = await inTerminal('environment', ['two words', "it's"], {
      env: { BTS_T: 'in terminal' },
    });
    await client.event('exited');
    await terminal.until(/arg\[1\]=<two words>\s+arg\[2\]=<it's>/);
    await terminal.until(/env BTS_T=in terminal/);
  });

  test('Ctrl+C in the terminal stops the program in the debugger', async () => {
    const { client, terminal } = await inTerminal('spin', []);
    await terminal.until(/ready/);
    terminal.type('\x03');
    expect(await client.stopped('exception')).toMatchObject({ text: 'SIGINT' });
  });

  test('disconnect ends the program and gives the terminal back', async () => {
    const { client, terminal } = await inTerminal('spin', []);
    await terminal.until(/ready/);
    expect(await client.disconnect()).toBeLessThan(1000);
    await terminal.ended();
  });

  test('nothing is left when the adapter is killed', async () => {
    const { client, terminal } = await inTerminal('spin', []);
    await terminal.until(/ready/);
    client.process!.kill('SIGKILL');
    await client.gone();
    await terminal.ended();
  });

  test('a terminal that does not come is a clear error', async () => {
    const client = newClient();
    client.runInTerminal = async () => {
      throw new Error('no room for terminals');
    };
    await client.initialize();
    const text = await client.failing('launch', {
      program: program('basic'),
      console: 'externalTerminal',
      branchHistory: { recorder },
    });
    expect(text).toMatch(/no room for terminals.*internalConsole/);
  });

  test('a client without terminals gets the debug console, and is told', async () => {
    const client = newClient();
    await client.launch({
      program: program('basic'),
      console: 'integratedTerminal',
      branchHistory: { recorder },
    });
    await client.request('configurationDone');
    await client.event('exited');
    expect(client.text('stdout')).toBe('total 10 argc 1\n');
    expect(client.text('console')).toContain('no terminal');
  });
});

test('openGdbConsole: GDB itself in the terminal, beside the debug session', async () => {
  const client = newClient();
  let terminal!: Terminal;
  client.runInTerminal = async (request) => {
    terminal = new Terminal(request as never);
    terminals.push(terminal);
    return {};
  };
  await client.launch({
    program: program('basic'),
    openGdbConsole: true,
    stopAtEntry: true,
    branchHistory: { recorder: 'off' },
  });
  await client.request('configurationDone');
  await client.stopped('entry');
  terminal.type('print 6 * 7\n');
  await terminal.until(/= 42/);
  expect(await client.topFrame()).toMatchObject({ name: 'main' });
  expect(await client.toExit()).toBe(9);
  expect(client.text('stdout')).toContain('total 10');
  expect(await client.disconnect()).toBeLessThan(1000);
  await terminal.ended();
});
