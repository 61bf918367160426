import type { Address } from '../address';
import type { RecordEvent } from '../record/event';
import { EVENT_BIT } from '../record/record';
import type { CodeLog } from './code-log';
import { type EdgeCache, INDIRECT, REDIRECT } from './edge-cache';
import { exactAddress } from './fields';
import { EVENT_SLOTS, EventCode, FIRST_EXIT, INDIRECT_SLOTS } from './layout';
import { RingError } from './ring-error';
import { ringEvent } from './ring-events';

/** The beginning of an epoch within a slice: from `values[index]` on it is `after`; before it, `before`. */
export interface EpochMark {
  readonly index: number;
  readonly before: number;
  readonly after: number;
}

/** A call decodes at most this many slots, so that the engine compiles it early and not on its way out. */
const STRIDE = 2048;

/**
 * Turns slots into record values, backwards: from `slot` down in the window, from `next` down in the values.
 * What a record is, its last slot says.
 */
export class RingDecoder {
  /** One past the last slot not decoded. */
  slot = 0;
  /** Index of the oldest value written. */
  next = 0;
  events: RecordEvent[] = [];
  epochs: EpochMark[] = [];

  constructor(
    readonly window: Uint32Array,
    readonly values: Uint32Array,
    private readonly log: CodeLog,
    private readonly cache: EdgeCache,
    public epoch: number,
    private readonly fileName: string,
  ) {}

  /** Decodes `count` slots of the window, or as many as there is room for. Left over is only a cut record. */
  decode(count: number): void {
    this.slot = count;
    this.next = this.values.length;
    this.events = [];
    this.epochs = [];
    this.cache.enter(this.epoch);
    for (;;) {
      this.branches();
      if (this.next === 0 || this.slot === 0) return;
      if (this.window[this.slot - 1]! < FIRST_EXIT) {
        if (this.slot < EVENT_SLOTS) return;
        this.event();
      } else if (this.cache.slots[this.window[this.slot - 1]!] === INDIRECT && this.slot < INDIRECT_SLOTS) {
        return;
      }
    }
  }

  /** The hot loop: branches alone. Returns at an event, after a stride, and where nothing more fits. */
  private branches(): void {
    const { window, values, cache } = this;
    const { slots } = cache;
    const stop = Math.max(0, this.slot - STRIDE);
    let { slot, next } = this;
    while (slot > stop && next > 0) {
      const id = window[slot - 1]!;
      if (id < FIRST_EXIT) break;
      const edge = slots[id] || cache.look(id);
      if (edge < REDIRECT) {
        values[--next] = edge - 1;
        slot--;
      } else if (edge === INDIRECT) {
        if (slot < INDIRECT_SLOTS) break;
        values[--next] = this.indirect(id, window[slot - 3]!, window[slot - 2]!);
        slot -= INDIRECT_SLOTS;
      } else {
        const to = this.log.exits.to[id] as Address;
        values[--next] = this.eventValue({ kind: 'gap', reason: 'not decodable', to });
        slot--;
      }
    }
    this.slot = slot;
    this.next = next;
  }

  private indirect(id: number, low: number, high: number): number {
    // Beyond 2^53 lie only addresses that no program can have code at; what follows is a fault.
    if (high >>> 21 !== 0 && Number.isNaN(exactAddress(low, high))) {
      return this.eventValue({ kind: 'gap', reason: 'not decodable' });
    }
    return this.cache.indirect(id, low, high);
  }

  private event(): void {
    const { window } = this;
    const at = this.slot - EVENT_SLOTS;
    this.slot = at;
    const code = window[at + 5]!;
    if (code !== EventCode.epoch) {
      const event = ringEvent(window, at);
      if (event === undefined) throw this.damage(`has ${code} for an exit id or event`);
      if (this.goesOn(event)) return;
      this.values[--this.next] = this.eventValue(event);
      return;
    }
    const before = exactAddress(window[at]!, window[at + 1]!);
    const after = exactAddress(window[at + 2]!, window[at + 3]!);
    if (!(before < after)) throw this.damage(`goes from epoch ${before} to ${after}`);
    this.epochs.push({ index: this.next, before, after });
    this.epoch = before;
    this.cache.enter(before);
  }

  /** Recording was switched off here and on again at once behind: that gap, which says where, stands for both. */
  private goesOn(event: RecordEvent): boolean {
    const newer = this.values[this.next];
    if (event.kind !== 'gap' || event.to !== undefined || newer === undefined || newer < EVENT_BIT)
      return false;
    const gap = this.events[newer - EVENT_BIT];
    return gap?.kind === 'gap' && gap.reason === 'recording off' && event.reason === 'recording off';
  }

  private damage(what: string): RingError {
    return new RingError('damaged', this.fileName, what);
  }

  private eventValue(event: RecordEvent): number {
    return EVENT_BIT | (this.events.push(event) - 1);
  }
}
