import type { Address } from '../address';
import type { Module, ModuleIndex } from './module';

/**
 * Finds the module at an address. Where modules of different times overlap, the one still mapped wins, then
 * the later one of the list: recorders list modules in the order in which they were mapped.
 */
export class ModuleMap {
  // Disjoint pieces in ascending order; column `owner` is a ModuleIndex.
  private readonly starts: Float64Array;
  private readonly ends: Float64Array;
  private readonly owners: Uint32Array;
  private last = 0;

  constructor(readonly modules: readonly Module[]) {
    const pieces = disjointPieces(modules);
    this.starts = Float64Array.from(pieces, (piece) => piece.start);
    this.ends = Float64Array.from(pieces, (piece) => piece.end);
    this.owners = Uint32Array.from(pieces, (piece) => piece.owner);
  }

  at(address: Address): ModuleIndex | undefined {
    const { starts, ends, owners, last } = this;
    // Neighbouring questions are mostly about the same module.
    if (address >= starts[last]! && address < ends[last]!) return owners[last] as ModuleIndex;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ends[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    if (low === starts.length || starts[low]! > address) return undefined;
    this.last = low;
    return owners[low] as ModuleIndex;
  }
}

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly owner: number;
}

/** Lays the modules down from the most to the least preferred; each gets what the ones before it left free. */
function disjointPieces(modules: readonly Module[]): Piece[] {
  const order = modules.map((_, index) => index);
  order.sort((a, b) => Number(modules[b]!.mapped) - Number(modules[a]!.mapped) || b - a);
  const taken: Piece[] = [];
  for (const owner of order) {
    const { start, end } = modules[owner]!;
    let from: number = start;
    let at = firstEndingAfter(taken, from);
    const free: Piece[] = [];
    while (from < end) {
      const next = taken[at];
      const to = next === undefined ? end : Math.min(end, next.start);
      if (to > from) free.push({ start: from, end: to, owner });
      if (next === undefined || next.start >= end) break;
      from = next.end;
      at++;
    }
    for (const piece of free) taken.splice(firstEndingAfter(taken, piece.start), 0, piece);
  }
  return taken;
}

function firstEndingAfter(pieces: readonly Piece[], address: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (pieces[middle]!.end <= address) low = middle + 1;
    else high = middle;
  }
  return low;
}
