import { type Address, formatAddress } from '../../address';
import type { CallNodeBody, CallTreeArguments, CallTreeBody, PlaceBody } from '../../protocol/history';
import type { Symboliser, SymbolTable } from '../../symbols/symbol-table';
import { FrameEntry } from '../frames/frame-sink';
import type { History } from '../history';
import type { Pass } from '../pass';
import { type CallNode, totalOf } from '../tree/call-node';
import { callTree as build } from '../tree/call-tree';

/** bts/callTree: the nodes below `path`, those with the most branches first. Throws Cancelled, RangeError. */
export async function callTree(
  history: History,
  symboliser: Symboliser,
  pass: Pass,
  args: CallTreeArguments,
): Promise<CallTreeBody> {
  const chain = history.chain(args.thread);
  const { first, end } = chain.thread;
  const from = Math.max(first, args.from ?? first);
  const to = Math.min(end, args.to ?? end);
  let nodes = await build(chain, symboliser, pass, from, Math.max(from, to));
  for (const key of args.path ?? []) {
    nodes = [...nodes.values()].find((node) => keyOf(node) === key)?.children ?? new Map();
  }
  const levels = args.levels ?? 1;
  await symboliser.resolve(functions(nodes, levels));
  return { nodes: bodies(symboliser, nodes, levels) };
}

function* functions(nodes: ReadonlyMap<number, CallNode>, levels: number): Generator<Address> {
  for (const node of nodes.values()) {
    if (!Number.isNaN(node.function)) yield node.function;
    if (levels > 1) yield* functions(node.children, levels - 1);
  }
}

function bodies(symbols: SymbolTable, nodes: ReadonlyMap<number, CallNode>, levels: number): CallNodeBody[] {
  return [...nodes.values()]
    .map((node) => ({ node, total: totalOf(node) }))
    .sort((a, b) => b.total - a.total)
    .map(({ node, total }) => ({
      key: keyOf(node),
      place: placeOf(symbols, node.function),
      calls: node.calls,
      self: node.self,
      total,
      entry: FrameEntry[node.entry] as keyof typeof FrameEntry,
      ...(node.entry === FrameEntry.lost
        ? {}
        : { firstRecord: node.firstRecord, lastRecord: node.lastRecord }),
      hasChildren: node.children.size > 0,
      ...(levels > 1 ? { children: bodies(symbols, node.children, levels - 1) } : {}),
    }));
}

function keyOf(node: CallNode): string {
  const address = Number.isNaN(node.function) ? '?' : formatAddress(node.function);
  return `${FrameEntry[node.entry]} ${address}`;
}

/** The function itself, not what was inlined at its first address. */
function placeOf(symbols: SymbolTable, address: Address): PlaceBody {
  if (Number.isNaN(address)) return { address: '' };
  const location = symbols.lookup(address);
  const frame = location?.frames.at(-1);
  return {
    address: formatAddress(address),
    ...(frame === undefined ? {} : { function: frame.name }),
    ...(frame?.file === undefined ? {} : { file: frame.file }),
    ...(frame?.line === undefined ? {} : { line: frame.line }),
    ...(location?.module === undefined ? {} : { module: location.module }),
  };
}
