import type { Address } from '../../../src/address';
import type { Pass } from '../../../src/history/pass';
import type { EdgeTable } from '../../../src/record/edge-table';
import type { RecordEvent } from '../../../src/record/event';
import { EVENT_BIT } from '../../../src/record/record';
import type { RecordedThread, RecordSlice, Snapshot, ThreadSource } from '../../../src/record/source';

export type FakeRecord =
  | { readonly from: number; readonly to: number; readonly generation?: number }
  | RecordEvent;

export function isEvent(record: FakeRecord): record is RecordEvent {
  return 'kind' in record;
}

export interface FakeThread {
  readonly thread?: Partial<RecordedThread>;
  readonly records: readonly FakeRecord[];
  readonly stopPc?: number;
  readonly discontinuous?: boolean;
  /** Records a slice, the newest slice first; default all in one. */
  readonly slice?: number;
  /** What the recorder says is new; default the truth. */
  readonly estimate?: number;
}

/** A snapshot of records given as objects. */
export function fakeSnapshot(...threads: readonly FakeThread[]): Snapshot {
  return { threads: threads.map(fakeSource) };
}

function fakeSource(fake: FakeThread): ThreadSource {
  const { records, slice = Math.max(1, records.length) } = fake;
  return {
    thread: { tid: 1, generation: 0, pid: 1, ...fake.thread },
    ...(fake.stopPc === undefined ? {} : { stopPc: fake.stopPc as Address }),
    discontinuous: fake.discontinuous ?? false,
    estimate: fake.estimate ?? records.length,
    *slices(edges: EdgeTable): Generator<RecordSlice> {
      for (let end = records.length; end > 0; end -= slice) {
        yield toSlice(records.slice(Math.max(0, end - slice), end), edges);
      }
    },
  };
}

function toSlice(records: readonly FakeRecord[], edges: EdgeTable): RecordSlice {
  const events: RecordEvent[] = [];
  const values = Uint32Array.from(records, (record) => {
    if (!isEvent(record))
      return edges.intern(record.from as Address, record.to as Address, record.generation);
    events.push(record);
    return EVENT_BIT + events.length - 1;
  });
  return { values, events };
}

/** A pass that never waits. */
export function immediate(): Pass & { yields: number } {
  let now = 0;
  const pass = {
    yields: 0,
    scheduler: {
      yield: async () => {
        pass.yields++;
      },
      now: () => now++,
    },
  };
  return pass;
}
