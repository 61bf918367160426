import { writeFileSync } from 'node:fs';
import { AdapterError, launchFailed, messageOf, noStdin, notSupported } from '../errors';
import { shellQuote } from '../session/posix-words';
import type { GdbBackend } from './gdb-backend';
import { miQuote } from './mi-quote';
import { ProgramConsole } from './program-console';
import type { Target, TargetContext } from './target';
import { TerminalHolder } from './terminal-holder';

/** A program that GDB starts itself, with a terminal or pipes of its own so that nothing of it runs through the MI pipe. */
export class NativeTarget implements Target {
  readonly kind = 'native';
  readonly isRemote = false;
  readonly hardwareWatchpoints = true;
  private console: ProgramConsole | undefined;
  private terminal: { holder: TerminalHolder; tty: string } | undefined;
  private processId: number | undefined;

  constructor(private readonly context: TargetContext) {}

  get pid(): number | undefined {
    return this.processId;
  }

  /** GDB told the id of the process it started. */
  setPid(pid: number): void {
    this.processId = pid;
    this.terminal?.holder.setPid(pid);
  }

  async prepare(): Promise<void> {
    if (this.context.runInTerminal) this.terminal = await TerminalHolder.hold(this.context);
    else this.console = await ProgramConsole.open(this.context);
  }

  async connect(gdb: GdbBackend): Promise<void> {
    const { config, cwd, envDifferences } = this.context;
    const tty = this.terminal?.tty ?? this.console?.paths.terminal;
    const lines = config.args.some((arg) => arg.includes('\n'));
    // GDB's command line takes no newline, so arguments with one go the way of the redirections.
    const words = lines ? config.args.map(shellQuote) : [];
    if (this.console) {
      const { stdin, stdout, stderr } = this.console.paths;
      if (tty === undefined) words.push(`<${shellQuote(stdin)}`, `>${shellQuote(stdout)}`);
      words.push(`2>${shellQuote(stderr)}`);
    }
    const commands = [
      'startup-with-shell on',
      `cwd ${cwd}`,
      `follow-fork-mode ${config.followFork}`,
      ...Object.entries(envDifferences).flatMap(([n, v]) => (v === null ? [] : [`environment ${n}=${v}`])),
    ];
    if (words.length > 0) {
      const wrapper = this.context.runDirectory.file('wrapper.sh');
      writeFileSync(wrapper, `exec "$@" ${words.join(' ')}\n`);
      commands.push(`exec-wrapper sh ${shellQuote(wrapper)}`);
    }
    await Promise.all([
      ...commands.map((command) => gdb.sendGDBSet(command)),
      ...Object.entries(envDifferences).flatMap(([n, v]) =>
        v === null ? [gdb.sendCommand(`-interpreter-exec console ${miQuote(`unset environment ${n}`)}`)] : [],
      ),
      ...(tty === undefined ? [] : [gdb.sendCommand(`-inferior-tty-set ${tty}`)]),
      ...(lines || config.args.length === 0
        ? []
        : [gdb.sendCommand(`-exec-arguments ${config.args.map(shellQuote).join(' ')}`)]),
    ]);
    // The base's way to learn whether this target can run asynchronously.
    if (gdb.getAsyncMode()) await gdb.sendCommand('-target-select native');
  }

  async start(gdb: GdbBackend, stopFirst: boolean): Promise<void> {
    try {
      await gdb.sendCommand(stopFirst ? '-interpreter-exec console "starti"' : '-exec-run');
    } catch (error) {
      if (error instanceof AdapterError) throw error;
      throw launchFailed(this.context.config.program ?? '', messageOf(error));
    }
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
    await this.console?.drain();
    this.terminal?.holder.close(true);
  }

  stopReported(): void {}

  async monitor(): Promise<string> {
    throw notSupported('There is no gdbserver to ask: the program runs natively.');
  }

  lost(): Promise<never> {
    return new Promise(() => undefined);
  }

  async kill(): Promise<void> {
    // GDB kills its inferior when it ends, and the kernel does (PTRACE_O_EXITKILL) when GDB is killed.
  }

  dispose(): void {
    this.terminal?.holder.close(true);
    this.console?.close();
  }
}
