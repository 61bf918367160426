import type { Address } from '../address';
import type { CodeSource } from '../code/code-source';
import type { Module } from '../modules/module';
import type { EdgeTable } from '../record/edge-table';
import { EVENT_BIT } from '../record/record';
import type { RecordSlice, Snapshot, ThreadSource } from '../record/source';
import type { Symboliser } from '../symbols/symbol-table';
import { BtraceError } from './btrace-error';
import { type BtraceMetadata, type BtraceThread, decodeRecords } from './btrace-format';

/** The records of one thread at most SLICE_RECORDS at a time, inflated when they are asked for. */
export type RecordChunk = () => Uint8Array;

/** A saved history, opened: all that a history needs, on any machine. */
export interface BtraceFile {
  readonly metadata: BtraceMetadata;
  readonly modules: readonly Module[];
  readonly threads: readonly BtraceThread[];
  readonly snapshot: Snapshot;
  readonly code: CodeSource;
  readonly symbols: Symboliser;
}

/** The records of a saved file as a snapshot to ingest; `chunks` holds each thread's, newest first. */
export function savedSnapshot(
  threads: readonly BtraceThread[],
  saved: EdgeTable,
  chunks: readonly (readonly RecordChunk[])[],
): Snapshot {
  let numbered: { edges: EdgeTable; numbers: Uint32Array } | undefined;
  const numbersIn = (edges: EdgeTable): Uint32Array => {
    if (numbered?.edges !== edges) numbered = { edges, numbers: numberEdges(saved, edges) };
    return numbered.numbers;
  };
  return {
    threads: threads.map(
      ({ thread, stopPc, records, complete }, row): ThreadSource => ({
        thread,
        ...(stopPc === undefined ? {} : { stopPc }),
        discontinuous: !complete,
        estimate: records,
        *slices(edges) {
          for (const chunk of chunks[row]!) yield renumbered(decodeRecords(chunk()), numbersIn(edges));
        },
      }),
    ),
  };
}

/** For each edge of the file its index in another table. */
function numberEdges(saved: EdgeTable, edges: EdgeTable): Uint32Array {
  const numbers = new Uint32Array(saved.length);
  for (let index = 0; index < saved.length; index++) {
    const from = saved.from[index]! as Address;
    numbers[index] = edges.intern(from, saved.to[index]! as Address, saved.generation[index]!);
  }
  return numbers;
}

function renumbered({ values, events }: RecordSlice, numbers: Uint32Array): RecordSlice {
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (value >= EVENT_BIT) {
      if (value - EVENT_BIT >= events.length) throw new BtraceError('corrupt', 'a record names no event');
    } else {
      if (value >= numbers.length) throw new BtraceError('corrupt', 'a record names no edge');
      values[at] = numbers[value]!;
    }
  }
  return { values, events };
}
