import { type Address, formatAddress } from '../../src/address';
import { branchKindName } from '../../src/history/branch-kind';
import { EdgeFilter } from '../../src/history/rows/edge-filter';
import type { FilterArguments } from '../../src/protocol/history';
import { EVENT_BIT } from '../../src/record/record';
import type { OpenedHistory } from './opened-history';

const PIECE = 4096;

/** The records of a thread as recorded, one JSON object a line; `i` counts from its oldest record in the file. */
export async function* jsonLines(
  { history, file, modules, pass }: OpenedHistory,
  index: number,
  filter: FilterArguments,
  last: number | undefined,
): AsyncGenerator<string> {
  const chain = history.chain(index);
  const { thread } = chain;
  const { edges, facts } = history;
  const shown = new EdgeFilter(history, file.symbols, modules, filter);
  const isShown = (record: number): boolean => {
    if (shown.isOpen) return true;
    const value = thread.value(record);
    return value < EVENT_BIT && shown.shows(value);
  };
  let record: number = thread.first;
  if (last !== undefined) {
    record = thread.end;
    for (let left = last; left > 0 && record > thread.first; ) {
      if (isShown(--record)) left--;
    }
  }
  const { tid, generation } = thread.thread;
  while (record < thread.end) {
    const lines: string[] = [];
    for (const end = Math.min(record + PIECE, thread.end); record < end; record++) {
      if (!isShown(record)) continue;
      const value = thread.value(record);
      const what =
        value < EVENT_BIT
          ? {
              kind: branchKindName(facts.kind(value)),
              from: formatAddress(edges.from[value]! as Address),
              to: formatAddress(edges.to[value]! as Address),
            }
          : event(thread.eventOf(value));
      const more = {
        ...(generation > 0 ? { generation } : {}),
        ...(chain.isDebugger(record) ? { debugger: true } : {}),
      };
      lines.push(`${JSON.stringify({ i: record - thread.first, tid, ...what, ...more })}\n`);
    }
    yield lines.join('');
    await pass.scheduler.yield();
  }
}

function event({ kind, ...rest }: { readonly kind: string }): object {
  const { from, to, ...plain } = rest as { readonly from?: Address; readonly to?: Address };
  return {
    event: kind,
    ...plain,
    ...(from === undefined ? {} : { from: formatAddress(from) }),
    ...(to === undefined ? {} : { to: formatAddress(to) }),
  };
}
