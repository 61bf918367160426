import type { Address } from '../address';
import type { EdgeTable } from '../record/edge-table';
import type { RecordEvent } from '../record/event';
import { EVENT_BIT, SLICE_RECORDS } from '../record/record';
import type { RecordSlice } from '../record/source';
import type { CodeLog } from './code-log';
import { EdgeCache, INDIRECT, REDIRECT } from './edge-cache';
import { exactAddress } from './fields';
import { EVENT_SLOTS, EventCode, FIRST_EXIT, INDIRECT_SLOTS, PAGE, SLOT_BYTES } from './layout';
import { RingError } from './ring-error';
import { ringEvent } from './ring-events';
import type { RingFile } from './ring-file';
import type { ThreadPage } from './thread-page';

/** A slice, and where in it epochs begin. */
export interface RingSlice extends RecordSlice {
  /** From `values[index]` on the epoch is `after`; before it, `before`. Newest first. */
  readonly epochs: readonly { readonly index: number; readonly before: number; readonly after: number }[];
}

/** Slots read at a time: a slice of branches of which one in four is indirect. */
const WINDOW = SLICE_RECORDS * 1.5;

/**
 * Walks a thread's ring backwards from the head down to slot number `low`, newest slice first. The last slot of
 * each record says how many it has, so the walk needs no index and stops wherever the caller stops asking.
 *
 * `values` is reused: it is good until the next slice is asked for.
 */
export class RingSlices implements Iterable<RingSlice> {
  private readonly values = new Uint32Array(SLICE_RECORDS);
  private readonly window = new Uint32Array(WINDOW);
  private readonly windowBytes = new Uint8Array(this.window.buffer);

  constructor(
    private readonly file: RingFile,
    private readonly page: ThreadPage,
    private readonly low: number,
    private readonly log: CodeLog,
    private readonly edges: EdgeTable,
  ) {}

  *[Symbol.iterator](): Generator<RingSlice> {
    const walk: Walk = {
      cache: new EdgeCache(this.log, this.edges),
      at: this.page.head,
      epoch: this.page.epoch,
    };
    for (;;) {
      const slice = this.slice(walk);
      if (slice === undefined) return;
      yield slice;
    }
  }

  /** The next older slice; `walk` moves to its oldest record. */
  private slice(walk: Walk): RingSlice | undefined {
    const { window, values } = this;
    const events: RecordEvent[] = [];
    const epochs: { index: number; before: number; after: number }[] = [];
    const from = Math.max(this.low, walk.at - WINDOW);
    let slot = this.fill(from, walk.at);
    let next = SLICE_RECORDS; // values are filled from the end
    const { cache } = walk;
    cache.enter(walk.epoch);
    let slots = cache.slots;
    while (slot > 0 && next > 0) {
      const id = window[slot - 1]!;
      if (id >= FIRST_EXIT) {
        const edge = (id < slots.length ? slots[id]! : 0) || cache.look(id);
        if (edge === INDIRECT) {
          if (slot < INDIRECT_SLOTS) break;
          values[--next] = this.indirect(cache, id, slot, events);
          slot -= INDIRECT_SLOTS;
        } else if (edge === REDIRECT) {
          const to = this.log.exits.to[id] as Address;
          values[--next] = EVENT_BIT | (events.push({ kind: 'gap', reason: 'not decodable', to }) - 1);
          slot--;
        } else if (edge === 0) {
          throw this.damage(`has exit id ${id}, which the code log does not know`, from + slot - 1);
        } else {
          values[--next] = edge - 1;
          slot--;
        }
        continue;
      }
      if (slot < EVENT_SLOTS) break;
      slot -= EVENT_SLOTS;
      if (id === EventCode.epoch) {
        const [before, after] = this.epochChange(slot, from);
        epochs.push({ index: next, before, after });
        walk.epoch = before;
        cache.enter(before);
        slots = cache.slots;
      } else {
        const event = ringEvent(window, slot);
        if (event === undefined) throw this.damage(`has ${id} for an exit id or event`, from + slot);
        values[--next] = EVENT_BIT | (events.push(event) - 1);
      }
    }
    const progressed = from + slot < walk.at;
    walk.at = from + slot;
    if (next === SLICE_RECORDS && !(progressed && from > this.low)) return undefined;
    return {
      values: values.subarray(next),
      events,
      epochs: epochs.map(({ index, ...rest }) => ({ index: index - next, ...rest })),
    };
  }

  private indirect(cache: EdgeCache, id: number, slot: number, events: RecordEvent[]): number {
    const low = this.window[slot - 3]!;
    const high = this.window[slot - 2]!;
    // Beyond 2^53 lie only addresses that no program can have code at; what follows is a fault.
    if (high >>> 21 !== 0 && Number.isNaN(exactAddress(low, high))) {
      return EVENT_BIT | (events.push({ kind: 'gap', reason: 'not decodable' }) - 1);
    }
    return cache.indirect(id, low, high);
  }

  private epochChange(slot: number, from: number): [number, number] {
    const before = exactAddress(this.window[slot]!, this.window[slot + 1]!);
    const after = exactAddress(this.window[slot + 2]!, this.window[slot + 3]!);
    if (!(before < after)) throw this.damage(`has an epoch ${before} followed by ${after}`, from + slot);
    return [before, after];
  }

  /** Brings slots [from, to) of the ring into the window, and returns their number. */
  private fill(from: number, to: number): number {
    const { slots } = this.page;
    for (let at = from; at < to; ) {
      const inRing = at % slots;
      const count = Math.min(to - at, slots - inRing);
      const bytes = this.file.read(PAGE + inRing * SLOT_BYTES, count * SLOT_BYTES);
      if (bytes.length < count * SLOT_BYTES) throw this.damage('is cut off', at);
      this.windowBytes.set(bytes, (at - from) * SLOT_BYTES);
      at += count;
    }
    return to - from;
  }

  private damage(what: string, slot: number): RingError {
    return new RingError('damaged', this.file.name, `${what} (slot ${slot})`);
  }
}

interface Walk {
  readonly cache: EdgeCache;
  /** Number of the slot behind the next record to be read. */
  at: number;
  epoch: number;
}
