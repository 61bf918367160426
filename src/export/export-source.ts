import type { Address } from '../address';
import type { History } from '../history/history';
import { NeedSymbols } from '../history/need-symbols';
import { Cancelled, type Pass } from '../history/pass';
import type { Module } from '../modules/module';
import type { EdgeTable } from '../record/edge-table';
import type { Symboliser } from '../symbols/symbol-table';

/** What an export is made from, and of which threads. */
export interface ExportSource {
  readonly history: History;
  readonly symboliser: Symboliser;
  readonly modules: readonly Module[];
  /** Path of the program. */
  readonly program: string;
  /** Indices into the history's threads; all of them by default. */
  readonly threads?: readonly number[];
}

/** The text of an export, in pieces; it stops between pieces to give the event loop its turn. */
export type Exporter = (source: ExportSource, pass: Pass) => AsyncGenerator<string>;

export function threadsOf({ history, threads }: ExportSource): readonly number[] {
  return threads ?? [...history.threads.keys()];
}

/**
 * Gets the symbols of all branches' ends in one go. The frames of a history come out right without, but for direct jumps:
 * one to another function is a tail call only when that function's name has arrived.
 */
export function resolveEdges({ history: { edges }, symboliser }: ExportSource): Promise<void> {
  return symboliser.resolve(edgeEnds(edges));
}

function* edgeEnds({ from, to, length }: EdgeTable): Generator<Address> {
  for (let edge = 0; edge < length; edge++) {
    yield from[edge]! as Address;
    yield to[edge]! as Address;
  }
}

const SLICE_MS = 15;

/**
 * Calls `step` until it returns false, and yields what it has written to `out` whenever it is enough or a slice's
 * time is up. Symbols that a step finds missing are got, and the step is called again.
 */
export async function* inPieces(
  { symboliser }: ExportSource,
  pass: Pass,
  out: string[],
  step: () => boolean,
): AsyncGenerator<string> {
  let sliceEnd = pass.scheduler.now() + SLICE_MS;
  for (let more = true; more; ) {
    if (pass.cancellation?.cancelled) throw new Cancelled();
    try {
      more = step();
    } catch (thrown) {
      if (!(thrown instanceof NeedSymbols)) throw thrown;
      await symboliser.resolve(thrown.addresses);
    }
    if (out.length >= 4096 || (!more && out.length > 0)) {
      yield out.join('');
      out.length = 0;
    }
    if (pass.scheduler.now() >= sliceEnd) {
      await pass.scheduler.yield();
      sliceEnd = pass.scheduler.now() + SLICE_MS;
    }
  }
}
