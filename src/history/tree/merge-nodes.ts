import type { Address } from '../../address';
import { FrameEntry } from '../frames/frame-sink';
import { type CallNode, callKey } from './call-node';

/**
 * The same trees with each function once among its siblings, whatever addresses in it its nodes were made with. Inferior
 * calls are left out. Not recursive: the tree is as deep as the program's recursion.
 */
export function mergeNodes(
  roots: Iterable<CallNode>,
  functionOf: (address: Address) => Address,
): Map<number, CallNode> {
  const merged = new Map<number, CallNode>();
  const open: { readonly nodes: Iterable<CallNode>; readonly into: Map<number, CallNode> }[] = [
    { nodes: roots, into: merged },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const node of next.nodes) {
      const empty = node.entry === FrameEntry.lost && node.self === 0 && node.children.size === 0;
      if (empty || node.entry === FrameEntry.debugger) continue;
      const start = Number.isNaN(node.function) ? node.function : functionOf(node.function);
      const key = callKey(node.entry, start);
      let into = next.into.get(key);
      if (into === undefined) {
        into = { ...node, function: start, children: new Map() };
        next.into.set(key, into);
      } else {
        into.calls += node.calls;
        into.self += node.self;
        into.firstRecord = Math.min(into.firstRecord, node.firstRecord);
        into.lastRecord = Math.max(into.lastRecord, node.lastRecord);
      }
      open.push({ nodes: node.children.values(), into: into.children });
    }
  }
  return merged;
}
