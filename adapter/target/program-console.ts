import { closeSync, constants, openSync, write } from 'node:fs';
import { noStdin } from '../errors';
import { ProgramOutput } from './program-output';
import { makeFifos, openPseudoTerminal } from './pseudo-terminal';
import type { TargetContext } from './target';

/**
 * The program's standard streams in the debug console: stdin and stdout on a pseudo-terminal, stderr on a pipe of its
 * own so that it can be told apart. Without a pseudo-terminal, stdin and stdout are pipes too (the program's stdout is
 * then buffered in blocks, as it is in any pipe).
 */
export class ProgramConsole {
  private readonly outputs: ProgramOutput[] = [];
  private readonly descriptors: number[] = [];
  private stdinWriter = -1;

  private constructor(
    /** Paths for the program to open. `terminal` is undefined when there are pipes only. */
    readonly paths: {
      readonly stdin: string;
      readonly stdout: string;
      readonly stderr: string;
      readonly terminal?: string;
    },
  ) {}

  static async open(context: TargetContext): Promise<ProgramConsole> {
    const { runDirectory, output } = context;
    const stderr = runDirectory.file('stderr');
    const fifos = makeFifos([stderr]);
    const terminal = await openPseudoTerminal('console').catch(() => undefined);
    await fifos;
    let console: ProgramConsole;
    if (terminal) {
      console = new ProgramConsole({
        stdin: terminal.path,
        stdout: terminal.path,
        stderr,
        terminal: terminal.path,
      });
      console.outputs.push(
        ProgramOutput.fromTerminal(terminal.master, terminal.slave, (text) => output('stdout', text)),
      );
      console.descriptors.push(terminal.slave);
      console.stdinWriter = terminal.master;
    } else {
      const [stdin, stdout] = [runDirectory.file('stdin'), runDirectory.file('stdout')];
      await makeFifos([stdin, stdout]);
      console = new ProgramConsole({ stdin, stdout, stderr });
      console.outputs.push(ProgramOutput.fromPipe(openBoth(stdout), (text) => output('stdout', text)));
      console.stdinWriter = openBoth(stdin);
      console.descriptors.push(console.stdinWriter);
    }
    console.outputs.push(ProgramOutput.fromPipe(openBoth(stderr), (text) => output('stderr', text)));
    return console;
  }

  write(text: string): void {
    if (this.stdinWriter < 0) throw noStdin();
    write(this.stdinWriter, text, () => undefined);
  }

  /** End of file for a program that reads its standard input: a terminal has a key for it, a pipe is closed. */
  endInput(): void {
    if (this.stdinWriter < 0) throw noStdin();
    if (this.paths.terminal !== undefined) {
      this.write('\x04');
      return;
    }
    closeSync(this.stdinWriter);
    this.descriptors.splice(this.descriptors.indexOf(this.stdinWriter), 1);
    this.stdinWriter = -1;
  }

  /** Waits for the last byte written before now. Half a second is enough for 64 KiB in a pipe however slow the client. */
  async drain(): Promise<void> {
    await Promise.all(this.outputs.map((output) => output.drain(500)));
  }

  close(): void {
    this.stdinWriter = -1;
    for (const output of this.outputs.splice(0)) output.close();
    for (const fd of this.descriptors.splice(0)) closeSync(fd);
  }
}

/** A FIFO opened for both directions neither waits for a partner nor ever ends. */
function openBoth(file: string): number {
  return openSync(file, constants.O_RDWR | constants.O_NONBLOCK);
}
