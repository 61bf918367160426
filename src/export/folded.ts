import type { Address } from '../address';
import { FrameEntry } from '../history/frames/frame-sink';
import { type CallVisitor, CallWalk } from './call-walk';
import { type Exporter, type ExportSource, inPieces, resolveEdges, threadsOf } from './export-source';
import { baseName, PlaceText } from './place-text';

const PIECE = 4096;

/** Deeper stacks end in a frame that says so: a line a stack deep each would grow with the square of the depth. */
const MAX_DEPTH = 1024;

/**
 * Folded stacks, the input of flamegraph.pl, inferno and speedscope: `program;main;f 123`, the outermost function
 * first, the number of instructions executed with exactly that stack behind it; sorted.
 */
export const folded: Exporter = async function* (source, pass) {
  await resolveEdges(source);
  const stacks = new Map<string, number>();
  const addresses = new Set<Address>();
  const places = new PlaceText(source.symboliser, source.modules, () => addresses);
  const names = new FrameNames(places);
  for (const index of threadsOf(source)) {
    const chain = source.history.chain(index);
    const root = new StackNode(Number.NaN as Address);
    const walk = new CallWalk(chain, source.symboliser, new FoldingVisitor(root, addresses));
    yield* inPieces(source, pass, [], () => walk.prepare(PIECE));
    yield* inPieces(source, pass, [], () => walk.walk(PIECE));
    const unnamed = addresses.values();
    yield* inPieces(source, pass, [], () => names.learn(unnamed));
    root.addTo(stacks, rootName(source, index), names);
  }
  const out: string[] = [];
  const lines = [...stacks].sort(([a], [b]) => (a < b ? -1 : 1)).values();
  yield* inPieces(source, pass, out, () => {
    const next = lines.next();
    if (!next.done) out.push(`${next.value[0]} ${next.value[1]}\n`);
    return !next.done;
  });
};

function rootName({ history, program }: ExportSource, index: number): string {
  const { thread } = history.chain(index).thread;
  const name = thread.name ?? baseName(program);
  return frameName(history.threads.length > 1 ? `${name} (${thread.tid})` : name);
}

/** `;` separates frames, and a line is a stack. */
function frameName(name: string): string {
  return name.replaceAll(';', ':').replaceAll('\n', ' ');
}

const DEBUGGER = -1;
const DEEPER = -2;

class FrameNames {
  private readonly known = new Map<number, string>([
    [DEBUGGER, '[called by the debugger]'],
    [DEEPER, '[deeper]'],
  ]);
  private pending: Address | undefined;

  constructor(private readonly places: PlaceText) {}

  /** Names some more of the addresses; false when none is left. */
  learn(addresses: Iterator<Address>): boolean {
    for (let count = 0; count < 1024; count++) {
      if (this.pending === undefined) {
        const next = addresses.next();
        if (next.done) return false;
        this.pending = next.value;
      }
      this.known.set(this.pending, frameName(this.places.function(this.pending)));
      this.pending = undefined;
    }
    return true;
  }

  of(place: number): string {
    return this.known.get(place)!;
  }
}

/** A frame under its callers; `place` is the address where it was entered, or DEBUGGER or DEEPER. */
class StackNode {
  instructions = 0;
  private readonly children = new Map<number, StackNode>();

  constructor(private readonly place: number) {}

  child(place: number): StackNode {
    let child = this.children.get(place);
    if (!child) {
      child = new StackNode(place);
      this.children.set(place, child);
    }
    return child;
  }

  addTo(stacks: Map<string, number>, stack: string, names: FrameNames): void {
    if (this.instructions > 0) stacks.set(stack, (stacks.get(stack) ?? 0) + this.instructions);
    for (const child of this.children.values())
      child.addTo(stacks, `${stack};${names.of(child.place)}`, names);
  }
}

class FoldingVisitor implements CallVisitor {
  private readonly stack: StackNode[];
  private tooDeep = 0;

  constructor(
    root: StackNode,
    private readonly addresses: Set<Address>,
  ) {
    this.stack = [root];
  }

  enter(entry: FrameEntry, address: Address): void {
    if (this.stack.length > MAX_DEPTH) {
      this.tooDeep++;
      return;
    }
    const place =
      this.stack.length === MAX_DEPTH ? DEEPER : entry === FrameEntry.debugger ? DEBUGGER : address;
    if (place === address) this.addresses.add(address);
    this.stack.push(this.stack.at(-1)!.child(place));
  }

  leave(): void {
    if (this.tooDeep > 0) this.tooDeep--;
    else this.stack.pop();
  }

  executed(instructions: number): void {
    this.stack.at(-1)!.instructions += instructions;
  }

  event(): void {}
}
