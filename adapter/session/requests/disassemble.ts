import type { DebugProtocol } from '@vscode/debugprotocol';
import { programRuns } from '../../errors';
import type { Live } from '../live';
import { addressOfReference } from './memory';
import { sourceOf } from './stack-trace';

interface Instruction {
  readonly address: string;
  readonly 'func-name'?: string;
  readonly offset?: string;
  readonly opcodes?: string;
  readonly inst: string;
}

interface SourceLines {
  readonly line?: string;
  readonly file?: string;
  readonly fullname?: string;
  readonly line_asm_insn?: readonly Instruction[];
}

/** The longest x86 instruction has 15 bytes. */
const LONGEST = 15;

type Shown = DebugProtocol.DisassembledInstruction;

/**
 * DAP disassemble. Instructions before an address are found from the start of their function, since x86 code cannot be
 * read backwards: a guess at where one begins (as the base makes) decodes into others than the program runs.
 */
export async function disassemble(
  live: Live,
  args: DebugProtocol.DisassembleArguments,
): Promise<DebugProtocol.DisassembleResponse['body']> {
  if (live.isRunning && live.target.isRemote) throw programRuns('Disassembling');
  const reference = (await addressOfReference(live, args.memoryReference)) + BigInt(args.offset ?? 0);
  const from = args.instructionOffset ?? 0;
  const to = from + args.instructionCount;
  const before = from < 0 ? await backward(live, reference, -from) : [];
  const after = to > 0 ? await forward(live, reference, to) : [];
  // `before` ends just below the reference, and is short when no more can be found: then it is filled from the front.
  while (before.length < -from)
    before.unshift(unreadable(before[0] ? BigInt(before[0].address) - 1n : reference - 1n));
  const all = [...before, ...after].slice(Math.max(from, 0));
  while (all.length < args.instructionCount) all.push(unreadable(nextAddress(all.at(-1), reference)));
  return { instructions: all.slice(0, args.instructionCount) };
}

async function forward(live: Live, start: bigint, count: number): Promise<Shown[]> {
  const result: Shown[] = [];
  for (let at = start; result.length < count; ) {
    const part = await range(live, at, at + BigInt((count - result.length) * 4 + LONGEST));
    if (part.length === 0) break;
    result.push(...part);
    at = nextAddress(part.at(-1), at);
  }
  return result.slice(0, count);
}

async function backward(live: Live, end: bigint, count: number): Promise<Shown[]> {
  let result: Shown[] = [];
  for (let at = end; result.length < count; ) {
    const start =
      (await functionStart(live, at - 1n)) ?? (await alignedStart(live, at, count - result.length));
    if (start === undefined || start >= at) break;
    const part = (await range(live, start, at)).filter((i) => BigInt(i.address) < at);
    if (part.length === 0) break;
    result = [...part, ...result];
    at = start;
  }
  return result.slice(-count);
}

/** Start of the function that an address is in. */
async function functionStart(live: Live, address: bigint): Promise<bigint | undefined> {
  try {
    const { asm_insns } = await live.gdb.sendCommand<{ asm_insns: Instruction[] }>(
      `-data-disassemble -s 0x${address.toString(16)} -e 0x${(address + 1n).toString(16)} -- 0`,
    );
    const first = asm_insns[0];
    if (first?.['func-name'] === undefined) return undefined;
    return BigInt(first.address) - BigInt(first.offset ?? 0);
  } catch {
    return undefined;
  }
}

/**
 * Without symbols: x86 code falls into step within a few instructions, so of 16 neighbouring starts far enough below,
 * one that reaches the address exactly is taken.
 */
async function alignedStart(live: Live, end: bigint, count: number): Promise<bigint | undefined> {
  for (let back = BigInt(count * 5 + LONGEST), tries = 0; tries < 16; tries++, back++) {
    const found = await range(live, end - back, end + 1n).catch(() => []);
    if (found.some((i) => BigInt(i.address) === end)) return end - back;
  }
  return undefined;
}

/** Mode 5: with source lines and raw bytes. Where there are no lines, GDB answers a flat list. */
async function range(live: Live, start: bigint, end: bigint): Promise<Shown[]> {
  let answer: readonly (SourceLines & Instruction)[];
  try {
    const command = `-data-disassemble -s 0x${start.toString(16)} -e 0x${end.toString(16)} -- 5`;
    answer = (await live.gdb.sendCommand<{ asm_insns: (SourceLines & Instruction)[] }>(command)).asm_insns;
  } catch (error) {
    if (/Cannot access memory/i.test(String(error))) return upToUnreadable(live, start, error);
    throw error;
  }
  const shown = answer.flatMap((part) =>
    part.line_asm_insn
      ? part.line_asm_insn.map((i) => show(i, part))
      : part.inst === undefined
        ? []
        : [show(part, undefined)],
  );
  return shown.sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
}

/** The range runs out of what is mapped: as much as there is, by the address at which GDB failed. */
async function upToUnreadable(live: Live, start: bigint, error: unknown): Promise<Shown[]> {
  const failed = BigInt(/address (0x[0-9a-f]+)/.exec(String(error))?.[1] ?? start);
  return failed > start ? range(live, start, failed) : [];
}

function show(instruction: Instruction, lines: SourceLines | undefined): Shown {
  const { address, opcodes, inst } = instruction;
  const name = instruction['func-name'];
  const shown: Shown = { address, instruction: inst };
  if (opcodes !== undefined) shown.instructionBytes = opcodes;
  if (name !== undefined) shown.symbol = instruction.offset ? `${name}+${instruction.offset}` : name;
  if (lines?.line !== undefined && lines.fullname !== undefined) {
    shown.line = Number(lines.line);
    shown.location = sourceOf(lines.fullname, lines.file);
  }
  return shown;
}

const unreadable = (address: bigint): Shown => ({
  address: `0x${(address < 0n ? 0n : address).toString(16)}`,
  instruction: '(not readable)',
  presentationHint: 'invalid',
});

function nextAddress(last: Shown | undefined, fallback: bigint): bigint {
  if (!last) return fallback;
  const bytes = last.instructionBytes?.trim().split(/\s+/).length ?? 1;
  return BigInt(last.address) + BigInt(bytes);
}
