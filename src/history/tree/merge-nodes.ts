import type { Address } from '../../address';
import { FrameEntry } from '../frames/frame-sink';
import { type CallNode, callKey } from './call-node';

/**
 * The same trees with each function once among its siblings, whatever addresses in it its nodes were made with, and without
 * stubs: what was called through one counts as called by the caller. Inferior calls are left out. Not recursive: the tree is
 * as deep as the program's recursion.
 */
export function mergeNodes(
  roots: Iterable<CallNode>,
  functionOf: (address: Address) => Address,
): Map<number, CallNode> {
  const merged = new Map<number, CallNode>();
  const open: Level[] = [{ nodes: roots, caller: undefined, into: merged }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const node of next.nodes) {
      if (node.entry === FrameEntry.debugger || isEmpty(node)) continue;
      if (next.caller !== undefined && isStub(node)) {
        next.caller.self += node.self;
        continue;
      }
      const into = mergeInto(next.into, node, functionOf);
      open.push({ nodes: node.children.values(), caller: into, into: into.children });
    }
  }
  return merged;
}

interface Level {
  readonly nodes: Iterable<CallNode>;
  readonly caller: CallNode | undefined;
  readonly into: Map<number, CallNode>;
}

function mergeInto(
  siblings: Map<number, CallNode>,
  node: CallNode,
  functionOf: (address: Address) => Address,
): CallNode {
  const start = Number.isNaN(node.function) ? node.function : functionOf(node.function);
  const entry = node.entry === FrameEntry.tail && node.viaStub === node.calls ? FrameEntry.call : node.entry;
  const key = callKey(entry, start);
  const known = siblings.get(key);
  if (known === undefined) {
    const first = { ...node, function: start, entry, children: new Map() };
    siblings.set(key, first);
    return first;
  }
  known.calls += node.calls;
  known.self += node.self;
  known.firstRecord = Math.min(known.firstRecord, node.firstRecord);
  known.lastRecord = Math.max(known.lastRecord, node.lastRecord);
  return known;
}

function isEmpty(node: CallNode): boolean {
  return node.entry === FrameEntry.lost && node.self === 0 && node.children.size === 0;
}

function isStub(node: CallNode): boolean {
  return node.asStub === node.calls && node.children.size === 0;
}
