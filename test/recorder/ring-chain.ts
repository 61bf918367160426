import type { Address } from '../../src/address';
import type { CodeSource } from '../../src/code/code-source';
import type { Decoder } from '../../src/code/decoder';
import { EdgeTable } from '../../src/record/edge-table';
import { EVENT_BIT } from '../../src/record/record';
import type { RecordSlice, ThreadSource } from '../../src/record/source';

export interface ChainReport {
  readonly records: number;
  readonly branches: number;
  /** Kinds of the events, oldest first. */
  readonly events: readonly string[];
  /** Blocks that do not run from one record to the next, as text. */
  readonly breaks: readonly string[];
  /** Where the newest record leads to. */
  readonly end: number | undefined;
}

/**
 * Checks that what was recorded is one unbroken execution: every block, from where a record leads to where the
 * next one leaves, consists of instructions that fall through, as the code bytes of the recording say.
 */
export function checkChain(source: ThreadSource, code: CodeSource, decoder: Decoder): ChainReport {
  const edges = new EdgeTable();
  const good = new Set<string>();
  const breaks: string[] = [];
  const events: string[] = [];
  let records = 0;
  let at: number | undefined;
  const slices: RecordSlice[] = [];
  // The buffer of a slice is good until the next one is asked for.
  for (const { values, events } of source.slices(edges)) slices.push({ values: values.slice(), events });

  const check = (start: number, end: number, generation: number, executed: boolean) => {
    const key = `${start} ${end} ${generation} ${executed}`;
    if (good.has(key)) return;
    const why = broken(start, end, generation, executed);
    if (why === undefined) good.add(key);
    else breaks.push(`${start.toString(16)} .. ${end.toString(16)}: ${why}`);
  };
  const broken = (start: number, end: number, generation: number, executed: boolean): string | undefined => {
    if (end < start || end - start > 65_536) return 'too far';
    if (!executed && end === start) return undefined;
    const bytes = code.read(start as Address, end - start + 15, generation);
    if (typeof bytes === 'string') return bytes;
    // A block cut by a signal or the exit ends before `end`; which its last instruction is has to be tried.
    if (!executed) {
      for (let last = end - 1; last >= Math.max(start, end - 15); last--) {
        const run = decoder.decode(bytes.subarray(0, end - start), start as Address, last as Address);
        if (run?.length === end - start) return undefined;
      }
      return 'no run of instructions up to the interruption';
    }
    return decoder.decode(bytes, start as Address, end as Address) ? undefined : 'no run of instructions';
  };

  for (const { values, events: sliceEvents } of slices.reverse()) {
    for (const value of values) {
      records++;
      if (value < EVENT_BIT) {
        const from = edges.from[value]!;
        if (at !== undefined) check(at, from, edges.generation[value]!, true);
        at = edges.to[value]!;
        continue;
      }
      const event = sliceEvents[value - EVENT_BIT]!;
      events.push(event.kind);
      if (event.kind === 'fork') continue;
      const executed = event.kind === 'sigreturn';
      if ('from' in event && event.from !== undefined && at !== undefined) check(at, event.from, 0, executed);
      at = 'to' in event ? event.to : undefined;
    }
  }
  if (source.stopPc !== undefined && at !== undefined) check(at, source.stopPc, 0, false);
  return { records, branches: records - events.length, events, breaks: breaks.slice(0, 10), end: at };
}
