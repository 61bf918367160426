import { type ChildProcess, spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import * as path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';

export const MAIN = path.join(__dirname, '../../dist/adapter/main.js');

type Message = DebugProtocol.Request | DebugProtocol.Response | DebugProtocol.Event;
// biome-ignore lint/suspicious/noExplicitAny: the body's type follows from the command, which a test knows.
export type Body = any;

/** A client of the Debug Adapter Protocol, for tests: what it sent and received is in every error it throws. */
export class DapClient {
  /** Everything received, in order. */
  readonly messages: Message[] = [];
  /** Answers DAP's reverse request; without it, the client says it has no terminal. */
  runInTerminal: ((args: DebugProtocol.RunInTerminalRequestArguments) => Promise<object>) | undefined;
  private readonly transcript: string[] = [];
  private readonly started = Date.now();
  private waiting: ((message: Message) => boolean)[] = [];
  private data = Buffer.alloc(0);
  private seq = 1;
  private taken = 0;

  private constructor(
    private readonly output: { write(text: string): unknown; end(): unknown },
    readonly process: ChildProcess | undefined,
  ) {}

  static spawn(env: NodeJS.ProcessEnv = process.env, main = MAIN): DapClient {
    const child = spawn(process.execPath, [main, 'dap'], { stdio: 'pipe', env });
    const client = new DapClient(child.stdin, child);
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk) => client.receive(chunk));
    child.stderr.on('data', (chunk) => client.note('stderr', String(chunk)));
    child.on('exit', (code, signal) => client.note('exit', signal ?? String(code)));
    return client;
  }

  static connect(port: number): Promise<DapClient> {
    return new Promise((resolve, reject) => {
      const socket: Socket = connect(port, '127.0.0.1', () => {
        const client = new DapClient(socket, undefined);
        socket.on('data', (chunk) => client.receive(chunk));
        resolve(client);
      });
      socket.on('error', reject);
    });
  }

  /** Sends a request; resolves with its body, rejects when it fails. */
  async request(command: string, args: object = {}, timeout = 20_000): Promise<Body> {
    const response = await this.rawRequest(command, args, timeout);
    if (!response.success) throw this.error(`${command} failed: ${response.message}`);
    return response.body;
  }

  /** Sends a request that must fail; resolves with the error's text. */
  async failing(command: string, args: object = {}, timeout = 20_000): Promise<string> {
    const response = await this.rawRequest(command, args, timeout);
    if (response.success) throw this.error(`${command} succeeded, but should have failed`);
    return response.body?.error?.format ?? response.message ?? '';
  }

  rawRequest(command: string, args: object = {}, timeout = 20_000): Promise<DebugProtocol.Response> {
    const seq = this.seq++;
    const from = this.messages.length;
    this.send({ seq, type: 'request', command, arguments: args });
    return this.wait(
      `the response to ${command}`,
      (m): m is DebugProtocol.Response =>
        m.type === 'response' && (m as DebugProtocol.Response).request_seq === seq,
      timeout,
      from,
    );
  }

  /** The next event of a name (and kind) that no earlier call has taken; events before it are passed over. */
  async event(name: string, matches: (body: Body) => boolean = () => true, timeout = 20_000): Promise<Body> {
    const event = await this.wait(
      `the event ${name}`,
      (m): m is DebugProtocol.Event =>
        m.type === 'event' &&
        (m as DebugProtocol.Event).event === name &&
        matches((m as DebugProtocol.Event).body),
      timeout,
      this.taken,
    );
    this.taken = this.messages.indexOf(event) + 1;
    return event.body;
  }

  stopped(reason?: string): Promise<DebugProtocol.StoppedEvent['body']> {
    return this.event('stopped').then((body) => {
      if (reason !== undefined && body.reason !== reason)
        throw this.error(`stopped for "${body.reason}" and not for "${reason}"`);
      return body;
    });
  }

  /** All text of a category so far. */
  text(category: string): string {
    return this.messages
      .filter(
        (m): m is DebugProtocol.OutputEvent =>
          m.type === 'event' && (m as DebugProtocol.Event).event === 'output',
      )
      .filter((m) => m.body.category === category)
      .map((m) => m.body.output)
      .join('');
  }

  /** Waits until the text of a category holds a piece. */
  async untilText(category: string, piece: string, timeout = 20_000): Promise<void> {
    for (
      const start = Date.now();
      !this.text(category).includes(piece);
      await new Promise((r) => setTimeout(r, 5))
    )
      if (Date.now() - start > timeout) throw this.error(`no "${piece}" in ${category}`);
  }

  initialize(more: object = {}): Promise<DebugProtocol.Capabilities> {
    return this.request('initialize', {
      adapterID: 'bts',
      clientID: 'test',
      pathFormat: 'path',
      linesStartAt1: true,
      columnsStartAt1: true,
      ...(this.runInTerminal ? { supportsRunInTerminalRequest: true } : {}),
      ...more,
    });
  }

  /** initialize and launch (or attach), up to the moment for breakpoints. */
  async launch(args: object, request: 'launch' | 'attach' = 'launch'): Promise<void> {
    await this.initialize();
    const launched = this.request(request, args);
    await Promise.race([this.event('initialized'), launched.then(() => new Promise(() => undefined))]);
    await launched;
  }

  /** Breakpoints by line; returns what the adapter made of them. */
  async breakpoints(
    file: string,
    breakpoints: readonly DebugProtocol.SourceBreakpoint[],
  ): Promise<DebugProtocol.Breakpoint[]> {
    return (await this.request('setBreakpoints', { source: { path: file }, breakpoints })).breakpoints;
  }

  async topFrame(threadId = 1): Promise<DebugProtocol.StackFrame> {
    return (await this.request('stackTrace', { threadId, startFrame: 0, levels: 1 })).stackFrames[0];
  }

  /** The variables of the top frame's first scope, by name. */
  async locals(threadId = 1): Promise<Record<string, DebugProtocol.Variable>> {
    const frame = await this.topFrame(threadId);
    const { scopes } = await this.request('scopes', { frameId: frame.id });
    return this.children(scopes[0].variablesReference);
  }

  async children(variablesReference: number): Promise<Record<string, DebugProtocol.Variable>> {
    const { variables } = await this.request('variables', { variablesReference });
    return Object.fromEntries(variables.map((v: DebugProtocol.Variable) => [v.name, v]));
  }

  async evaluate(expression: string, context = 'watch'): Promise<string> {
    const frame = await this.topFrame();
    return (await this.request('evaluate', { expression, context, frameId: frame.id })).result;
  }

  /** Lets the program run to its end; resolves with its exit status. */
  async toExit(): Promise<number> {
    const [exited] = await Promise.all([this.event('exited'), this.request('continue', { threadId: 1 })]);
    await this.event('terminated');
    return exited.exitCode;
  }

  /** Disconnects and waits for the adapter's end; returns how many milliseconds it took from the request. */
  async disconnect(args: object = {}): Promise<number> {
    const start = Date.now();
    const gone = this.gone();
    if (this.process?.exitCode === null && this.process.signalCode === null)
      await this.rawRequest('disconnect', args).catch(() => undefined);
    await gone;
    return Date.now() - start;
  }

  /** Resolves when the adapter's process has ended. */
  gone(timeout = 5000): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(this.error('the adapter did not end')), timeout);
      child.on('exit', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  endInput(): void {
    this.output.end();
  }

  error(message: string): Error {
    return new Error(`${message}\n--- transcript ---\n${this.transcript.slice(-25).join('\n')}`);
  }

  private send(message: object): void {
    const json = JSON.stringify(message);
    this.note('→', json);
    this.output.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
  }

  private wait<M extends Message>(
    what: string,
    matches: (message: Message) => message is M,
    timeout: number,
    from: number,
  ): Promise<M> {
    const known = this.messages.slice(from).find(matches);
    if (known) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const take = (message: Message): boolean => {
        if (!matches(message)) return false;
        clearTimeout(timer);
        resolve(message);
        return true;
      };
      const timer = setTimeout(() => {
        this.waiting = this.waiting.filter((w) => w !== take);
        reject(this.error(`timeout after ${timeout} ms, waiting for ${what}`));
      }, timeout);
      this.waiting.push(take);
    });
  }

  private receive(chunk: Buffer): void {
    this.data = Buffer.concat([this.data, chunk]);
    for (;;) {
      const end = this.data.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(this.data.toString('latin1', 0, end))?.[1]);
      if (this.data.length < end + 4 + length) return;
      const json = this.data.toString('utf8', end + 4, end + 4 + length);
      this.data = this.data.subarray(end + 4 + length);
      this.note('←', json);
      this.take(JSON.parse(json));
    }
  }

  private take(message: Message): void {
    this.messages.push(message);
    if (message.type === 'request') void this.reverse(message as DebugProtocol.Request);
    this.waiting = this.waiting.filter((waiting) => !waiting(message));
  }

  private async reverse(request: DebugProtocol.Request): Promise<void> {
    const answer = { type: 'response', seq: this.seq++, request_seq: request.seq, command: request.command };
    try {
      if (!this.runInTerminal) throw new Error('no terminal');
      this.send({ ...answer, success: true, body: await this.runInTerminal(request.arguments) });
    } catch (error) {
      this.send({ ...answer, success: false, message: String(error) });
    }
  }

  private note(direction: string, text: string): void {
    this.transcript.push(`${Date.now() - this.started} ${direction} ${text.slice(0, 700)}`);
  }
}
