import { readFileSync } from 'node:fs';
import { attachFailed, messageOf, noStdin, notSupported } from '../errors';
import type { GdbBackend } from './gdb-backend';
import type { Target, TargetContext } from './target';

/** A process that runs already. It keeps its own terminal. */
export class AttachTarget implements Target {
  readonly kind = 'attach';
  readonly isRemote = false;
  readonly hardwareWatchpoints = true;

  constructor(private readonly context: TargetContext) {}

  get pid(): number {
    return Number(this.context.config.processId);
  }

  async prepare(): Promise<void> {}

  async connect(gdb: GdbBackend): Promise<void> {
    try {
      await gdb.sendCommand(`-target-attach ${this.pid}`);
    } catch (error) {
      throw attachFailed(String(this.pid), messageOf(error), attachHint(this.pid));
    }
  }

  async start(gdb: GdbBackend): Promise<void> {
    await gdb.sendCommand('-exec-continue');
  }

  writeStdin(): void {
    throw noStdin();
  }

  endStdin(): void {
    throw noStdin();
  }

  async finish(): Promise<void> {}

  stopReported(): void {}

  async monitor(): Promise<string> {
    throw notSupported('There is no gdbserver to ask: the program runs natively.');
  }

  lost(): Promise<never> {
    return new Promise(() => undefined);
  }

  async kill(): Promise<void> {}

  dispose(): void {}
}

/** Why ptrace(2) refuses, as far as /proc tells. */
function attachHint(pid: number): string {
  const read = (file: string) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return '';
    }
  };
  const status = read(`/proc/${pid}/status`);
  if (status === '') return 'There is no such process.';
  const tracer = /^TracerPid:\s*(\d+)/m.exec(status)?.[1];
  if (tracer && tracer !== '0') return `Process ${tracer} traces it already: end that debugger first.`;
  if (read('/proc/sys/kernel/yama/ptrace_scope').trim() !== '0')
    return 'Yama forbids it: run "sudo sysctl kernel.yama.ptrace_scope=0", or start the program from the debugger.';
  return 'Only a process of your own can be attached to; root can attach to any.';
}
