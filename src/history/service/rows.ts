import type { GapRowBody, RowBody, RowsArguments, RowsBody } from '../../protocol/history';
import type { Chain } from '../chain';
import type { History } from '../history';
import { RowBodies } from '../rows/row-body';
import type { ListedRow } from '../rows/row-columns';
import type { RowList } from '../rows/row-list';
import type { RowContext } from '../rows/row-lists';

const DEFAULT_COUNT = 200;
const MOST = 2000;

/**
 * bts/rows: a page of the filtered, folded list. Throws NeedSymbols and Busy (see withSymbols), InvalidPattern, and
 * RangeError for a thread that is not there.
 */
export function rows(history: History, context: RowContext, args: RowsArguments): RowsBody {
  const chain = history.chain(args.thread);
  const list = chain.rows.list(context, args);
  const count = Math.max(1, Math.min(args.count ?? DEFAULT_COUNT, MOST));
  const { low, high } = page(list, args.anchor ?? { at: 'end' }, count);
  const listed: ListedRow[] = [];
  for (let index = high - 1; index >= low; index--) listed.push(list.row(index));
  const records = listed.flatMap((row) =>
    row.times > 1 ? list.shown.upTo(row.last, row.period) : [row.last],
  );
  const bodies = new RowBodies(chain, context.symbols, records);
  // One row more tells whether there are older ones.
  const older = list.upToCount(high + 1) > high;
  // What needs no symbols first: they may be on their way.
  for (const row of listed) chain.gap(row.first);
  const body: RowBody[] = older ? [] : beginning(chain, listed[0]);
  for (const row of listed) body.push(...bodies.of(row, list.shown));
  if (low === 0) body.push(...bodies.tail());
  const { total } = list;
  return {
    rows: body,
    below: low,
    ...(total === undefined ? {} : { above: total - high }),
    older,
    newer: low > 0,
  };
}

/** Rows [low, high), counted from the newest. */
function page(list: RowList, anchor: NonNullable<RowsArguments['anchor']>, count: number) {
  if ('before' in anchor) return upward(list, list.newerThan(anchor.before - 1), count);
  if ('after' in anchor) {
    const high = list.newerThan(anchor.after);
    return { low: Math.max(0, high - count), high };
  }
  if ('around' in anchor) {
    const row = list.newerThan(anchor.around);
    return upward(list, Math.max(0, row - (count >> 1)), count);
  }
  if (anchor.at === 'end') return upward(list, 0, count);
  const high = list.upToCount(Number.POSITIVE_INFINITY);
  return { low: Math.max(0, high - count), high };
}

function upward(list: RowList, low: number, count: number) {
  return { low, high: Math.max(low, Math.min(list.upToCount(low + count), low + count)) };
}

/** The gap before the first record, when no shown row tells of it. */
function beginning(chain: Chain, oldest: ListedRow | undefined): GapRowBody[] {
  const { thread } = chain;
  if (thread.length === 0 || oldest?.first === thread.first) return [];
  const event = thread.event(thread.first);
  if (event?.kind === 'lost' || event?.kind === 'gap' || event?.kind === 'exec') return [];
  return [{ kind: 'gap', record: thread.first, reason: thread.beginning }];
}
