import type { Address } from '../../../src/address';
import type { BtraceSource } from '../../../src/btrace/btrace-chunks';
import { decodeChunk, HEADER_BYTES, type StoredChunk } from '../../../src/btrace/btrace-container';
import type { BtraceMetadata } from '../../../src/btrace/btrace-format';
import type { Module } from '../../../src/modules/module';
import type { Location } from '../../../src/symbols/symbol-table';
import { at, FakeCode, FakeSymboliser, historyOf, type Recorded, threadSource } from '../recorded';

export const metadata: BtraceMetadata = {
  program: '/bin/sample',
  args: ['-x', 'ünïcode \u{1f600}', ''],
  recorder: 'valgrind',
  why: 'no hardware BTS here',
  mode: 'user',
  records: 1_000_000,
  startedAt: '2026-01-02T03:04:05.678Z',
  savedAt: '2026-01-02T03:05:00.000Z',
  toolVersion: '0.1.0',
  exitStatus: 3,
};
export const modules: Module[] = [
  { path: '/bin/sample', buildId: 'abcd', start: at(0x401000), end: at(0x403000), bias: at(0), mapped: true },
  { path: '/lib/gone.so', start: at(0x7f0000), end: at(0x7f1000), bias: at(0x7f0000), mapped: false },
];

// main at 401000: nop; call 401100; jmp 401000.  f at 401100: nop; je +0; ret.  Another f came later.
const code = new FakeCode()
  .add(0x401000, '90 e8 fa000000 eb f8')
  .add(0x401100, '90 74 00 c3 90 90')
  .add(0x401100, '90 90 eb fc', 1)
  .add(0x402000, '90 0f05 c3')
  .addMissing(0x500000, 'unreadable');

export const RECORDS: Recorded[] = [
  { kind: 'gap', reason: 'start', to: at(0x401000) },
  [0x401001, 0x401100],
  [0x401101, 0x401103],
  [0x401103, 0x401006],
  [0x401006, 0x401000],
  { kind: 'signal', signal: 11, from: at(0x401001), to: at(0x402000) },
  { kind: 'sigreturn', from: at(0x402001), to: at(0x401001) },
  { kind: 'fork', child: 77 },
  [0x401001, 0x401100],
  [0x401102, 0x401100, 1],
  [0x401100, 0x500000],
  [0x500010, -4096],
  { kind: 'debugger', action: 'jump', from: at(-4090), to: at(0x401000) },
  { kind: 'lost', count: 12, to: at(0x401000) },
  { kind: 'exec', path: '/bin/other', to: at(0x401000) },
  [0x401001, 0x401100],
];

export function locate(address: Address): Location | null {
  if (address >= 0x500000 || address < 0) return null;
  const isF = address >= 0x401100 && address < 0x402000;
  const outer = { name: isF ? 'f' : 'main', file: '/src/sample.c', line: 10 + (address & 0xf) };
  return {
    frames: isF ? [{ name: 'inlined', file: '/src/inline.h', line: 3 }, outer] : [outer],
    ...(isF ? { functionStart: at(0x401100) } : {}),
    isStatement: (address & 1) === 0,
    ...(isF ? {} : { module: 'sample' }),
  };
}

export async function sourceOf(
  records: readonly Recorded[],
  extra: Partial<Parameters<typeof threadSource>[2]> = {},
): Promise<BtraceSource> {
  const snapshot = {
    threads: [
      threadSource(7, records, { stopPc: at(0x401103), ...extra }),
      threadSource(8, [[0x401103, 0x401006]], { generation: 2, discontinuous: true }),
      threadSource(9, []),
    ],
  };
  const history = await historyOf(snapshot, code);
  return { history, code, symboliser: new FakeSymboliser(locate), modules, metadata };
}

export function chunksOf(file: Buffer): (StoredChunk & { start: number })[] {
  const chunks: (StoredChunk & { start: number })[] = [];
  for (let start = HEADER_BYTES; start < file.length; ) {
    const chunk = decodeChunk(file, start);
    chunks.push({ ...chunk, start });
    start = chunk.end;
  }
  return chunks;
}
