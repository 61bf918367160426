import type { Address } from '../../../src/address';
import type { LiveBreakpoint } from '../history-session';
import type { Past } from './past';

/** The breakpoints as they count in the past: those with an address, by address. */
export function pastBreakpoints(past: Past): ReadonlyMap<Address, readonly LiveBreakpoint[]> {
  const byAddress = new Map<Address, LiveBreakpoint[]>();
  for (const breakpoint of past.live.breakpoints()) {
    if (!breakpoint.enabled) continue;
    if (breakpoint.kind === 'data')
      past.sayOnce('Data breakpoints do not stop in the history: values are not recorded.');
    if (breakpoint.hitCondition !== undefined)
      past.sayOnce('Hit counts are ignored in the history: such a breakpoint stops each time.');
    for (const address of breakpoint.addresses) {
      const there = byAddress.get(address as Address);
      if (there) there.push(breakpoint);
      else byAddress.set(address as Address, [breakpoint]);
    }
  }
  return byAddress;
}
