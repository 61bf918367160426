import type { ModuleMap } from '../../modules/module-map';
import type { RowBody, SearchArguments, SearchBody } from '../../protocol/history';
import type { Symboliser } from '../../symbols/symbol-table';
import type { History } from '../history';
import type { Pass } from '../pass';
import { EdgeFilter } from '../rows/edge-filter';
import { RowBodies } from '../rows/row-body';
import { search as scan } from '../rows/search';
import { ShownRecords } from '../rows/shown-records';
import { withSymbols } from '../with-symbols';

const MOST = 1000;

/** bts/search: the rows of the records that match, the nearest first. Throws Cancelled, InvalidPattern, RangeError. */
export async function search(
  history: History,
  symboliser: Symboliser,
  modules: ModuleMap,
  pass: Pass,
  args: SearchArguments,
): Promise<SearchBody> {
  const chain = history.chain(args.thread);
  const { direction } = args;
  const shown = new ShownRecords(
    chain,
    new EdgeFilter(history, symboliser, modules, args.filter ?? {}),
    false,
  );
  const farEnd = direction === 'back' ? chain.thread.end : chain.thread.first - 1;
  const { records, finished } = await scan(chain, symboliser, modules, pass, shown, {
    pattern: args.pattern,
    direction,
    from: args.from ?? farEnd,
    count: Math.max(1, Math.min(args.count ?? 1, MOST)),
  });
  const hits = await withSymbols(symboliser, pass, (symbols) => {
    const bodies = new RowBodies(chain, symbols, records);
    return records.map((record): RowBody => bodies.ofRecord(record));
  });
  return { hits, finished };
}
