import type { Symboliser } from '../../symbols/symbol-table';
import type { Chain } from '../chain';
import type { FrameSink, NewFrame } from '../frames/frame-sink';
import { FunctionIndex } from '../frames/function-index';
import { StackMachine } from '../frames/stack-machine';
import type { Pass } from '../pass';
import { Busy, withSymbols } from '../with-symbols';

/** Records worked through before the event loop gets its turn: about 10 ms. */
const SLICE = 1 << 18;

/** Stack depth over a thread's records, for a timeline: the least and the greatest in each bucket of equal size. */
export interface DepthProfile {
  readonly first: number;
  /** Records a bucket; the last may hold fewer. */
  readonly size: number;
  /**
   * Depth above the lowest frame known in the same stretch between gaps: what lies below is not recorded, so depths of
   * different stretches do not compare.
   */
  readonly least: Int32Array;
  readonly greatest: Int32Array;
}

/** Throws Cancelled. */
export async function depthProfile(
  chain: Chain,
  symboliser: Symboliser,
  pass: Pass,
  buckets: number,
): Promise<DepthProfile> {
  const profiler = new Profiler(chain, symboliser, buckets);
  return withSymbols(symboliser, pass, () => {
    pass.progress?.(profiler.done);
    return profiler.run();
  });
}

const NONE = 0x7fff_ffff;

class Profiler implements FrameSink {
  private readonly first: number;
  private readonly end: number;
  private readonly size: number;
  private readonly least: Int32Array;
  private readonly greatest: Int32Array;
  // The same of the stretch at hand, above its first bottom: how far it goes below is known at its end.
  private readonly rawLeast: Int32Array;
  private readonly rawGreatest: Int32Array;
  private lowest = NONE;
  private stretch: number;
  /** The record just applied began a new stretch. */
  private began = false;
  private readonly machine: StackMachine;
  private next: number;

  constructor(
    private readonly chain: Chain,
    symboliser: Symboliser,
    buckets: number,
  ) {
    const { thread, history } = chain;
    this.first = thread.first;
    this.end = thread.end;
    this.size = Math.max(1, Math.ceil(thread.length / buckets));
    const count = Math.ceil(thread.length / this.size);
    this.least = new Int32Array(count).fill(NONE);
    this.greatest = new Int32Array(count).fill(-1);
    this.rawLeast = new Int32Array(count).fill(NONE);
    this.rawGreatest = new Int32Array(count).fill(-NONE);
    this.next = this.first;
    this.stretch = this.first;
    this.machine = new StackMachine(chain, new FunctionIndex(symboliser, history.facts), this, this.first);
    this.began = false;
  }

  get done(): number {
    return this.end === this.first ? 1 : (this.next - this.first) / (this.end - this.first);
  }

  run(): DepthProfile {
    const { thread } = this.chain;
    for (let budget = SLICE; this.next < this.end; budget--) {
      if (budget === 0) throw new Busy();
      const { depth } = this.machine;
      this.machine.apply(this.next, thread.value(this.next));
      this.note(depth);
      this.next++;
      if (!this.began) continue;
      this.finishStretch();
      this.began = false;
    }
    this.finishStretch();
    return { first: this.first, size: this.size, least: this.least, greatest: this.greatest };
  }

  enter(frame: NewFrame): number {
    if (frame.parent === undefined) this.began = true;
    return 0;
  }

  leave(): void {}

  grow(): number {
    return 0;
  }

  private note(depth: number): void {
    const bucket = this.bucket(this.next);
    if (depth < this.rawLeast[bucket]!) this.rawLeast[bucket] = depth;
    if (depth > this.rawGreatest[bucket]!) this.rawGreatest[bucket] = depth;
    if (depth < this.lowest) this.lowest = depth;
  }

  private finishStretch(): void {
    if (this.next === this.stretch) return;
    for (let bucket = this.bucket(this.stretch); bucket <= this.bucket(this.next - 1); bucket++) {
      this.least[bucket] = Math.min(this.least[bucket]!, this.rawLeast[bucket]! - this.lowest);
      this.greatest[bucket] = Math.max(this.greatest[bucket]!, this.rawGreatest[bucket]! - this.lowest);
      this.rawLeast[bucket] = NONE;
      this.rawGreatest[bucket] = -NONE;
    }
    this.stretch = this.next;
    this.lowest = NONE;
  }

  private bucket(record: number): number {
    return Math.floor((record - this.first) / this.size);
  }
}
