import { closeSync, constants, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { terminalFailed } from '../errors';
import { makeFifos } from './pseudo-terminal';
import type { TargetContext } from './target';

/**
 * Runs in the client's terminal for as long as `$1/holder` is open for writing, and tells us the terminal's name in
 * `$1/tty`. It hands Ctrl+C on to the program (`$1/pid`), which has the terminal but is in a session of its own.
 */
const HOLDER = `
trap 'kill -INT "$(cat "$1/pid" 2>/dev/null)" 2>/dev/null' INT
tty > "$1/tty.new" && mv "$1/tty.new" "$1/tty"
cat "$1/holder" > /dev/null &
while kill -0 $! 2>/dev/null; do wait $!; done`;

/**
 * Runs in the client's terminal and becomes the command. A child of nobody (so that the program can never wait for it)
 * watches `$1/holder`: when the adapter is gone, so is the command. (Told "end", it goes quietly: the pid may be another's.)
 */
const WATCHED = `
directory=$1; shift
echo $$ > "$directory/pid"
( ( read -r word < "$directory/holder"; [ "$word" = end ] || kill -KILL $$ ) > /dev/null 2>&1 & )
exec "$@"`;

/** A terminal of the client's that the program uses. */
export class TerminalHolder {
  private fd = -1;

  private constructor(private readonly context: TargetContext) {}

  /** Opens a terminal and keeps it open: for a program that GDB starts. */
  static async hold(context: TargetContext): Promise<{ holder: TerminalHolder; tty: string }> {
    const holder = await TerminalHolder.open(context);
    await holder.run(['/bin/sh', '-c', HOLDER, 'branch-history-debugger', context.runDirectory.path], {});
    const file = context.runDirectory.file('tty');
    for (const start = Date.now(); !existsSync(file); await new Promise((r) => setTimeout(r, 5)))
      if (Date.now() - start > 10_000) throw terminalFailed('it did not answer in 10 s');
    return { holder, tty: readFileSync(file, 'utf8').trim() };
  }

  /** Runs a command in a terminal. */
  static async exec(context: TargetContext, command: readonly string[]): Promise<TerminalHolder> {
    const holder = await TerminalHolder.open(context);
    const env: Record<string, string | null> = {};
    for (const name of Object.keys(context.env))
      if (context.env[name] !== process.env[name]) env[name] = context.env[name]!;
    for (const name of Object.keys(process.env)) if (context.env[name] === undefined) env[name] = null;
    await holder.run(
      ['/bin/sh', '-c', WATCHED, 'branch-history-debugger', context.runDirectory.path, ...command],
      env,
    );
    return holder;
  }

  /** The process that `exec` became. */
  pid(): number | undefined {
    try {
      return Number.parseInt(readFileSync(this.context.runDirectory.file('pid'), 'utf8'), 10) || undefined;
    } catch {
      return undefined;
    }
  }

  /** Where Ctrl+C in the terminal goes. */
  setPid(pid: number): void {
    writeFileSync(this.context.runDirectory.file('pid'), `${pid}\n`);
  }

  /** @param ended the program is known to have ended; otherwise what runs in the terminal is killed. */
  close(ended: boolean): void {
    if (this.fd < 0) return;
    if (ended) writeSync(this.fd, 'end\n');
    closeSync(this.fd);
    this.fd = -1;
  }

  private static async open(context: TargetContext): Promise<TerminalHolder> {
    const holder = new TerminalHolder(context);
    const fifo = context.runDirectory.file('holder');
    await makeFifos([fifo]);
    // Both directions: a FIFO with no reader cannot be opened for writing alone without waiting.
    holder.fd = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    return holder;
  }

  private async run(args: readonly string[], env: Readonly<Record<string, string | null>>): Promise<void> {
    const { config, cwd, runInTerminal } = this.context;
    try {
      await runInTerminal!({
        kind: config.console === 'externalTerminal' ? 'external' : 'integrated',
        title: `Debug: ${config.program}`,
        cwd,
        args,
        env,
      });
    } catch (error) {
      this.close(true);
      throw terminalFailed(error instanceof Error ? error.message : String(error));
    }
  }
}
