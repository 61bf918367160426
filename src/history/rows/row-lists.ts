import type { ModuleMap } from '../../modules/module-map';
import type { RowListArguments } from '../../protocol/history';
import type { SymbolTable } from '../../symbols/symbol-table';
import type { Chain } from '../chain';
import { EdgeFilter } from './edge-filter';
import { RowList } from './row-list';
import { ShownRecords } from './shown-records';

/** Lists kept: a view and a few changes of its filter. */
const KEPT = 4;

/** What row lists are made from beside the records. */
export interface RowContext {
  readonly symbols: SymbolTable;
  readonly modules: ModuleMap;
}

/** The row lists of one thread that were asked for lately. */
export class RowLists {
  private kept: { readonly key: string; readonly context: RowContext; readonly list: RowList }[] = [];

  constructor(private readonly chain: Chain) {}

  /** Throws InvalidPattern. */
  list(context: RowContext, args: RowListArguments): RowList {
    const { filter = {}, fold = true, expanded = [], debugger: shown = false } = args;
    const key = JSON.stringify([filter, fold, expanded, shown]);
    this.kept = this.kept.filter(
      (entry) =>
        entry.list.isCurrent &&
        entry.context.symbols === context.symbols &&
        entry.context.modules === context.modules,
    );
    const known = this.kept.find((entry) => entry.key === key);
    if (known !== undefined) return known.list;
    const edges = new EdgeFilter(this.chain.history, context.symbols, context.modules, filter);
    const records = new ShownRecords(this.chain, edges, shown);
    const list = new RowList(this.chain, records, fold, new Set(expanded));
    this.kept = [...this.kept.slice(1 - KEPT), { key, context, list }];
    return list;
  }
}
