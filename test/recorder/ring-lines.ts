import type { Address } from '../../src/address';
import type { CodeSource } from '../../src/code/code-source';
import { EdgeTable } from '../../src/record/edge-table';
import type { RecordEvent } from '../../src/record/event';
import { EVENT_BIT } from '../../src/record/record';
import type { RingThreadSource } from '../../src/ring/ring-process';
import type { OwnPlaces } from './own-places';

export interface RingLines {
  /** In the form of {@link import('./part').Part}, but `E fork` names a pid. */
  readonly lines: string[];
  /** Where the image's first record says it begins. */
  readonly beginning: string;
  /** The newest record, when it is an event. */
  readonly last: RecordEvent | undefined;
}

/**
 * The records of one thread as lines, oldest first. `epoch` is the thread's at its newest record.
 * Throws when its beginning has been overwritten.
 */
export function ringLines(
  source: RingThreadSource,
  epoch: number,
  places: OwnPlaces,
  code: CodeSource,
): RingLines {
  const reversed: (string | undefined)[] = [];
  const edges = new EdgeTable();
  let newest: RecordEvent | undefined;
  let oldest: RecordEvent | undefined;
  let at = epoch;
  for (const { values, events, epochs } of source.slices(edges)) {
    const marks = [...epochs]; // newest first
    for (let index = values.length - 1; index >= 0; index--) {
      while (marks[0] && index < marks[0].index) at = marks.shift()!.before;
      const value = values[index]!;
      oldest = value >= EVENT_BIT ? events[value - EVENT_BIT] : undefined;
      if (reversed.length === 0) newest = oldest;
      reversed.push(
        oldest
          ? eventLine(oldest, at, places, code)
          : branchLine(edges.from[value]!, edges.to[value]!, at, places),
      );
    }
    for (const { before } of marks) at = before;
  }
  if (oldest?.kind !== 'gap' || oldest.reason !== 'start') {
    throw new Error(`the recording does not reach back to the start of thread ${source.thread.tid}`);
  }
  reversed.pop();
  const lines = reversed.reverse().filter((line) => line !== undefined);
  return { lines, beginning: places.at(oldest.to!, at), last: newest };
}

/** `E exit` with the ip of what was not completed: Valgrind's stands behind a system call already. */
export function exitLine(
  ip: Address | undefined,
  epoch: number,
  places: OwnPlaces,
  code: CodeSource,
): string {
  if (ip === undefined) return 'E exit nowhere';
  const before = code.read((ip - 2) as Address, 2, epoch);
  const isSyscall = typeof before !== 'string' && before[0] === 0x0f && before[1] === 0x05;
  return `E exit ${places.at(isSyscall ? ip - 2 : ip, epoch)}`;
}

function branchLine(from: number, to: number, epoch: number, places: OwnPlaces): string | undefined {
  const [left, arrived] = [places.at(from, epoch), places.at(to, epoch)];
  return left === '-' && arrived === '-' ? undefined : `B ${left} ${arrived}`;
}

function eventLine(event: RecordEvent, epoch: number, places: OwnPlaces, code: CodeSource): string {
  switch (event.kind) {
    case 'signal':
      return `E signal ${event.signal} ${places.at(event.from, epoch)} ${places.at(event.to, epoch)}`;
    case 'sigreturn':
      return `E sigreturn ${event.to === undefined ? 'nowhere' : places.at(event.to, epoch)}`;
    case 'fork':
      return `E fork ${event.child}`;
    case 'exit':
      return exitLine(event.from, epoch, places, code);
    case 'exec':
      return 'E exec';
    case 'gap':
      return `E gap ${event.reason}`;
    default:
      return `E ${event.kind}`;
  }
}
