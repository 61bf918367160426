import { closeSync, write } from 'node:fs';
import { Writable } from 'node:stream';
import { ReadStream } from 'node:tty';
import { terminalFailed } from '../errors';
import { GdbProcess } from './gdb-process';
import { processEnd } from './process-end';
import { openPseudoTerminal } from './pseudo-terminal';
import type { TargetContext } from './target';
import { TerminalHolder } from './terminal-holder';

/**
 * GDB in a terminal of the client's, for its user to type into (`openGdbConsole`), with GDB/MI for us on a
 * pseudo-terminal beside it (GDB's `new-ui`).
 */
export class GdbTerminalProcess extends GdbProcess {
  private holder: TerminalHolder | undefined;

  /** @param context of which the run directory must be GDB's own. */
  constructor(
    what: ConstructorParameters<typeof GdbProcess>[0],
    private readonly context: TargetContext,
  ) {
    super(what);
  }

  override kill(): void {
    super.kill();
    this.holder?.close(false);
  }

  protected override async spawn(gdb: string): Promise<void> {
    const { master, slave, path } = await openPseudoTerminal('raw');
    const command = [gdb, '-q', '-ex', `new-ui mi2 ${path}`, ...this.what.args];
    this.holder = await TerminalHolder.exec(
      { ...this.context, cwd: this.what.cwd, env: this.what.env },
      command,
    );
    const pid = await this.waitForPid();
    this.context.runDirectory.addProcess(pid);
    const stdout = new ReadStream(master);
    stdout.setEncoding('utf8');
    stdout.on('error', () => undefined);
    const stdin = new Writable({ write: (chunk, _, done) => write(master, chunk, (error) => done(error)) });
    stdin.on('error', () => undefined);
    this.ended = processEnd(pid).then(() => {
      stdin.destroy();
      stdout.destroy();
      closeSync(slave);
      return 'in its terminal';
    });
    const { ended } = this;
    this.child = {
      stdin,
      stdout,
      stderr: null,
      getPID: () => pid,
      exitCode: null,
      signalCode: null,
      kill: (signal = 'SIGTERM') => {
        try {
          return process.kill(pid, signal);
        } catch {
          return false;
        }
      },
      on(event: string, listener: unknown) {
        if (event === 'exit')
          void ended.then(() => (listener as (code: null, signal: null) => void)(null, null));
        return this;
      },
    };
  }

  private async waitForPid(): Promise<number> {
    for (const start = Date.now(); Date.now() - start < 10_000; await new Promise((r) => setTimeout(r, 5))) {
      const pid = this.holder!.pid();
      if (pid !== undefined) return pid;
    }
    throw terminalFailed('it did not answer in 10 s');
  }
}
