import { accessSync, constants } from 'node:fs';
import { coreMissing, inCore, messageOf, notACore, notSupported } from '../errors';
import type { GdbBackend } from './gdb-backend';
import { miQuote } from './mi-quote';
import type { Target, TargetContext } from './target';

/** A core file: a program to look at, not to run. */
export class CoreTarget implements Target {
  readonly kind = 'core';
  readonly isRemote = false;
  readonly hardwareWatchpoints = false;
  readonly pid = undefined;
  /** What ended the program, as GDB says it: `Program terminated with signal SIGSEGV, Segmentation fault.` */
  cause = '';

  constructor(private readonly context: TargetContext) {}

  async prepare(): Promise<void> {
    const core = this.context.config.coreDumpPath!;
    try {
      accessSync(core, constants.R_OK);
    } catch {
      throw coreMissing(core);
    }
  }

  async connect(gdb: GdbBackend): Promise<void> {
    const core = this.context.config.coreDumpPath!;
    try {
      const said = await gdb.console(`core-file ${core}`);
      this.cause = /Program terminated with signal [^\n]*/.exec(said)?.[0] ?? '';
    } catch (error) {
      throw notACore(core, messageOf(error));
    }
    // "core-file" accepts a file that is no core of anything; then there is no thread.
    const { threads } = await gdb.sendCommand<{ threads?: unknown[] }>('-thread-info');
    if (!threads?.length) throw notACore(miQuote(core), 'no thread in it');
  }

  async start(): Promise<void> {}

  writeStdin(): void {
    throw inCore('Input');
  }

  endStdin(): void {
    throw inCore('Input');
  }

  async finish(): Promise<void> {}

  stopReported(): void {}

  async monitor(): Promise<string> {
    throw notSupported('There is no gdbserver to ask: this is a core file.');
  }

  lost(): Promise<never> {
    return new Promise(() => undefined);
  }

  async kill(): Promise<void> {}

  dispose(): void {}
}
