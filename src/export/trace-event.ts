import { type Address, formatAddress } from '../address';
import { FrameEntry } from '../history/frames/frame-sink';
import type { RecordEvent } from '../record/event';
import type { RecordedThread } from '../record/source';
import { type CallVisitor, CallWalk } from './call-walk';
import { type Exporter, type ExportSource, inPieces, resolveEdges, threadsOf } from './export-source';
import { baseName, PlaceText } from './place-text';

const PIECE = 1024;

const CATEGORY: Readonly<Record<FrameEntry, string>> = {
  [FrameEntry.lost]: 'began before the record',
  [FrameEntry.call]: 'call',
  [FrameEntry.tail]: 'tail call',
  [FrameEntry.signal]: 'signal handler',
  [FrameEntry.debugger]: 'called by the debugger',
};

const AXIS = 'the time axis counts executed instructions: 1 µs is one instruction, not a time';

/**
 * Chrome's Trace Event Format (JSON object form), which Perfetto and chrome://tracing open: a function call is a B and
 * an E event, signals and gaps are instant events. `ts` is the number of instructions the thread has executed in the
 * record: threads begin at 0 each, and say nothing about each other.
 */
export const traceEvent: Exporter = async function* (source, pass) {
  await resolveEdges(source);
  const program = baseName(source.program);
  const otherData = JSON.stringify({ program: source.program, axis: AXIS });
  let separator = `{"displayTimeUnit":"ns","otherData":${otherData},"traceEvents":[\n`;
  const pids = new Set<number>();
  for (const index of threadsOf(source)) {
    const chain = source.history.chain(index);
    const { thread } = chain.thread;
    const out: string[] = [];
    const write = (event: object): void => {
      out.push(`${separator}${JSON.stringify(event)}`);
      separator = ',\n';
    };
    if (!pids.has(thread.pid)) {
      pids.add(thread.pid);
      write({ ph: 'M', name: 'process_name', pid: thread.pid, args: { name: program } });
      write({ ph: 'M', name: 'process_labels', pid: thread.pid, args: { labels: AXIS } });
    }
    const name = thread.name ?? `${program} thread`;
    write({ ph: 'M', name: 'thread_name', pid: thread.pid, tid: trackOf(thread), args: { name } });
    const visitor = new EventVisitor(source, thread, write);
    const walk = new CallWalk(chain, source.symboliser, visitor);
    yield* inPieces(source, pass, out, () => walk.prepare(PIECE));
    let walking = true;
    yield* inPieces(source, pass, out, () => {
      visitor.flush();
      if (!walking) return false;
      walking = walk.walk(PIECE);
      return true;
    });
  }
  yield separator.startsWith('{') ? `${separator}]}\n` : '\n]}\n';
};

/** A kernel thread id that came again is another thread: beyond the largest there are (2^22) tracks are free. */
function trackOf({ tid, generation }: RecordedThread): number {
  return tid + generation * 2 ** 22;
}

interface PendingEvent {
  readonly fields: object;
  readonly ts: number;
  /** Of a B event: names are looked up when it is written. */
  readonly address?: Address;
  readonly entry?: FrameEntry;
}

class EventVisitor implements CallVisitor {
  private instructions = 0;
  private pending: PendingEvent[] = [];
  private written = 0;
  private readonly names = new Map<Address, object>();
  private readonly places: PlaceText;

  constructor(
    { symboliser, modules }: ExportSource,
    private readonly thread: RecordedThread,
    private readonly write: (event: object) => void,
  ) {
    this.places = new PlaceText(symboliser, modules, () => this.pendingAddresses());
  }

  enter(entry: FrameEntry, address: Address): void {
    this.put({ ph: 'B', cat: CATEGORY[entry] }, { address, entry });
  }

  leave(): void {
    const last = this.pending.at(-1);
    // Where a gap begins the record, the frame before it has seen no instruction: it is nothing.
    if (last?.entry === FrameEntry.lost && last.ts === this.instructions) this.pending.pop();
    else this.put({ ph: 'E' });
  }

  executed(instructions: number): void {
    this.instructions += instructions;
  }

  event(event: RecordEvent): void {
    const name = describe(event);
    if (name !== undefined) this.put({ ph: 'i', s: 't', name, cat: event.kind, args: inHex(event) });
  }

  /** Writes what has come up. Throws NeedSymbols and goes on there when called again. */
  flush(): void {
    for (; this.written < this.pending.length; this.written++) {
      const { fields, address } = this.pending[this.written]!;
      this.write(address === undefined ? fields : { ...this.place(address), ...fields });
    }
    this.pending = [];
    this.written = 0;
  }

  private put(fields: object, begin: { readonly address?: Address; readonly entry?: FrameEntry } = {}): void {
    const ts = this.instructions;
    const { pid } = this.thread;
    this.pending.push({ fields: { ...fields, ts, pid, tid: trackOf(this.thread) }, ts, ...begin });
  }

  private place(address: Address): object {
    let place = this.names.get(address);
    if (!place) {
      const line = this.places.line(address);
      place = { name: this.places.function(address), ...(line === undefined ? {} : { args: { line } }) };
      this.names.set(address, place);
    }
    return place;
  }

  private *pendingAddresses(): Generator<Address> {
    for (const { address } of this.pending) if (address !== undefined) yield address;
  }
}

function inHex(event: RecordEvent): object {
  const { from, to, ...rest } = event as { readonly from?: Address; readonly to?: Address };
  return {
    ...rest,
    ...(from === undefined ? {} : { from: formatAddress(from) }),
    ...(to === undefined ? {} : { to: formatAddress(to) }),
  };
}

function describe(event: RecordEvent): string | undefined {
  switch (event.kind) {
    case 'signal':
      return `signal ${event.signal}`;
    case 'fork':
      return `fork ${event.child}`;
    case 'lost':
      return event.count === undefined ? 'records lost' : `${event.count} records lost`;
    case 'gap':
      return `gap: ${event.reason}`;
    case 'exec':
    case 'exit':
      return event.kind;
    default:
      return undefined;
  }
}
