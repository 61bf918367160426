import type { Address } from '../../address';
import { EVENT_BIT } from '../../record/record';
import type { Chain } from '../chain';

/** Records looked at: loops make more of them a page, but they are folded and bring no new addresses. */
const RECORDS = 4096;

/** Up to `most` addresses of the newest branches, and of where the thread stands: what will be shown first. */
export function newestAddresses({ thread, history }: Chain, most: number): ReadonlySet<Address> {
  const addresses = new Set<Address>();
  if (thread.stopPc !== undefined) addresses.add(thread.stopPc);
  const oldest = Math.max(thread.first, thread.end - RECORDS);
  for (let record = thread.end - 1; record >= oldest && addresses.size < most; record--) {
    const value = thread.value(record);
    if (value >= EVENT_BIT) continue;
    addresses.add(history.edges.from[value]! as Address);
    addresses.add(history.edges.to[value]! as Address);
  }
  return addresses;
}
