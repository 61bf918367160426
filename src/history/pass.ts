/** The event loop, as far as long work needs it. */
export interface Scheduler {
  /** Resolves after other waiting work has had its turn. */
  yield(): Promise<void>;
  /** Milliseconds of any monotonic clock. */
  now(): number;
}

/** How a long pass over records runs: in slices, reported and cancellable. */
export interface Pass {
  readonly scheduler: Scheduler;
  /** Called between slices with the part that is done, 0 to 1. */
  readonly progress?: (done: number) => void;
  readonly cancellation?: { readonly cancelled: boolean };
}

/** Thrown out of a pass whose cancellation was asked for. */
export class Cancelled extends Error {
  constructor() {
    super('cancelled');
  }
}

/** A slice ends after this long; the event loop is never held for 50 ms. */
const SLICE_MS = 15;

/**
 * Calls `step(from, to)` over [from, to) in pieces of at most `piece`, giving the event loop its turn whenever a
 * slice's time is up. Throws {@link Cancelled}.
 */
export async function inSlices(
  pass: Pass,
  range: { readonly from: number; readonly to: number; readonly piece: number },
  step: (from: number, to: number) => void,
): Promise<void> {
  let sliceEnd = pass.scheduler.now() + SLICE_MS;
  for (let at = range.from; at < range.to; ) {
    if (pass.cancellation?.cancelled) throw new Cancelled();
    const to = Math.min(range.to, at + range.piece);
    step(at, to);
    at = to;
    if (at < range.to && pass.scheduler.now() >= sliceEnd) {
      pass.progress?.((at - range.from) / (range.to - range.from));
      await pass.scheduler.yield();
      sliceEnd = pass.scheduler.now() + SLICE_MS;
    }
  }
  pass.progress?.(1);
}
