import { randomBytes } from 'node:crypto';
import { write } from 'node:fs';
import { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { ReadStream } from 'node:tty';

/**
 * Text the program writes, from our end of its pseudo-terminal or pipe.
 *
 * We hold the writing side open too, so there is no end of file to tell that all is read. Instead `drain` writes a mark
 * behind the program's last byte and waits until it arrives: what the program wrote before it ended is then delivered,
 * without a guess at how long that takes.
 */
export class ProgramOutput {
  private readonly decoder = new StringDecoder('utf8');
  private readonly mark = Buffer.from(`\0bts-${randomBytes(12).toString('hex')}\n`);
  private held: Buffer = Buffer.alloc(0);
  private draining: (() => void) | undefined;

  private constructor(
    private readonly stream: Socket,
    private readonly writeFd: number,
    private readonly sink: (text: string) => void,
  ) {
    stream.on('data', (chunk: Buffer) => this.take(chunk));
    // A pseudo-terminal reports EIO when its last user is gone: an end like any other.
    stream.on('error', () => this.finish());
    stream.on('close', () => this.finish());
  }

  static fromTerminal(master: number, slave: number, sink: (text: string) => void): ProgramOutput {
    return new ProgramOutput(new ReadStream(master), slave, sink);
  }

  /** @param fd a FIFO, opened for reading and writing. */
  static fromPipe(fd: number, sink: (text: string) => void): ProgramOutput {
    return new ProgramOutput(new Socket({ fd, readable: true, writable: false }), fd, sink);
  }

  /** Resolves when all that was written until now is delivered, or after `milliseconds`. */
  drain(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.finish(), milliseconds);
      this.draining = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.stream.destroyed) this.finish();
      else this.writeMark();
    });
  }

  /** Our end of a pipe does not block: full means that more must be read first. */
  private writeMark(): void {
    write(this.writeFd, this.mark, (error) => {
      if (error?.code === 'EAGAIN' && this.draining) setTimeout(() => this.writeMark(), 2);
      else if (error) this.finish();
    });
  }

  close(): void {
    this.stream.destroy();
  }

  private take(chunk: Buffer): void {
    let data: Buffer = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk;
    this.held = Buffer.alloc(0);
    if (this.draining) {
      const at = data.indexOf(this.mark);
      if (at >= 0) {
        this.emit(Buffer.concat([data.subarray(0, at), data.subarray(at + this.mark.length)]));
        this.finish();
        return;
      }
      // The mark may have come in half: keep what could be its beginning.
      const start = data.lastIndexOf(0);
      if (start >= 0 && this.mark.subarray(0, data.length - start).equals(data.subarray(start))) {
        this.held = data.subarray(start);
        data = data.subarray(0, start);
      }
    }
    this.emit(data);
  }

  private emit(data: Buffer): void {
    const text = this.decoder.write(data);
    if (text !== '') this.sink(text);
  }

  private finish(): void {
    this.draining?.();
    this.draining = undefined;
  }
}
