import type { Address } from '../address';
import type { EdgeTable } from './edge-table';
import type { RecordEvent } from './event';

/** A thread as a recorder knows it. A tid can come again: tid and generation together are unique. */
export interface RecordedThread {
  /** The kernel's thread id. */
  readonly tid: number;
  readonly generation: number;
  readonly name?: string;
  /** The process id. */
  readonly pid: number;
}

/**
 * A run of at most SLICE_RECORDS consecutive records of one thread, oldest first. A value is an edge of the
 * table handed to {@link ThreadSource.slices}, or EVENT_BIT | index into `events` of this same slice.
 */
export interface RecordSlice {
  readonly values: Uint32Array;
  readonly events: readonly RecordEvent[];
}

/** What one thread has recorded since the previous snapshot. */
export interface ThreadSource {
  readonly thread: RecordedThread;
  /** Where the thread stands now; absent when it has exited or is running: then there is no tail block. */
  readonly stopPc?: Address;
  /** True when the slices do not follow on the last snapshot's: records between were overwritten. */
  readonly discontinuous: boolean;
  /** At least this many records are new, at most `maximum`: for progress. */
  readonly estimate: number;
  /** The new records in slices, **newest slice first**, read lazily. */
  slices(edges: EdgeTable): Iterable<RecordSlice>;
}

/** Everything new at a stop. */
export interface Snapshot {
  readonly threads: readonly ThreadSource[];
}
