import type { Address } from '../address';
import type { CodeMissing } from '../code/code-source';
import type { Module } from '../modules/module';
import { EdgeTable } from '../record/edge-table';
import type { RecordEvent } from '../record/event';
import type { RecordedThread, RecordSlice } from '../record/source';
import type { Location, SourceFrame } from '../symbols/symbol-table';
import type { Chunk } from './btrace-container';
import { BtraceError } from './btrace-error';
import { columnOf, jsonOf, part, utf8, view } from './bytes';

/** Everything about a recording that is not records, code or symbols. Never the environment: it holds secrets. */
export interface BtraceMetadata {
  readonly program: string;
  readonly args: readonly string[];
  /** `valgrind`, `bts`, `step`. */
  readonly recorder: string;
  /** Why that recorder: the sentence shown on every screen. */
  readonly why: string;
  readonly mode: string;
  /** Most records kept for a thread. */
  readonly records: number;
  /** ISO 8601, when the program was started and when the file was written. */
  readonly startedAt: string;
  readonly savedAt: string;
  /** Of this project. */
  readonly toolVersion: string;
  /** How the program ended, where it has. */
  readonly exitStatus?: number;
  readonly signal?: string;
}

export interface BtraceMeta {
  readonly metadata: BtraceMetadata;
  readonly threads: readonly BtraceThread[];
  readonly modules: readonly Module[];
}

/** The row of a thread is the tag of its RECS chunks. */
export interface BtraceThread {
  readonly thread: RecordedThread;
  readonly stopPc?: Address;
  readonly records: number;
  /** False when the thread had older records, which are not in the file. */
  readonly complete: boolean;
}

/** Code as it was when it ran, or why it could not be had. */
export interface CodeRange {
  readonly start: Address;
  readonly generation: number;
  readonly bytes: Uint8Array;
  readonly missing?: CodeMissing;
}

// RECS (its tag is the thread's row): records u32, events' bytes u32, values, events as JSON

export function encodeRecords(thread: number, { values, events }: RecordSlice): Chunk {
  const json = events.length > 0 ? utf8.encode(JSON.stringify(events)) : new Uint8Array(0);
  const bytes = new Uint8Array(8 + values.byteLength + json.length);
  new Uint32Array(bytes.buffer, 0, 2).set([values.length, json.length]);
  new Uint32Array(bytes.buffer, 8, values.length).set(values);
  bytes.set(json, 8 + values.byteLength);
  return { type: 'RECS', tag: thread, bytes };
}

export function decodeRecords(bytes: Uint8Array): RecordSlice {
  const [count, eventBytes] = columnOf(bytes, 0, 2, Uint32Array) as unknown as [number, number];
  const values = columnOf(bytes, 8, count, Uint32Array);
  const json = part(bytes, 8 + values.byteLength, eventBytes);
  return { values, events: eventBytes > 0 ? (jsonOf(json) as RecordEvent[]) : [] };
}

// EDGE: count u32, 0 u32, from f64 each, to f64 each, generation u32 each

export function encodeEdges({ length, from, to, generation }: EdgeTable): Chunk {
  const bytes = new Uint8Array(8 + length * 20);
  new Uint32Array(bytes.buffer, 0, 1)[0] = length;
  new Float64Array(bytes.buffer, 8, length).set(from.subarray(0, length));
  new Float64Array(bytes.buffer, 8 + length * 8, length).set(to.subarray(0, length));
  new Uint32Array(bytes.buffer, 8 + length * 16, length).set(generation.subarray(0, length));
  return { type: 'EDGE', tag: 0, bytes };
}

export function decodeEdges(bytes: Uint8Array): EdgeTable {
  const count = columnOf(bytes, 0, 1, Uint32Array)[0]!;
  const from = columnOf(bytes, 8, count, Float64Array);
  const to = columnOf(bytes, 8 + count * 8, count, Float64Array);
  const generation = columnOf(bytes, 8 + count * 16, count, Uint32Array);
  const edges = new EdgeTable();
  for (let index = 0; index < count; index++) {
    edges.intern(from[index]! as Address, to[index]! as Address, generation[index]!);
  }
  if (edges.length !== count) throw new BtraceError('corrupt', 'an edge stands in its table twice');
  return edges;
}

// CODE: count u32, 0 u32, for each {start f64, length u32, generation u32, missing u32, 0 u32}, then all bytes

const MISSING: readonly (CodeMissing | undefined)[] = [
  undefined,
  'unmapped',
  'changed',
  'unreadable',
  'kernel',
];
const RANGE_BYTES = 24;

export function encodeCode(ranges: readonly CodeRange[]): Chunk {
  const total = ranges.reduce((sum, range) => sum + range.bytes.length, 0);
  const bytes = new Uint8Array(8 + ranges.length * RANGE_BYTES + total);
  const out = view(bytes);
  out.setUint32(0, ranges.length, true);
  let at = 8;
  let data = 8 + ranges.length * RANGE_BYTES;
  for (const range of ranges) {
    out.setFloat64(at, range.start, true);
    out.setUint32(at + 8, range.bytes.length, true);
    out.setUint32(at + 12, range.generation, true);
    out.setUint32(at + 16, MISSING.indexOf(range.missing), true);
    bytes.set(range.bytes, data);
    at += RANGE_BYTES;
    data += range.bytes.length;
  }
  return { type: 'CODE', tag: 0, bytes };
}

export function decodeCode(bytes: Uint8Array): CodeRange[] {
  const input = view(part(bytes, 0, 8));
  const count = input.getUint32(0, true);
  const table = view(part(bytes, 8, count * RANGE_BYTES));
  const ranges: CodeRange[] = [];
  let data = 8 + count * RANGE_BYTES;
  for (let at = 0; at < count * RANGE_BYTES; at += RANGE_BYTES) {
    const length = table.getUint32(at + 8, true);
    const missing = MISSING[table.getUint32(at + 16, true)];
    ranges.push({
      start: table.getFloat64(at, true) as Address,
      generation: table.getUint32(at + 12, true),
      bytes: part(bytes, data, length),
      ...(missing ? { missing } : {}),
    });
    data += length;
  }
  return ranges;
}

// SYMB: count u32, JSON's bytes u32, address f64 each (ascending), location u32 each, JSON {strings, locations}. A location
// is [function start or -1, module or -1, is_stmt, name, file or -1, line or 0, …], texts as string indices.

export function encodeSymbols(known: readonly (readonly [Address, Location])[]): Chunk {
  const strings = new Map<string, number>();
  const locations = new Map<Location, number>();
  const rows: number[][] = [];
  const text = (value: string | undefined): number => {
    if (value === undefined) return -1;
    const index = strings.get(value) ?? strings.size;
    strings.set(value, index);
    return index;
  };
  const row = (location: Location): number => {
    const known = locations.get(location);
    if (known !== undefined) return known;
    const { frames, functionStart = -1, module, isStatement } = location;
    rows.push([
      functionStart,
      text(module),
      isStatement ? 1 : 0,
      ...frames.flatMap(({ name, file, line }) => [text(name), text(file), line ?? 0]),
    ]);
    locations.set(location, rows.length - 1);
    return rows.length - 1;
  };
  const indices = Uint32Array.from(known, ([, location]) => row(location));
  const json = utf8.encode(JSON.stringify({ strings: [...strings.keys()], locations: rows }));
  const bytes = new Uint8Array(8 + known.length * 12 + json.length);
  new Uint32Array(bytes.buffer, 0, 2).set([known.length, json.length]);
  new Float64Array(bytes.buffer, 8, known.length).set(known.map(([address]) => address));
  new Uint32Array(bytes.buffer, 8 + known.length * 8, known.length).set(indices);
  bytes.set(json, 8 + known.length * 12);
  return { type: 'SYMB', tag: 0, bytes };
}

/** What is known of some addresses, which are ascending. */
export interface SymbolPage {
  readonly addresses: Float64Array;
  /** Of each address, into `locations`. */
  readonly indices: Uint32Array;
  readonly locations: readonly Location[];
}

export function decodeSymbols(bytes: Uint8Array): SymbolPage {
  const [count, jsonBytes] = columnOf(bytes, 0, 2, Uint32Array) as unknown as [number, number];
  const addresses = columnOf(bytes, 8, count, Float64Array);
  const indices = columnOf(bytes, 8 + count * 8, count, Uint32Array);
  const { strings, locations: rows } = jsonOf(part(bytes, 8 + count * 12, jsonBytes)) as {
    strings: string[];
    locations: number[][];
  };
  const locations = rows.map((row): Location => {
    const [functionStart, module, isStatement] = row as [number, number, number];
    const frames: SourceFrame[] = [];
    for (let at = 3; at < row.length; at += 3) {
      const file = strings[row[at + 1]!];
      const line = row[at + 2]!;
      frames.push({ name: strings[row[at]!]!, ...(file ? { file } : {}), ...(line ? { line } : {}) });
    }
    return {
      frames,
      ...(functionStart === -1 ? {} : { functionStart: functionStart as Address }),
      isStatement: isStatement === 1,
      ...(module === -1 ? {} : { module: strings[module]! }),
    };
  });
  return { addresses, indices, locations };
}

// META and END!

export function encodeMeta(meta: BtraceMeta): Chunk {
  return { type: 'META', tag: 0, bytes: utf8.encode(JSON.stringify(meta)) };
}

export function decodeMeta(bytes: Uint8Array): BtraceMeta {
  return jsonOf(bytes) as BtraceMeta;
}

export function encodeEnd(chunksBefore: number): Chunk {
  return { type: 'END!', tag: 0, bytes: new Uint8Array(Uint32Array.of(chunksBefore).buffer) };
}

export function decodeEnd(bytes: Uint8Array): number {
  return columnOf(bytes, 0, 1, Uint32Array)[0]!;
}
