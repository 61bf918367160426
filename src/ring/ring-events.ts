import type { Address } from '../address';
import type { GapReason, RecordEvent } from '../record/event';
import { exactAddress } from './fields';
import { EventCode, GapCode } from './layout';

const GAP_REASONS: { [code: number]: GapReason } = {
  [GapCode.start]: 'start',
  [GapCode.off]: 'recording off',
};

/** An event of the ring in the history's terms, from its six slots; undefined when there is no such event. */
export function ringEvent(slots: Uint32Array, at: number): RecordEvent | undefined {
  const a = exactAddress(slots[at]!, slots[at + 1]!);
  const b = exactAddress(slots[at + 2]!, slots[at + 3]!);
  const info = slots[at + 4]!;
  switch (slots[at + 5]) {
    case EventCode.gap:
      return gap(a, b);
    case EventCode.signal:
      return signal(info, a, b);
    case EventCode.sigreturn:
      return { kind: 'sigreturn', ...(Number.isNaN(a) ? {} : { from: a as Address }), ...to(b) };
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

/** While recording is off, or ended for good, it is not known where execution goes on: `to` is 0. */
function gap(code: number, at: number): RecordEvent {
  if (code === GapCode.stopped) return { kind: 'lost' };
  return { kind: 'gap', reason: GAP_REASONS[code] ?? 'unknown', ...(at === 0 ? {} : to(at)) };
}

/** A jump to an address that no double holds, and the signal it causes, leave a gap. */
function signal(number: number, from: number, handler: number): RecordEvent {
  if (Number.isNaN(from) || Number.isNaN(handler))
    return { kind: 'gap', reason: 'not decodable', ...to(handler) };
  return { kind: 'signal', signal: number, from: from as Address, to: handler as Address };
}

function to(address: number): { to?: Address } {
  return Number.isNaN(address) ? {} : { to: address as Address };
}
