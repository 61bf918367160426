import type { Address } from '../address';
import type { CodeSource } from '../code/code-source';
import { type DecodedCode, type Decoder, InstructionKind } from '../code/decoder';
import { type Gap, MISSING_CODE } from './gap';

/** Row of a {@link BlockTable}. */
export type BlockIndex = number & { readonly __unit: 'block index' };

/** Straight-line code longer than this is not believed: decoding it would hold up the event loop. */
const MAX_BLOCK_BYTES = 1 << 18;
const LONGEST_INSTRUCTION = 15;

/**
 * Every distinct block (start, last, generation) once, decoded when first looked into. A block whose
 * code cannot be had or does not lead from `start` to `last` has a {@link Gap} and one known instruction, `last`.
 */
export class BlockTable {
  private starts = new Float64Array(1024);
  private lasts = new Float64Array(1024);
  private generations = new Uint32Array(1024);
  private readonly decoded: (DecodedCode | Gap | undefined)[] = [];
  private slots = new Int32Array(4096).fill(-1);
  private count = 0;

  constructor(
    private readonly code: CodeSource,
    private readonly decoder: Decoder,
  ) {}

  get length(): number {
    return this.count;
  }

  intern(start: number, last: number, generation: number): BlockIndex {
    const mask = this.slots.length - 1;
    let slot = hash(start, last, generation) & mask;
    for (;;) {
      const block = this.slots[slot]!;
      if (block < 0) break;
      if (
        this.starts[block] === start &&
        this.lasts[block] === last &&
        this.generations[block] === generation
      )
        return block as BlockIndex;
      slot = (slot + 1) & mask;
    }
    return this.add(start, last, generation, slot);
  }

  start(block: BlockIndex): Address {
    return this.starts[block] as Address;
  }

  last(block: BlockIndex): Address {
    return this.lasts[block] as Address;
  }

  generation(block: BlockIndex): number {
    return this.generations[block]!;
  }

  /** Why the instructions from start to last are not known; undefined when they are. */
  gap(block: BlockIndex): Gap | undefined {
    const content = this.content(block);
    // One address needs no code to be known.
    return typeof content === 'string' && this.starts[block] !== this.lasts[block] ? content : undefined;
  }

  /** Instructions known: at least one, the last. */
  instructions(block: BlockIndex): number {
    const content = this.content(block);
    return typeof content === 'string' ? 1 : content.offsets.length;
  }

  address(block: BlockIndex, instruction: number): Address {
    const content = this.content(block);
    if (typeof content === 'string') return this.lasts[block] as Address;
    return (content.start + content.offsets[instruction]!) as Address;
  }

  kind(block: BlockIndex, instruction: number): InstructionKind {
    const content = this.content(block);
    return typeof content === 'string' ? InstructionKind.other : content.kinds[instruction]!;
  }

  /** The columns of a block that is no gap. */
  decodedCode(block: BlockIndex): DecodedCode | undefined {
    const content = this.content(block);
    return typeof content === 'string' ? undefined : content;
  }

  /** The first `length` bytes from the block's start on; none when they cannot be had. */
  bytes(block: BlockIndex, length: number): Uint8Array {
    const bytes = this.code.read(this.start(block), length, this.generations[block]!);
    return typeof bytes === 'string' ? new Uint8Array(0) : bytes;
  }

  private content(block: BlockIndex): DecodedCode | Gap {
    const known = this.decoded[block];
    if (known !== undefined) return known;
    const content = this.decode(this.starts[block]!, this.lasts[block]!, this.generations[block]!);
    this.decoded[block] = content;
    return content;
  }

  private decode(start: number, last: number, generation: number): DecodedCode | Gap {
    if (last < start) return 'broken chain';
    if (last - start > MAX_BLOCK_BYTES) return 'block too long';
    const at = start as Address;
    const read = this.code.read(at, last - start + LONGEST_INSTRUCTION, generation);
    if (typeof read === 'string') return MISSING_CODE[read];
    if (read.length < last - start) return 'code unreadable';
    const bytes = read.length > last - start ? read : withLast(read);
    const decoded = this.decoder.decode(bytes, at, last as Address);
    if (decoded !== undefined) return fallsThrough(decoded) ? decoded : 'broken chain';
    // Telling why: either execution would have left before `last`, or passed over it, or the bytes are no code.
    return this.decoder.decode(bytes, at) === undefined ? 'not decodable' : 'broken chain';
  }

  private add(start: number, last: number, generation: number, slot: number): BlockIndex {
    const block = this.count++;
    if (block === this.starts.length) this.growColumns();
    this.starts[block] = start;
    this.lasts[block] = last;
    this.generations[block] = generation;
    this.decoded.push(undefined);
    this.slots[slot] = block;
    if (this.count * 2 > this.slots.length) this.growSlots();
    return block as BlockIndex;
  }

  private growColumns(): void {
    const size = this.starts.length * 2;
    const { starts, lasts, generations } = this;
    this.starts = new Float64Array(size);
    this.starts.set(starts);
    this.lasts = new Float64Array(size);
    this.lasts.set(lasts);
    this.generations = new Uint32Array(size);
    this.generations.set(generations);
  }

  private growSlots(): void {
    const slots = new Int32Array(this.slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let block = 0; block < this.count; block++) {
      let slot = hash(this.starts[block]!, this.lasts[block]!, this.generations[block]!) & mask;
      while (slots[slot]! >= 0) slot = (slot + 1) & mask;
      slots[slot] = block;
    }
    this.slots = slots;
  }
}

/**
 * The code up to an instruction that nobody has read: a recorder that logs code as it runs has not seen the one behind a
 * system call in which the thread was stopped, or interrupted. It was not executed, so any other will do for its address.
 */
function withLast(code: Uint8Array): Uint8Array {
  const NOP = 0x90;
  const bytes = new Uint8Array(code.length + 1);
  bytes.set(code);
  bytes[code.length] = NOP;
  return bytes;
}

/** Nothing but the last instruction may leave the block for certain. */
function fallsThrough(code: DecodedCode): boolean {
  for (let index = 0; index < code.kinds.length - 1; index++) {
    const kind = code.kinds[index];
    if (kind === InstructionKind.call || kind === InstructionKind.ret || kind === InstructionKind.jmp)
      return false;
  }
  return true;
}

function hash(start: number, last: number, generation: number): number {
  let h = Math.imul(start | 0, 0x9e3779b1) ^ Math.imul(last | 0, 0x85ebca6b) ^ generation;
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return h ^ (h >>> 13);
}
