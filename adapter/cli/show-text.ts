import { constants } from 'node:os';
import { basename } from 'node:path';
import { type Address, formatAddress, parseAddress } from '../../src/address';
import { RowBodies } from '../../src/history/rows/row-body';
import type { ThreadHistory } from '../../src/history/thread-history';
import { withSymbols } from '../../src/history/with-symbols';
import type { ModuleMap } from '../../src/modules/module-map';
import type {
  BranchRowBody,
  EventRowBody,
  FilterArguments,
  PlaceBody,
  RowBody,
} from '../../src/protocol/history';
import type { OpenedHistory } from './opened-history';

const PIECE = 500;
const KIND_WIDTH = 5;
const FROM_WIDTH = 36;

/** The rows of a thread, repeats folded, gaps told. */
export async function* textRows(
  { history, file, modules, pass }: OpenedHistory,
  index: number,
  filter: FilterArguments,
  last: number | undefined,
): AsyncGenerator<string> {
  const chain = history.chain(index);
  const context = { symbols: file.symbols, modules };
  yield heading(chain.thread, last === undefined && Object.keys(filter).length === 0);
  const rows = new RowText(chain.thread, modules);
  const most = last ?? Number.POSITIVE_INFINITY;
  let left = await withSymbols(file.symbols, pass, () => {
    const list = chain.rows.list(context, { thread: index, filter });
    return Math.min(most, list.upToCount(most));
  });
  while (left > 0) {
    const count = Math.min(PIECE, left);
    const high = left;
    yield await withSymbols(file.symbols, pass, (symbols) => {
      const list = chain.rows.list(context, { thread: index, filter });
      const bodies = new RowBodies(chain, symbols, []);
      const text: string[] = [];
      for (let row = high - 1; row >= high - count; row--) {
        for (const body of bodies.of(list.row(row), list.shown)) text.push(rows.of(body));
      }
      return text.join('');
    });
    left -= count;
  }
  if (most === 0) return;
  yield await withSymbols(file.symbols, pass, (symbols) =>
    new RowBodies(chain, symbols, [])
      .tail()
      .filter(() => !hasGone(chain.thread))
      .map((body) => rows.of(body))
      .join(''),
  );
}

/** Its last row says where it went, and it stands nowhere. */
function hasGone(thread: ThreadHistory): boolean {
  const last = thread.length > 0 ? thread.event(thread.end - 1)?.kind : undefined;
  return last === 'exit' || last === 'exec';
}

function heading({ thread, length, beginning }: ThreadHistory, whole: boolean): string {
  const again = thread.generation > 0 ? ` (number ${thread.generation + 1} of that id)` : '';
  const name = thread.name === undefined ? '' : ` ${thread.name}`;
  const text = `\nthread ${thread.tid}${again}${name}: ${length.toLocaleString('en')} records\n`;
  return whole && length > 0 && beginning !== 'start' ? `${text}${gapLine(beginning)}` : text;
}

function gapLine(reason: string): string {
  return `  ── ${reason} ──\n`;
}

class RowText {
  private readonly width: number;

  constructor(
    private readonly thread: ThreadHistory,
    private readonly modules: ModuleMap,
  ) {
    this.width = Math.max(6, thread.length.toLocaleString('en').length);
  }

  of(row: RowBody): string {
    switch (row.kind) {
      case 'branch':
        return `${this.number(row.record)}  ${this.branch(row)}\n`;
      case 'loop': {
        const times = `× ${row.times.toLocaleString('en')}`;
        const gap = row.gap === undefined ? '' : `  (${row.gap})`;
        const [first, ...others] = row.body;
        if (others.length === 0) return `${this.number(row.first)}  ${this.branch(first!)}  ${times}${gap}\n`;
        const body = row.body.map((branch, at) => {
          const bracket = at === row.body.length - 1 ? '└' : '│';
          return `${' '.repeat(this.width)}  ${bracket} ${this.branch(branch)}\n`;
        });
        return `${this.number(row.first)}  ┌ ${times}${gap}\n${body.join('')}`;
      }
      case 'event':
        return `${this.number(row.record)}  ${this.event(row)}\n`;
      case 'gap':
        return gapLine(row.reason);
      case 'tail':
        return `${' '.repeat(this.width)}  stands at ${this.place(row.to)}\n`;
    }
  }

  private number(record: number): string {
    return (record - this.thread.first).toLocaleString('en').padStart(this.width);
  }

  private branch({ branch, from, to, debugger: byDebugger }: BranchRowBody): string {
    const kind = branch.padEnd(KIND_WIDTH);
    const mark = byDebugger ? '  (debugger)' : '';
    return `${kind} ${this.place(from).padEnd(FROM_WIDTH)} → ${this.place(to)}${mark}`;
  }

  private event(row: EventRowBody): string {
    const from = row.from && this.place(row.from);
    const to = row.to && this.place(row.to);
    const places = [from, to].filter((place) => place !== undefined).join(' → ');
    const what = describe(row);
    return places === '' ? what : `${what}  ${places}`;
  }

  /** `function file:line`, and less where less is known: `function+0x12`, `module+0x1234`, `0x401136`. */
  private place({ address, function: name, offset, file, line, module }: PlaceBody): string {
    if (name === undefined) return this.unnamed(parseAddress(address)!);
    if (file !== undefined && line !== undefined) return `${name} ${basename(file)}:${line}`;
    const distance = offset ? `+0x${offset.toString(16)}` : '';
    return `${name}${distance}${module === undefined ? '' : ` (${module})`}`;
  }

  private unnamed(address: Address): string {
    const index = this.modules.at(address);
    if (index === undefined) return formatAddress(address);
    const { path, bias } = this.modules.modules[index]!;
    return `${basename(path)}+${formatAddress((address - bias) as Address)}`;
  }
}

function describe(row: EventRowBody): string {
  switch (row.event) {
    case 'signal':
      return `signal ${signalName(row.signal!)}`;
    case 'exec':
      return `exec ${row.path ?? ''}`.trimEnd();
    case 'fork':
      return `fork of process ${row.child}`;
    case 'exit':
      return row.status === undefined ? 'exit' : `exit ${row.status}`;
    case 'debugger':
      return `debugger: ${row.action}`;
    case 'lost':
      return `── ${row.count?.toLocaleString('en') ?? 'an unknown number of'} records lost ──`;
    case 'gap':
      return `── ${row.reason === 'start' ? 'the record begins' : row.reason} ──`;
    default:
      return row.event;
  }
}

function signalName(signal: number): string {
  const name = Object.entries(constants.signals).find(([, number]) => number === signal)?.[0];
  return name === undefined ? `${signal}` : `${signal} (${name})`;
}
