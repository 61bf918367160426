import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readdirSync, readFileSync } from 'node:fs';
import * as os from 'node:os';
import { messageOf, noStdin, valgrindDied, vgdbFailed } from '../errors';
import { findExecutable } from './find-executable';
import type { GdbBackend } from './gdb-backend';
import { guardedCommand } from './guarded-command';
import { processEnd } from './process-end';
import { ProgramConsole } from './program-console';
import { RspRelay } from './rsp-relay';
import type { Target, TargetContext } from './target';
import { TerminalHolder } from './terminal-holder';
import type { ValgrindLaunch } from './valgrind-launch';

/** A program under Valgrind, which stops it at its first instruction and lets GDB in through vgdb. */
export class ValgrindTarget implements Target {
  readonly kind = 'valgrind';
  readonly isRemote = true;
  private console: ProgramConsole | undefined;
  private terminal: TerminalHolder | undefined;
  private relay: RspRelay | undefined;
  private child: ChildProcess | undefined;
  private processId: number | undefined;
  /** Resolves with how Valgrind ended. */
  private ended: Promise<string> = new Promise(() => undefined);
  private hasEnded = false;
  /** As a shell shows it; 128 + the signal's number for a fatal one. */
  private exitCode = 0;

  constructor(
    private readonly context: TargetContext,
    private readonly launch: ValgrindLaunch,
  ) {}

  get hardwareWatchpoints(): boolean {
    return this.launch.watchpoints;
  }

  get pid(): number | undefined {
    return this.processId;
  }

  async prepare(): Promise<void> {
    const { config, runDirectory } = this.context;
    const command = [
      this.launch.valgrind,
      '-q',
      ...this.launch.options,
      '--vgdb=yes',
      '--vgdb-error=0',
      '--vgdb-stop-at=startup',
      `--vgdb-prefix=${runDirectory.file('v')}`,
      // A file, not a descriptor: in a terminal Valgrind is not our child.
      `--log-file=${runDirectory.file('valgrind.log')}`,
      config.program!,
      ...config.args,
    ];
    if (this.context.runInTerminal) {
      this.terminal = await TerminalHolder.exec({ ...this.context, env: this.environment() }, command);
    } else {
      this.console = await ProgramConsole.open(this.context);
      this.spawn(command, this.console);
    }
    await Promise.race([this.waitForStub(), this.failed()]);
  }

  async connect(gdb: GdbBackend): Promise<void> {
    const { runDirectory } = this.context;
    const socket = runDirectory.file('rsp');
    // The stub looks for input only now and then while the program is in a system call; 20 ms is when vgdb makes it look.
    const vgdb = [
      this.launch.vgdb,
      '--max-invoke-ms=20',
      `--vgdb-prefix=${runDirectory.file('v')}`,
      `--pid=${this.pid}`,
    ];
    this.relay = await RspRelay.listen(socket, vgdb, this.environment());
    try {
      await Promise.race([gdb.sendCommand(`-target-select remote ${socket}`), this.failed()]);
    } catch (error) {
      if (this.hasEnded) throw valgrindDied('at the start', this.log());
      throw vgdbFailed([messageOf(error), this.relay.lastWords].filter(Boolean).join(': '));
    }
  }

  async start(gdb: GdbBackend): Promise<void> {
    await gdb.sendCommand('-exec-continue');
  }

  writeStdin(text: string): void {
    if (!this.console) throw noStdin();
    this.console.write(text);
  }

  endStdin(): void {
    if (!this.console) throw noStdin();
    this.console.endInput();
  }

  async finish(): Promise<void> {
    await this.ended;
    await this.console?.drain();
    this.terminal?.close(true);
  }

  stopReported(): void {
    this.relay?.forgetInterrupt();
  }

  async monitor(gdb: GdbBackend, command: string): Promise<string> {
    return gdb.console(`monitor ${command}`);
  }

  async lost(): Promise<{ how: string; exitCode: number }> {
    const how = await this.ended;
    const log = this.log();
    return { how: `Valgrind ended (${how})${log ? `: ${log}` : ''}`, exitCode: this.exitCode };
  }

  async kill(): Promise<void> {
    this.relay?.close();
    this.terminal?.close(this.hasEnded);
    if (this.hasEnded || this.processId === undefined) {
      this.child?.kill('SIGKILL');
    } else {
      for (const target of [-this.processId, this.processId]) {
        try {
          process.kill(target, 'SIGKILL');
        } catch {
          // No group of that number, or gone already.
        }
      }
    }
    if (this.child?.pid !== undefined || this.processId !== undefined) await this.ended;
  }

  dispose(): void {
    this.relay?.close();
    this.terminal?.close(this.hasEnded);
    this.console?.close();
  }

  private environment(): NodeJS.ProcessEnv {
    return { ...this.context.env, ...this.launch.env };
  }

  private spawn(command: readonly string[], console: ProgramConsole): void {
    const { paths } = console;
    // Not our controlling terminal, should the adapter lead a session without one.
    const open = (file: string) => openSync(file, constants.O_RDWR | constants.O_NOCTTY);
    const input = paths.terminal ? open(paths.stdin) : openSync(paths.stdin, constants.O_RDONLY);
    const descriptors = [input, open(paths.stdout), open(paths.stderr)];
    // A session of its own, with its terminal as the controlling one: Valgrind and all it starts is one group to kill.
    const setsid = findExecutable('setsid');
    const session = setsid ? [setsid, ...(paths.terminal ? ['--ctty'] : [])] : [];
    const [file, ...args] = guardedCommand([...session, ...command]);
    const child = spawn(file, args, {
      cwd: this.context.cwd,
      env: this.environment(),
      stdio: descriptors as [number, number, number],
      detached: setsid === undefined,
    });
    for (const fd of descriptors) closeSync(fd);
    this.child = child;
    this.processId = child.pid;
    if (child.pid !== undefined) this.context.runDirectory.addProcess(child.pid);
    this.ended = new Promise((resolve) => {
      const end = (how: string) => {
        this.hasEnded = true;
        resolve(how);
      };
      child.on('error', (error) => end(error.message));
      child.on('exit', (code, signal) => {
        this.exitCode = signal ? 128 + os.constants.signals[signal] : (code ?? 0);
        end(signal ?? `exit status ${code}`);
      });
    });
  }

  /** Valgrind is ready for vgdb when its shared memory file stands. */
  private async waitForStub(): Promise<void> {
    for (const start = Date.now(); ; await new Promise((r) => setTimeout(r, 3))) {
      if (this.terminal && this.processId === undefined) {
        const pid = this.terminal.pid();
        if (pid !== undefined) this.watch(pid);
      }
      const files = readdirSync(this.context.runDirectory.path);
      if (this.hasEnded || files.some((name) => name.startsWith('v-shared-mem'))) return;
      if (Date.now() - start > 15_000) throw valgrindDied('it did not start in 15 s', this.log());
    }
  }

  /** In a terminal Valgrind is not our child, so its end is seen by looking. */
  private watch(pid: number): void {
    this.processId = pid;
    this.context.runDirectory.addProcess(pid);
    this.ended = processEnd(pid).then(() => {
      this.hasEnded = true;
      return 'in its terminal';
    });
  }

  private async failed(): Promise<never> {
    const how = await this.ended;
    throw valgrindDied(how, this.log());
  }

  /** What Valgrind itself had to say, without its line prefix. */
  private log(): string {
    try {
      const text = readFileSync(this.context.runDirectory.file('valgrind.log'), 'utf8');
      return text
        .replace(/^(==|--|\*\*)\d+\1 ?/gm, '')
        .trim()
        .slice(0, 2000);
    } catch {
      return '';
    }
  }
}
