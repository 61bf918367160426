import type { Address } from '../address';
import type { CodeSource } from '../code/code-source';
import type { BlockIndex } from '../history/block-table';
import type { Chain } from '../history/chain';
import type { History } from '../history/history';
import { inSlices, type Pass } from '../history/pass';
import type { ThreadHistory } from '../history/thread-history';
import type { Module } from '../modules/module';
import type { RecordEvent } from '../record/event';
import { EVENT_BIT, SLICE_RECORDS } from '../record/record';
import type { RecordSlice } from '../record/source';
import type { Location, Symboliser } from '../symbols/symbol-table';
import type { Chunk } from './btrace-container';
import {
  type BtraceMetadata,
  type BtraceThread,
  type CodeRange,
  encodeCode,
  encodeEdges,
  encodeEnd,
  encodeMeta,
  encodeRecords,
  encodeSymbols,
} from './btrace-format';
import { joinCode } from './saved-code';

/** What a saved file is made of. */
export interface BtraceSource {
  readonly history: History;
  readonly code: CodeSource;
  readonly symboliser: Symboliser;
  readonly modules: readonly Module[];
  readonly metadata: BtraceMetadata;
}

const LONGEST_INSTRUCTION = 15;
const CODE_CHUNK_BYTES = 1 << 18;
const CODE_CHUNK_RANGES = 4096;
const SYMBOLS_PER_CHUNK = 1 << 15;

/** The parts of a saved file in order, made one at a time: memory does not grow with the number of records. */
export async function* btraceChunks(source: BtraceSource, pass: Pass): AsyncGenerator<Chunk> {
  let count = 0;
  for await (const chunk of parts(source, pass)) {
    count++;
    yield chunk;
  }
  yield encodeEnd(count);
}

async function* parts(source: BtraceSource, pass: Pass): AsyncGenerator<Chunk> {
  const { history, symboliser, modules, metadata } = source;
  const threads: BtraceThread[] = [];
  const addresses = new Set<Address>();
  for (const [row, thread] of history.threads.entries()) {
    threads.push(describe(thread));
    if (thread.stopPc !== undefined) addresses.add(thread.stopPc);
    for (const slice of newestFirst(thread)) {
      addEventEnds(slice.events, addresses);
      yield encodeRecords(row, slice);
    }
  }
  yield encodeEdges(history.edges);

  const blocks = await blocksOf(history, pass);
  const ranges: CodeRange[] = [];
  await inSlices(pass, { from: 0, to: blocks.length, piece: 64 }, (from, to) => {
    for (const block of blocks.slice(from, to)) {
      ranges.push(codeOf(history, source.code, block));
      const decoded = history.blocks.decodedCode(block);
      for (const offset of decoded?.offsets ?? []) addresses.add((decoded!.start + offset) as Address);
    }
  });
  for (const code of inChunks(joinCode(ranges))) yield encodeCode(code);

  await addEdgeEnds(history, addresses, pass);
  const sorted = Float64Array.from(addresses).sort();
  for (let start = 0; start < sorted.length; start += SYMBOLS_PER_CHUNK) {
    const page = Array.from(sorted.subarray(start, start + SYMBOLS_PER_CHUNK)) as Address[];
    await symboliser.resolve(page);
    pass.progress?.(start / sorted.length);
    yield encodeSymbols(
      page.flatMap((address): [Address, Location][] => {
        const location = symboliser.lookup(address);
        return location ? [[address, location]] : [];
      }),
    );
  }
  yield encodeMeta({ metadata, threads, modules });
}

function describe({ thread, stopPc, length, beginning }: ThreadHistory): BtraceThread {
  const complete = beginning === 'start';
  return { thread, ...(stopPc === undefined ? {} : { stopPc }), records: length, complete };
}

/** The thread's records, oldest first within a slice, with the events of each slice numbered from 0. */
function* newestFirst(thread: ThreadHistory): Generator<RecordSlice> {
  for (let end: number = thread.end; end > thread.first; end -= SLICE_RECORDS) {
    const from = Math.max(thread.first, end - SLICE_RECORDS);
    const values = new Uint32Array(end - from);
    const events: RecordEvent[] = [];
    for (const run of thread.runs(from, end)) values.set(run.values, run.index - from);
    for (let at = 0; at < values.length; at++) {
      if (values[at]! < EVENT_BIT) continue;
      events.push(thread.eventOf(values[at]!));
      values[at] = EVENT_BIT + events.length - 1;
    }
    yield { values, events };
  }
}

/** Every distinct block of every thread, tail blocks included. */
async function blocksOf(history: History, pass: Pass): Promise<BlockIndex[]> {
  const blocks = new Set<BlockIndex>();
  for (const index of history.threads.keys()) {
    const chain = history.chain(index);
    const { first, end } = chain.thread;
    await inSlices(pass, { from: first, to: end + 1, piece: 8192 }, (from, to) => {
      for (let record = from; record < to; record++) addBlock(blocks, chain, record);
    });
  }
  return [...blocks];
}

function addBlock(blocks: Set<BlockIndex>, chain: Chain, record: number): void {
  const block = chain.block(record);
  if (block >= 0) blocks.add(block);
}

function codeOf(history: History, source: CodeSource, block: BlockIndex): CodeRange {
  const { blocks } = history;
  const start = blocks.start(block);
  const generation = blocks.generation(block);
  const decoded = blocks.decodedCode(block);
  // A block that is a gap keeps the bytes it has, so that the same gap is seen in the file.
  const span = Math.min(Math.max(0, blocks.last(block) - start), 1 << 18) + LONGEST_INSTRUCTION;
  const bytes = source.read(start, decoded?.length ?? span, generation);
  return typeof bytes === 'string'
    ? { start, generation, bytes: new Uint8Array(0), missing: bytes }
    : { start, generation, bytes };
}

function* inChunks(ranges: Iterable<CodeRange>): Generator<CodeRange[]> {
  let chunk: CodeRange[] = [];
  let bytes = 0;
  for (const range of ranges) {
    chunk.push(range);
    bytes += range.bytes.length;
    if (bytes >= CODE_CHUNK_BYTES || chunk.length >= CODE_CHUNK_RANGES) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
  }
  if (chunk.length > 0) yield chunk;
}

/** Both ends of a branch or event are shown even where the code between is not known. */
async function addEdgeEnds(history: History, addresses: Set<Address>, pass: Pass): Promise<void> {
  const { edges } = history;
  await inSlices(pass, { from: 0, to: edges.length, piece: 8192 }, (from, to) => {
    for (let edge = from; edge < to; edge++) {
      addresses.add(edges.from[edge]! as Address);
      addresses.add(edges.to[edge]! as Address);
    }
  });
}

function addEventEnds(events: readonly RecordEvent[], addresses: Set<Address>): void {
  for (const event of events) {
    if ('from' in event && event.from !== undefined) addresses.add(event.from);
    if ('to' in event && event.to !== undefined) addresses.add(event.to);
  }
}
