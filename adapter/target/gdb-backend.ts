import { GDBBackend } from 'cdt-gdb-adapter/dist/gdb/GDBBackend';
import type { MIShowResponse } from 'cdt-gdb-adapter/dist/mi';
import type { AttachRequestArguments, LaunchRequestArguments } from 'cdt-gdb-adapter/dist/types/session';
import type { GdbProcess } from './gdb-process';
import { miQuote } from './mi-quote';

/** What our Python in GDB writes for the adapter alone: one line, `MARK name json`. */
export const ADAPTER_MARK = '\x1a\x1abts ';

/** The base's GDB dialogue, with console output told apart from what belongs to a command of ours. */
export class GdbBackend extends GDBBackend {
  private capture: string[] | undefined;
  private captures: Promise<unknown> = Promise.resolve();
  private turn: Promise<unknown> = Promise.resolve();
  private readonly pending = new Set<Promise<unknown>>();
  private marked = '';
  private held: string[] | undefined;
  /** GDB repeats a command-line command in its log. */
  private echo = '';

  constructor(readonly process: GdbProcess) {
    super(process);
  }

  override async spawn(args: LaunchRequestArguments | AttachRequestArguments): Promise<void> {
    // The base waits for a prompt that a GDB which cannot start never gives.
    const version = await this.process.getVersion();
    this.logger.verbose(`GDB ${version}`);
    await Promise.race([super.spawn(args), this.process.died()]);
  }

  /**
   * GDB's answer is not asked for: the adapter gives GDB a UTF-8 locale itself. (The base asks through console text,
   * which the user then sees.)
   */
  override async sendGDBShow(params: string): Promise<MIShowResponse> {
    return params === 'host-charset' ? ({ value: 'utf-8' } as MIShowResponse) : super.sendGDBShow(params);
  }

  /** Interrupts; the base drops the promise, so that a pause after the program's end was an unhandled rejection. */
  override pause(threadId?: number): void {
    if (this.getAsyncMode())
      this.sendCommand(`-exec-interrupt ${threadId === undefined ? '--all' : `--thread ${threadId}`}`).catch(
        (error) => this.logger.verbose(`interrupt: ${error}`),
      );
    else if (this.proc) this.proc.kill('SIGINT');
  }

  /** A command is not answered yet. */
  get isBusy(): boolean {
    return this.pending.size > 0;
  }

  /** Breaks off what GDB itself is at, such as a function of the program that an expression calls and that never returns. */
  interruptCommand(): void {
    this.proc?.kill('SIGINT');
  }

  /** Runs an action that changes a setting for a moment, with no other such action in between. */
  exclusive<T>(action: () => Promise<T>): Promise<T> {
    const result = this.turn.then(action, action);
    this.turn = result.catch(() => undefined);
    return result;
  }

  override sendCommand<T>(command: string): Promise<T> {
    if (!command.startsWith('-')) this.echo = `${command}\n`;
    const sent = super.sendCommand<T>(command);
    this.pending.add(sent);
    const done = () => this.pending.delete(sent);
    sent.then(done, done);
    return sent;
  }

  /** Keeps back what GDB says of a stop, until it is known whether the user is to see that stop. */
  hold(): void {
    this.held ??= [];
  }

  release(shown: boolean): void {
    const held = this.held ?? [];
    this.held = undefined;
    if (shown) for (const text of held) super.emit('consoleStreamOutput', text, 'console');
  }

  /** Runs a command of GDB's command line and returns what it printed. */
  console(command: string, options = ''): Promise<string> {
    const run = async () => {
      // Commands before this one may still print.
      await Promise.allSettled(this.pending);
      const lines: string[] = [];
      this.capture = lines;
      const token = String(this.token);
      const stop = (_: string, data: { 'cdt-token'?: string }) => {
        if (data['cdt-token'] === token) this.capture = undefined;
      };
      this.on('resultAsync', stop);
      try {
        await super.sendCommand(`-interpreter-exec ${options}console ${miQuote(command)}`);
        return lines.join('');
      } finally {
        this.capture = undefined;
        this.off('resultAsync', stop);
      }
    };
    const result = this.captures.then(run, run);
    this.captures = result.catch(() => undefined);
    return result;
  }

  /** The base's categories are MI's stream names; the debug console knows `console`. */
  override emit(event: string, ...args: unknown[]): boolean {
    if (event !== 'consoleStreamOutput') return super.emit(event as 'exit', ...(args as [null, null]));
    const [text, category] = args as [string, string];
    if (category === 'stdout' && (this.marked !== '' || text.includes(ADAPTER_MARK)))
      return this.takeMarked(text);
    if (category === 'log' && text === this.echo) return true;
    if (category !== 'stderr' && this.capture) return this.capture.push(text) > 0;
    if (category === 'stdout' && this.held) return this.held.push(text) > 0;
    return super.emit(event, text, category === 'stderr' ? 'stderr' : 'console');
  }

  private takeMarked(text: string): boolean {
    const at = this.marked === '' ? text.indexOf(ADAPTER_MARK) : 0;
    if (at > 0) super.emit('consoleStreamOutput', text.slice(0, at), 'console');
    this.marked += text.slice(at);
    const end = this.marked.indexOf('\n');
    if (end < 0) return true;
    const line = this.marked.slice(ADAPTER_MARK.length, end);
    const rest = this.marked.slice(end + 1);
    this.marked = '';
    const blank = line.indexOf(' ');
    super.emit('adapter' as 'exit', line.slice(0, blank) as never, JSON.parse(line.slice(blank + 1)));
    if (rest !== '') this.emit('consoleStreamOutput', rest, 'stdout');
    return true;
  }
}
