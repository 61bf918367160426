import { Event, ExitedEvent, TerminatedEvent } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { AttachRequestArguments } from 'cdt-gdb-adapter/dist/types/session';
import * as errors from '../errors';
import { CoreTarget } from '../target/core-target';
import { RunDirectory } from '../target/run-directory';
import { parseArguments } from './arguments';
import { capabilities } from './capabilities';
import { connectGdb, prepareGdb } from './configure-gdb';
import { insertEntryBreakpoint } from './entry-breakpoint';
import { GdbFactory } from './gdb-factory';
import { GdbSession } from './gdb-session';
import { HistoryLink } from './history-link';
import { prepareSession } from './prepare-session';
import { requests } from './requests';
import { banner } from './requests/evaluate';
import { unbound } from './requests/set-breakpoints';
import type { SessionServices } from './services';
import { endProcesses } from './session-end';
import { leaveProgram, terminateProgram } from './terminate-program';

/** ConfiguringState of the base, which it does not export. */
const [FINISHING, DONE] = [3, 4] as const;

/** Requests that make a program run, and pause: no use before its start, after its end, or in a core. */
const needProgram = new Set(['continue', 'next', 'stepIn', 'stepOut', 'stepBack', 'reverseContinue', 'goto']);

/** Requests of the session's own life: a history is not asked. */
const lifecycle = new Set(['initialize', 'launch', 'attach', 'configurationDone', 'terminate', 'disconnect']);

/** Requests that may call a function of the program or set its ip. */
const touching = new Set(['evaluate', 'setVariable', 'setExpression']);

/**
 * The life of a debug session: it is started, answers, and ends. What a request does stands in requests/; what GDB
 * tells, in GdbSession; where the program runs, in ../target.
 */
export class BtsSession extends GdbSession {
  private readonly factory: GdbFactory;
  private runDirectory: RunDirectory | undefined;
  private state: 'new' | 'live' | 'ended' = 'new';
  private terminated = false;
  private closing: Promise<void> | undefined;
  private starting: Promise<void> = Promise.resolve();

  constructor(private readonly services: SessionServices) {
    const factory = new GdbFactory();
    super(factory);
    this.factory = factory;
  }

  get isLive(): boolean {
    return this.state === 'live' && this.closing === undefined;
  }

  // Requests

  /** In this order: the history, if the program stands in the past; the live session; undefined for the base. */
  protected override answer(request: DebugProtocol.Request): Promise<unknown> | undefined {
    const { command } = request;
    if (lifecycle.has(command)) return undefined;
    const past = this.history?.answer(request);
    if (past) return past;
    if (this.state === 'live' && needProgram.has(command) && this.target.kind === 'core')
      return Promise.reject(errors.inCore(command));
    if (!this.isLive) {
      if (needProgram.has(command)) return Promise.reject(errors.programEnded(command));
      if (command === 'threads') return Promise.resolve({ threads: [] });
      if (command === 'pause') return Promise.resolve({});
      if (/^set\w*Breakpoints$/.test(command)) return Promise.resolve(unbound(request.arguments));
    }
    const handler = requests[command];
    if (!handler) return undefined;
    if (!this.isLive) return Promise.reject(errors.programEnded(command));
    const answered = handler(this, (request.arguments ?? {}) as never);
    return touching.has(command) ? answered.finally(() => this.history?.onTouched()) : answered;
  }

  protected override initializeRequest(
    response: DebugProtocol.InitializeResponse,
    args: DebugProtocol.InitializeRequestArguments,
  ): void {
    this.supportsRunInTerminalRequest = args.supportsRunInTerminalRequest === true;
    this.supportsGdbConsole = this.supportsRunInTerminalRequest;
    response.body = { ...capabilities, breakpointModes: this.getBreakpointModes() ?? [] };
    this.sendResponse(response);
  }

  protected override async attachOrLaunchRequest(
    response: DebugProtocol.Response,
    request: 'launch' | 'attach',
    args: object,
  ): Promise<void> {
    try {
      this.starting = this.open(request, args as Record<string, unknown>);
      await this.starting;
      this.sendInitializedEvent();
      this.sendResponse(response);
    } catch (error) {
      this.fail(response, error);
      await this.close();
    }
  }

  private async open(request: 'launch' | 'attach', raw: Record<string, unknown>): Promise<void> {
    this.config = parseArguments(request, raw);
    this.runDirectory = RunDirectory.create();
    const terminal = this.supportsRunInTerminalRequest ? this.inTerminal : undefined;
    const output = (category: 'stdout' | 'stderr' | 'console', text: string) => this.output(text, category);
    const prepared = await prepareSession(this.config, this.runDirectory, this.services, terminal, output);
    this.target = prepared.target;
    this.isRemote = this.target.isRemote;
    for (const note of prepared.notes) this.output(note);
    const base = { ...this.config.base, gdb: this.config.gdb } as unknown as AttachRequestArguments;
    this.factory.create = prepared.createGdb;
    await this.setupCommonLoggerAndBackends(base);
    this.initializeSessionArguments(base);
    this.gdb.on('adapter' as 'exit', (name: unknown, data: unknown) => this.fromGdb(name as string, data));
    if (this.closing) throw errors.programEnded('launch');
    await Promise.all([this.target.prepare(), this.startGdb(base)]);
    await connectGdb(this.gdb, this.config, this.target, (text) => this.output(text));
    this.history = this.services.history(this.config, prepared.recorder);
    this.state = 'live';
    this.watch();
  }

  private async startGdb(base: AttachRequestArguments): Promise<void> {
    await this.spawn(base);
    await prepareGdb(this.gdb, this.config, this.target);
    if (this.config.program !== undefined) this.modules.addProgram(this.config.program);
  }

  protected override async configurationDoneRequest(
    response: DebugProtocol.ConfigurationDoneResponse,
  ): Promise<void> {
    try {
      this.output(banner);
      this.configuringState = FINISHING;
      await this.continueIfNeeded();
      this.sendResponse(response);
    } catch (error) {
      this.fail(response, error);
      this.endSession();
    }
  }

  /** The first resume is ours: it depends on the target. */
  protected override async continueIfNeeded(): Promise<void> {
    if (this.pauseCount === 1 && this.configuringState === FINISHING) {
      this.pauseCount = 0;
      this.configuringState = DONE;
      await this.begin();
      return;
    }
    await super.continueIfNeeded();
  }

  private async begin(): Promise<void> {
    const { target, config } = this;
    if (target instanceof CoreTarget) {
      await this.reportStop(await this.gdb.queryCurrentThreadId(), 'exception', {
        description: target.cause,
        text: 'core',
      });
      return;
    }
    if (target.pid !== undefined) await this.programStarted();
    if (config.stopAtEntry) {
      if (target.kind !== 'attach') this.entryBreakpoint = await insertEntryBreakpoint(this.gdb);
      // Without a symbol main: where the program stands now, or will stand first.
      this.atFirstInstruction = this.entryBreakpoint === undefined;
      if (this.atFirstInstruction && target.kind !== 'native') {
        await this.reportStop(await this.gdb.queryCurrentThreadId(), 'entry');
        return;
      }
    }
    await target.start(this.gdb, this.atFirstInstruction);
  }

  protected override async programStarted(): Promise<void> {
    const { program, request } = this.config;
    const body = {
      name: program ?? String(this.target.pid),
      systemProcessId: this.target.pid,
      isLocalProcess: true,
    };
    this.sendEvent(
      Object.assign(new Event('process'), { body: { ...body, startMethod: request, pointerSize: 64 } }),
    );
    await this.history?.onLaunched(new HistoryLink(this, this.runDirectory!));
  }

  // The end

  /** Deaths that GDB does not tell of. */
  private watch(): void {
    void this.factory.process!.exited().then((how) => {
      if (this.closing) return;
      if (this.state === 'live')
        this.output(`${errors.gdbDied(how, this.factory.process!.lastWords).message}\n`, 'stderr');
      this.endSession();
    });
    void this.target.lost().then(async ({ how, exitCode }) => {
      // GDB mostly knows, and says more.
      await new Promise((r) => setTimeout(r, 300));
      if (this.state !== 'live' || this.closing) return;
      this.output(`${how}\n`, 'stderr');
      await this.programExited(exitCode);
    });
  }

  protected override async programExited(code: number): Promise<void> {
    if (this.state !== 'live') return;
    this.state = 'ended';
    await Promise.race([this.target.finish(), new Promise((r) => setTimeout(r, 2000).unref())]);
    await this.history?.onExited(code);
    this.sendEvent(new ExitedEvent(code));
    this.endSession();
  }

  private endSession(): void {
    this.state = 'ended';
    if (!this.terminated) this.sendEvent(new TerminatedEvent());
    this.terminated = true;
  }

  async terminate(): Promise<void> {
    this.terminating = true;
    await terminateProgram(this, () => this.state === 'live');
  }

  protected override async terminateRequest(response: DebugProtocol.TerminateResponse): Promise<void> {
    try {
      if (this.isLive) await this.terminate();
      else this.endSession();
      this.sendResponse(response);
    } catch (error) {
      this.fail(response, error);
    }
  }

  protected override async disconnectRequest(
    response: DebugProtocol.DisconnectResponse,
    args: DebugProtocol.DisconnectArguments,
  ): Promise<void> {
    await this.close(args?.terminateDebuggee);
    this.sendResponse(response);
    this.services.exit();
  }

  /** The client is gone. */
  override shutdown(): void {
    void this.close().then(() => this.services.exit());
  }

  private close(terminateDebuggee?: boolean): Promise<void> {
    this.closing ??= this.end(terminateDebuggee ?? this.config?.request !== 'attach').catch((error) =>
      // Whatever goes wrong at the end, it is the end.
      this.logger.error(String(error)),
    );
    return this.closing;
  }

  private async end(kill: boolean): Promise<void> {
    this.history?.close();
    if (this.state === 'live') await leaveProgram(this, kill);
    const parts = () => ({
      gdb: this.gdb,
      process: this.factory.process,
      target: this.target,
      runDirectory: this.runDirectory,
    });
    await endProcesses(parts());
    // A start that was under way may have begun something in between.
    await Promise.race([this.starting.catch(() => undefined), new Promise((r) => setTimeout(r, 200))]);
    await endProcesses(parts());
  }
}
