import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BranchRowBody, CursorBody, HistoryRequests, RowBody } from '../../src/protocol/history';
import type { Body, DapClient } from './dap-client';
import { lineOf, markersOf, program, source } from './program';
import { newClient } from './session';

type Stopped = DebugProtocol.StoppedEvent['body'];

/** A place as the tests name it: the marker of its line, else `function` or `file:line`. */
export interface Place {
  readonly at: string;
  readonly pc: bigint;
  readonly stop: Stopped;
}

interface Start {
  /** Source of the program; `NAME.c` when not given. */
  readonly file?: string;
  readonly args?: readonly string[];
  /** Markers of the breakpoints to set before the program runs. */
  readonly at?: readonly string[];
  readonly branchHistory?: object;
  readonly more?: object;
}

/** A debug session of a program with a history, as its user sees it. The source's markers name the places. */
export class HistoryClient {
  private constructor(
    readonly dap: DapClient,
    readonly file: string,
  ) {}

  /** Launched, with breakpoints, not yet running. */
  static async launch(name: string, start: Start = {}): Promise<HistoryClient> {
    const client = new HistoryClient(newClient(), start.file ?? `${name}.c`);
    const { args = [], branchHistory = {}, more = {} } = start;
    await client.dap.launch({ program: program(name), args, branchHistory, ...more });
    if (start.at) await client.breakpoints(...start.at);
    return client;
  }

  /** Launched, and run to its first stop. */
  static async stopped(name: string, start: Start = {}): Promise<HistoryClient> {
    const client = await HistoryClient.launch(name, start);
    await client.dap.request('configurationDone');
    await client.dap.stopped();
    return client;
  }

  line(marker: string): number {
    return lineOf(this.file, marker);
  }

  /** Breakpoints of the source: all of them, by marker. */
  breakpoints(
    ...markers: readonly (string | ({ at: string } & Partial<DebugProtocol.SourceBreakpoint>))[]
  ): Promise<DebugProtocol.Breakpoint[]> {
    const wanted = markers.map((marker) => {
      const { at, ...more } = typeof marker === 'string' ? { at: marker } : marker;
      return { line: this.line(at), ...more };
    });
    return this.dap.breakpoints(source(this.file), wanted);
  }

  /**
   * Sends a movement and waits for the stop it leads to, which must come after its response.
   * @param args granularity and the like
   */
  async move(command: string, args: object = {}): Promise<Place> {
    await this.dap.request(command, { threadId: 1, ...args });
    const stop = await this.dap.stopped();
    return { ...(await this.place(stop.threadId)), stop };
  }

  /** Where each of `times` movements led. */
  async moves(command: string, times: number, args: object = {}): Promise<string[]> {
    const places: string[] = [];
    for (let i = 0; i < times; i++) places.push((await this.move(command, args)).at);
    return places;
  }

  /** bts/goto and the stop it leads to. */
  async goto(args: HistoryRequests['bts/goto']['arguments']): Promise<Place & { readonly body: Body }> {
    const body = await this.request('bts/goto', args);
    const stop = await this.dap.stopped();
    return { ...(await this.place(stop.threadId)), stop, body };
  }

  async place(threadId = 1): Promise<Omit<Place, 'stop'>> {
    const frame = await this.dap.topFrame(threadId);
    return { at: this.name(frame), pc: BigInt(frame.instructionPointerReference ?? 0) };
  }

  frames(threadId = 1, page: object = {}): Promise<DebugProtocol.StackFrame[]> {
    return this.dap.request('stackTrace', { threadId, ...page }).then(({ stackFrames }) => stackFrames);
  }

  /** The marker of the line of a frame. */
  name(frame: DebugProtocol.StackFrame): string {
    const file = frame.source?.path;
    if (file === undefined) return frame.name;
    const marker = basename(file) === this.file ? markersOf(this.file).get(frame.line) : undefined;
    return marker ?? `${basename(file)}:${frame.line}`;
  }

  async request<Name extends keyof HistoryRequests>(
    name: Name,
    args: HistoryRequests[Name]['arguments'],
  ): Promise<HistoryRequests[Name]['body']> {
    return this.dap.request(name, args);
  }

  async cursor(): Promise<CursorBody> {
    return (await this.request('bts/state', {})).cursor!;
  }

  /** Names of the events since a moment, in order; `from` counts messages. */
  events(from = 0): string[] {
    return this.dap.messages
      .slice(from)
      .flatMap((m) => (m.type === 'event' && 'event' in m ? [m.event] : []));
  }
}

/** The branches among rows, loops left out. */
export function branches(rows: readonly RowBody[]): BranchRowBody[] {
  return rows.filter((row) => row.kind === 'branch');
}
