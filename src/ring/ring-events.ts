import type { Address } from '../address';
import type { GapReason, RecordEvent } from '../record/event';
import { exactAddress } from './fields';
import { EventCode, GapCode } from './layout';

const GAP_REASONS: { [code: number]: GapReason } = {
  [GapCode.start]: 'start',
  [GapCode.off]: 'recording off',
  // What came before was dropped at the user's word, so the record starts here.
  [GapCode.cleared]: 'start',
};

/** An event of the ring in the history's terms, from its six slots; undefined when there is no such event. */
export function ringEvent(slots: Uint32Array, at: number): RecordEvent | undefined {
  const a = exactAddress(slots[at]!, slots[at + 1]!);
  const to = known(exactAddress(slots[at + 2]!, slots[at + 3]!));
  const info = slots[at + 4]!;
  switch (slots[at + 5]) {
    case EventCode.gap:
      return { kind: 'gap', reason: GAP_REASONS[a] ?? 'unknown', ...to };
    case EventCode.signal:
      return signal(info, a, to);
    case EventCode.sigreturn:
      return { kind: 'sigreturn', ...(Number.isNaN(a) ? {} : { from: a as Address }), ...to };
    case EventCode.exec:
      return { kind: 'exec' };
    case EventCode.fork:
      return { kind: 'fork', child: info };
    case EventCode.exit:
      return { kind: 'exit', ...(Number.isNaN(a) ? {} : { from: a as Address }) };
    default:
      return undefined;
  }
}

/** A jump to an address that no double holds, and the signal it causes, leave a gap. */
function signal(number: number, from: number, to: { to?: Address }): RecordEvent {
  if (Number.isNaN(from) || to.to === undefined) return { kind: 'gap', reason: 'not decodable', ...to };
  return { kind: 'signal', signal: number, from: from as Address, to: to.to };
}

function known(address: number): { to?: Address } {
  return Number.isNaN(address) ? {} : { to: address as Address };
}
