import { setImmediate as nextTurn } from 'node:timers/promises';
import { IcedDecoder } from '../../adapter/decoder/iced-decoder';
import type { Address } from '../../src/address';
import type { CodeMissing, CodeSource } from '../../src/code/code-source';
import { History } from '../../src/history/history';
import type { Pass } from '../../src/history/pass';
import type { EdgeTable } from '../../src/record/edge-table';
import type { RecordEvent } from '../../src/record/event';
import { EVENT_BIT, SLICE_RECORDS } from '../../src/record/record';
import type { RecordSlice, Snapshot, ThreadSource } from '../../src/record/source';
import type { Location, Symboliser } from '../../src/symbols/symbol-table';

export const at = (value: number): Address => value as Address;

export const pass: Pass = { scheduler: { yield: () => nextTurn(), now: () => performance.now() } };

/** A branch [from, to] or [from, to, generation], or an event. */
export type Recorded = readonly [number, number, number?] | RecordEvent;

/** Bytes at addresses, a list of generations each; or a reason why there are none. */
export class FakeCode implements CodeSource {
  private readonly regions: { start: number; generation: number; bytes: Uint8Array | CodeMissing }[] = [];

  add(start: number, hex: string, generation = 0): this {
    const bytes = Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
    this.regions.push({ start, generation, bytes });
    return this;
  }

  addMissing(start: number, why: CodeMissing): this {
    this.regions.push({ start, generation: 0, bytes: why });
    return this;
  }

  read(start: Address, length: number, generation: number): Uint8Array | CodeMissing {
    for (const region of this.regions) {
      if (region.generation !== generation) continue;
      const offset = start - region.start;
      if (typeof region.bytes === 'string') {
        if (offset === 0) return region.bytes;
      } else if (offset >= 0 && offset < region.bytes.length) {
        return region.bytes.subarray(offset, offset + length);
      }
    }
    return 'unmapped';
  }
}

/** Names every address with a function of the 256 bytes it lies in, after it was asked. */
export class FakeSymboliser implements Symboliser {
  private readonly known = new Map<Address, Location | null>();

  constructor(private readonly locate: (address: Address) => Location | null) {}

  lookup(address: Address): Location | null | undefined {
    return this.known.get(address);
  }

  async resolve(addresses: Iterable<Address>): Promise<void> {
    for (const address of addresses) this.known.set(address, this.locate(address));
  }
}

export function threadSource(
  tid: number,
  records: readonly Recorded[],
  extra: Partial<ThreadSource> & { generation?: number } = {},
): ThreadSource {
  const { generation = 0, ...rest } = extra;
  return {
    thread: { tid, generation, pid: 1, name: `thread ${tid}` },
    discontinuous: false,
    estimate: records.length,
    *slices(edges: EdgeTable): Generator<RecordSlice> {
      for (let end = records.length; end > 0; end -= SLICE_RECORDS) {
        const events: RecordEvent[] = [];
        const values = records.slice(Math.max(0, end - SLICE_RECORDS), end).map((record) => {
          if (isBranch(record)) return edges.intern(at(record[0]), at(record[1]), record[2] ?? 0);
          events.push(record);
          return EVENT_BIT + events.length - 1;
        });
        yield { values: Uint32Array.from(values), events };
      }
    },
    ...rest,
  };
}

export async function historyOf(snapshot: Snapshot, code: CodeSource, records = 1 << 26): Promise<History> {
  const history = new History({ decoder: new IcedDecoder(), code, records });
  await history.ingest(snapshot).rest(pass);
  return history;
}

/** All records of a thread of a history, in {@link Recorded}'s form. */
export function recordsOf(history: History, index: number): Recorded[] {
  const { thread } = history.chain(index);
  const records: Recorded[] = [];
  for (let record = thread.first as number; record < thread.end; record++) {
    const value = thread.value(record);
    const { from, to, generation } = history.edges;
    records.push(value >= EVENT_BIT ? thread.eventOf(value) : [from[value]!, to[value]!, generation[value]!]);
  }
  return records;
}

function isBranch(record: Recorded): record is readonly [number, number, number?] {
  return Array.isArray(record);
}
