import type { RecordIndex } from '../../record/record';
import type { Chain } from '../chain';
import type { Position } from '../position';

/** The position at which `record` is about to branch; the nearest one before it, else after it, when it has none. */
export function toRecord(chain: Chain, record: number): Position | undefined {
  const { thread } = chain;
  const at = Math.min(Math.max(record, thread.first), thread.end) as RecordIndex;
  const count = chain.isDebugger(at) ? 0 : chain.positions(at);
  if (count > 0) return { record: at, instruction: count - 1 };
  return chain.previous({ record: at, instruction: 0 })?.position ?? chain.firstPosition();
}
