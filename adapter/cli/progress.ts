const SILENT_MS = 2000;
const TERMINAL_MS = 100;
const LOG_MS = 1000;

/**
 * Tells on stderr how far long work has come, once it has taken two seconds: on a terminal in one line that goes away
 * again, elsewhere (only when asked for) a line a second.
 */
export class Progress {
  private readonly started = Date.now();
  private last = 0;
  private shown = false;

  constructor(asked: boolean) {
    this.enabled = asked || process.stderr.isTTY === true;
  }

  private readonly enabled: boolean;

  /** @param done 0 to 1 */
  report(what: string, done: number): void {
    const now = Date.now();
    const interval = process.stderr.isTTY ? TERMINAL_MS : LOG_MS;
    if (!this.enabled || now - this.started < SILENT_MS || now - this.last < interval) return;
    this.last = now;
    const text = `bts: ${what}: ${Math.floor(done * 100)} %`;
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
    this.shown = true;
  }

  /** Before anything else is written. */
  end(): void {
    if (this.shown && process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    this.shown = false;
  }
}
