import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { guardedCommand } from './guarded-command';

/**
 * Stands between GDB and vgdb on a unix socket, for one reason: Valgrind's gdbserver drops an interrupt (0x03) that
 * arrives while it is between two packets, which is nearly always when GDB single-steps. The relay remembers the
 * interrupt, and turns the next stop of a step (T05, SIGTRAP) into what the stub should have said (T02, SIGINT):
 *
 *     GDB → stub   $vCont;s:1#..   0x03
 *     stub → GDB   $T05thread:1;#cs      passed on as   $T02thread:1;#(cs - 3)
 *
 * When no stop comes (the interrupt followed too closely on a continue), it is sent again: one that comes too late falls
 * between two packets, where the stub drops it.
 */
export class RspRelay {
  private server: Server | undefined;
  private child: ChildProcess | undefined;
  private socket: Socket | undefined;
  private errors = '';
  private again: NodeJS.Timeout | undefined;
  private readonly rewriter = new StopRewriter();

  /** @param vgdb the command, without the guard. */
  static listen(path: string, vgdb: readonly string[], env: NodeJS.ProcessEnv): Promise<RspRelay> {
    const relay = new RspRelay();
    return new Promise((resolve, reject) => {
      relay.server = createServer((socket) => relay.connect(socket, vgdb, env));
      relay.server.maxConnections = 1;
      relay.server.on('error', reject);
      relay.server.listen(path, () => resolve(relay));
    });
  }

  /** A stop was reported: an interrupt that crossed it must not colour a later one. */
  forgetInterrupt(): void {
    this.rewriter.forget();
  }

  get lastWords(): string {
    return this.errors.trim().slice(-500);
  }

  close(): void {
    clearInterval(this.again);
    this.server?.close();
    this.socket?.destroy();
    this.child?.kill('SIGKILL');
  }

  private connect(socket: Socket, vgdb: readonly string[], env: NodeJS.ProcessEnv): void {
    this.socket = socket;
    const [command, ...args] = guardedCommand(vgdb);
    const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child = child;
    const interrupts = new InterruptScanner();
    socket.on('data', (data) => {
      child.stdin.write(data);
      if (!interrupts.scan(data)) return;
      this.rewriter.expect();
      clearInterval(this.again);
      this.again = setInterval(() => {
        if (this.rewriter.expecting) child.stdin.write('\x03');
        else clearInterval(this.again);
      }, 50);
    });
    child.stdout.on('data', (data) => socket.write(this.rewriter.pass(data)));
    child.stderr.on('data', (data) => {
      this.errors = (this.errors + data).slice(-4096);
    });
    const end = () => {
      clearInterval(this.again);
      socket.destroy();
      child.kill('SIGKILL');
    };
    for (const stream of [socket, child.stdin, child.stdout, child]) stream.on('error', end);
    socket.on('close', end);
    child.on('close', end);
  }
}

/** Finds 0x03 outside packets in what GDB sends. Packets (`$…#xx`) may hold any byte, escaped or binary. */
export class InterruptScanner {
  private state: 'idle' | 'packet' | 'sum1' | 'sum2' = 'idle';

  scan(data: Uint8Array): boolean {
    let found = false;
    for (const byte of data) {
      switch (this.state) {
        case 'idle':
          if (byte === 0x24) this.state = 'packet';
          else if (byte === 0x03) found = true;
          break;
        case 'packet':
          if (byte === 0x23) this.state = 'sum1';
          break;
        case 'sum1':
          this.state = 'sum2';
          break;
        case 'sum2':
          this.state = 'idle';
      }
    }
    return found;
  }
}

/** Turns the next T05 into T02 when an interrupt is expected; everything else passes as it is. */
export class StopRewriter {
  expecting = false;
  private held: Buffer = Buffer.alloc(0);

  expect(): void {
    this.expecting = true;
  }

  forget(): void {
    this.expecting = false;
  }

  /** Returns what to pass on; the beginning of a stop reply is held until its end has come. */
  pass(chunk: Buffer): Buffer {
    if (!this.expecting && this.held.length === 0) return chunk;
    const data = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk;
    this.held = Buffer.alloc(0);
    for (let at = data.indexOf('$'); at >= 0 && this.expecting; ) {
      const hash = data.indexOf('#', at);
      if (hash < 0 || data.length < hash + 3) {
        this.held = data.subarray(at);
        return data.subarray(0, at);
      }
      const kind = data.toString('latin1', at + 1, at + 4);
      // A stop for any other reason, or an end, answers the interrupt as well.
      if (/^(T|S|W|X)/.test(kind)) this.expecting = false;
      if (kind === 'T05') {
        const sum = Number.parseInt(data.toString('latin1', hash + 1, hash + 3), 16);
        data[at + 3] = 0x32;
        data.write(((sum - 3) & 0xff).toString(16).padStart(2, '0'), hash + 1, 'latin1');
      }
      at = data.indexOf('$', hash + 3);
    }
    return data;
  }
}
