import * as path from 'node:path';
import { BreakpointEvent, Source } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { messageOf } from '../../errors';
import type { GdbBackend } from '../../target/gdb-backend';
import type { LiveBreakpoint } from '../history-session';
import { breakpointOf, type MiBreakpoint } from '../mi';
import { type BreakpointSpec, type HitCondition, parseHitCondition } from './breakpoint-spec';
import { insertBreakpoint } from './insert-breakpoint';

/** A breakpoint that GDB has. DAP's id is GDB's number. */
interface Entry {
  readonly number: string;
  readonly spec: BreakpointSpec;
  readonly key: string;
  readonly hit: HitCondition | undefined;
  mi: MiBreakpoint;
  locations: readonly MiBreakpoint[];
}

/**
 * Every breakpoint of the session, by GDB number: what it was asked to be, and what GDB made of it. GDB's own list
 * does not tell a source from a function breakpoint, nor two logpoints apart; and it forgets who asked.
 */
export class BreakpointTable {
  private readonly entries = new Map<string, Entry>();
  private hits: number[] = [];

  constructor(
    private readonly gdb: () => GdbBackend,
    private readonly sendEvent: (event: DebugProtocol.Event) => void,
  ) {}

  kindOf(number: string): BreakpointSpec['kind'] | undefined {
    return this.entries.get(number)?.spec.kind;
  }

  /** Id of the exception filter that a breakpoint serves. */
  filterOf(number: string): string | undefined {
    const spec = this.entries.get(number)?.spec;
    return spec?.kind === 'exception' ? spec.location : undefined;
  }

  list(): readonly LiveBreakpoint[] {
    return [...this.entries.values()].map(({ number, spec, mi, locations }) => ({
      id: Number(number),
      kind: spec.kind,
      enabled: mi.enabled !== 'n',
      addresses: locations.filter(({ addr }) => addr?.startsWith('0x')).map(({ addr }) => Number(addr)),
      ...(spec.condition === undefined ? {} : { condition: spec.condition }),
      ...(spec.hitCondition === undefined ? {} : { hitCondition: spec.hitCondition }),
      ...(spec.logMessage === undefined ? {} : { logMessage: spec.logMessage }),
    }));
  }

  has(kind: BreakpointSpec['kind'], file: string | undefined): boolean {
    return [...this.entries.values()].some((e) => e.spec.kind === kind && e.spec.file === file);
  }

  /** Ids of the breakpoints hit since the last call. */
  takeHits(): readonly number[] {
    const hits = this.hits;
    this.hits = [];
    return hits;
  }

  /**
   * Makes GDB's breakpoints of one kind (and file) be the wanted ones: equal ones stay, with their hit counts;
   * the others are deleted, then the new ones inserted. Returns them in the order asked.
   */
  async set(
    kind: BreakpointSpec['kind'],
    file: string | undefined,
    wanted: readonly BreakpointSpec[],
  ): Promise<DebugProtocol.Breakpoint[]> {
    const old = [...this.entries.values()].filter((e) => e.spec.kind === kind && e.spec.file === file);
    const kept = new Set<Entry>();
    const matched = wanted.map((spec) => {
      const entry = old.find((e) => e.key === keyOf(spec) && !kept.has(e));
      if (entry) kept.add(entry);
      return entry;
    });
    const doomed = old.filter((e) => !kept.has(e));
    for (const entry of doomed) this.entries.delete(entry.number);
    if (doomed.length > 0)
      await this.gdb().sendCommand(`-break-delete ${doomed.map((e) => e.number).join(' ')}`);
    const result: DebugProtocol.Breakpoint[] = [];
    for (const [index, spec] of wanted.entries()) {
      const entry = matched[index];
      result.push(entry ? describe(entry) : await this.insert(spec));
    }
    return result;
  }

  /** GDB's `=breakpoint-created`, `-modified` and `-deleted`: what we did not do ourselves, hits, and late bindings. */
  notified(what: string, data: { bkpt?: MiBreakpoint | MiBreakpoint[]; id?: string }): void {
    if (what === 'breakpoint-deleted') {
      const number = data.id ?? '';
      if (this.entries.delete(number)) this.tell('removed', { id: Number(number), verified: false });
      return;
    }
    if (!data.bkpt) return;
    const { main, locations } = breakpointOf(data.bkpt);
    // A temporary breakpoint is GDB's or ours for a moment.
    if (main.disp === 'del') return;
    const entry = this.entries.get(main.number);
    if (entry) this.modified(entry, main, locations);
    else if (what === 'breakpoint-created') this.created(main, locations);
  }

  /** After a stop at a breakpoint with a hit condition: arms it for the next. */
  async rearm(number: string): Promise<void> {
    const entry = this.entries.get(number);
    if (entry?.hit?.kind === 'every' && entry.hit.skip > 0)
      await this.gdb().sendCommand(`-break-after ${number} ${entry.hit.skip}`);
    if (entry?.hit?.kind === 'once') await this.gdb().sendCommand(`-break-disable ${number}`);
  }

  private async insert(spec: BreakpointSpec): Promise<DebugProtocol.Breakpoint> {
    const hit = spec.hitCondition ? parseHitCondition(spec.hitCondition) : undefined;
    if (spec.hitCondition && !hit)
      return {
        verified: false,
        message: `The hit count "${spec.hitCondition}" is not understood. Use 5 (the fifth hit), >5, >=5 or %5 (every fifth).`,
      };
    try {
      const { main, locations } = breakpointOf(await insertBreakpoint(this.gdb(), spec, hit));
      const entry: Entry = { number: main.number, spec, key: keyOf(spec), hit, mi: main, locations };
      this.entries.set(main.number, entry);
      return describe(entry);
    } catch (error) {
      return { verified: false, message: messageOf(error), ...(spec.line ? { line: spec.line } : {}) };
    }
  }

  private modified(entry: Entry, main: MiBreakpoint, locations: readonly MiBreakpoint[]): void {
    // GDB counts a hit when the condition holds; while it still ignores hits, it counts them too.
    const ignored = Number(entry.mi.ignore ?? 0) > 0;
    if (Number(main.times ?? 0) > Number(entry.mi.times ?? 0) && !ignored)
      this.hits.push(Number(main.number));
    const before = JSON.stringify(describe(entry));
    entry.mi = main;
    entry.locations = locations;
    const now = describe(entry);
    if (JSON.stringify(now) !== before) this.tell('changed', now);
  }

  /** A breakpoint that the user made in GDB's command line. */
  private created(main: MiBreakpoint, locations: readonly MiBreakpoint[]): void {
    if (main.type !== 'breakpoint' && main.type !== 'hw breakpoint') return;
    const file = locations[0]?.fullname;
    const line = Number(locations[0]?.line ?? 0);
    const spec: BreakpointSpec =
      file && line ? { kind: 'source', file, line } : { kind: 'function', location: `#${main.number}` };
    const entry: Entry = { number: main.number, spec, key: keyOf(spec), hit: undefined, mi: main, locations };
    this.entries.set(main.number, entry);
    this.tell('new', describe(entry));
  }

  private tell(reason: string, breakpoint: DebugProtocol.Breakpoint): void {
    this.sendEvent(new BreakpointEvent(reason, breakpoint));
  }
}

const keyOf = (spec: BreakpointSpec): string =>
  JSON.stringify([
    spec.location,
    spec.line,
    spec.condition || '',
    spec.hitCondition || '',
    spec.logMessage || '',
    spec.hardware,
    spec.access,
  ]);

function describe(entry: Entry): DebugProtocol.Breakpoint {
  const { mi, locations, spec } = entry;
  const first = locations[0];
  const breakpoint: DebugProtocol.Breakpoint = {
    id: Number(entry.number),
    verified: mi.pending === undefined,
  };
  const line = first?.line ? Number(first.line) : spec.line;
  if (line !== undefined) breakpoint.line = line;
  const file = first?.fullname ?? spec.file;
  if (file) breakpoint.source = new Source(path.basename(file), file);
  if (first?.addr?.startsWith('0x')) breakpoint.instructionReference = first.addr;
  if (mi.pending !== undefined) {
    breakpoint.message =
      spec.kind === 'function'
        ? `No function ${spec.location} in what is loaded so far.`
        : 'No code for this line in what is loaded so far. Is the file compiled with -g, and part of the program?';
    breakpoint.reason = 'pending';
  }
  return breakpoint;
}
