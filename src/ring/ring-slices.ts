import type { EdgeTable } from '../record/edge-table';
import type { RecordEvent } from '../record/event';
import { EVENT_BIT, SLICE_RECORDS } from '../record/record';
import type { RecordSlice } from '../record/source';
import type { CodeLog } from './code-log';
import { EdgeCache } from './edge-cache';
import { PAGE, SLOT_BYTES } from './layout';
import { type EpochMark, RingDecoder } from './ring-decoder';
import { RingError } from './ring-error';
import type { RingFile } from './ring-file';
import type { ThreadPage } from './thread-page';

/** A slice, and where in it epochs begin, newest first. */
export interface RingSlice extends RecordSlice {
  readonly epochs: readonly EpochMark[];
}

/** Slots read at a time: a slice of branches of which one in four is indirect. */
const WINDOW = SLICE_RECORDS * 1.5;
/** The first slice is for the first page and comes at once. */
const FIRST_WINDOW = 8192;

/**
 * Walks a thread's ring backwards from the head down to slot number `low`, newest slice first. The last slot of
 * each record says how many it has, so the walk needs no index and stops wherever the caller stops asking.
 *
 * `beginning` is what to say before the oldest record. `values` is reused: it is good until the next slice is asked for.
 */
export class RingSlices implements Iterable<RingSlice> {
  constructor(
    private readonly file: RingFile,
    private readonly page: ThreadPage,
    private readonly low: number,
    private readonly log: CodeLog,
    private readonly edges: EdgeTable,
    private readonly beginning?: RecordEvent,
  ) {}

  /** @throws RingError while iterating */
  *[Symbol.iterator](): Generator<RingSlice> {
    const { low, page, file, log } = this;
    const window = new Uint32Array(WINDOW);
    const values = new Uint32Array(SLICE_RECORDS);
    const cache = new EdgeCache(log, this.edges, file.name);
    const decoder = new RingDecoder(window, values, log, cache, page.epoch, file.name);
    let size = FIRST_WINDOW;
    for (let at = page.head; at > low; size = WINDOW) {
      const from = Math.max(low, at - size);
      this.fill(window, from, at);
      decoder.decode(at - from);
      // At the low end a record may be cut: its older slots were overwritten.
      if (from === low && from + decoder.slot === at) break;
      at = from + decoder.slot;
      const { next, events, epochs } = decoder;
      yield {
        values: values.subarray(next),
        events,
        epochs: epochs.map(({ index, before, after }) => ({ index: index - next, before, after })),
      };
    }
    if (this.beginning) yield { values: Uint32Array.of(EVENT_BIT), events: [this.beginning], epochs: [] };
  }

  /** Brings slots [from, to) of the ring to the beginning of the window. */
  private fill(window: Uint32Array, from: number, to: number): void {
    const { slots } = this.page;
    const into = new Uint8Array(window.buffer);
    for (let at = from; at < to; ) {
      const inRing = at % slots;
      const count = Math.min(to - at, slots - inRing);
      const bytes = this.file.read(PAGE + inRing * SLOT_BYTES, count * SLOT_BYTES);
      if (bytes.length < count * SLOT_BYTES) {
        throw new RingError('damaged', this.file.name, `ends within the ring, before slot ${inRing + count}`);
      }
      into.set(bytes, (at - from) * SLOT_BYTES);
      at += count;
    }
  }
}
