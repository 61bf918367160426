import { formatAddress } from '../../../src/address';
import type { Cursor } from '../../../src/history/position';
import { goto } from '../../../src/history/service/goto';
import type { GotoArguments, GotoBody } from '../../../src/protocol/history';
import { parseLogMessage } from '../breakpoints/logpoint';
import type { LiveBreakpoint } from '../history-session';
import { pastBreakpoints } from './breakpoints';
import { badMove, noHistory } from './errors';
import type { Past } from './past';

/** Where a movement ended, and the breakpoints it stopped at. */
export interface Arrival {
  readonly cursor: Cursor;
  readonly body: GotoBody;
  readonly hits: readonly LiveBreakpoint[];
}

/** Moves from the cursor, or from the thread's live end. With no addresses given, `breakpoint` means the session's own. */
export async function move(past: Past, args: GotoArguments): Promise<Arrival> {
  if ('by' in args && args.by === 'breakpoint' && args.addresses === undefined) return run(past, args);
  return { ...(await went(past, args, past.cursor)), hits: [] };
}

/** To the next breakpoint. Logpoints on the way print what they can and do not stop. */
async function run(past: Past, args: Extract<GotoArguments, { readonly by: unknown }>): Promise<Arrival> {
  const breakpoints = pastBreakpoints(past);
  const addresses = [...breakpoints.keys()].map(formatAddress);
  for (let at = past.cursor; ; ) {
    const { cursor, body } = await went(past, { ...args, addresses }, at);
    if (body.kind !== 'breakpoint') return { cursor, body, hits: [] };
    const here = [...breakpoints].find(([address]) => formatAddress(address) === body.address)![1];
    for (const { logMessage } of here)
      if (logMessage !== undefined) past.say(`(history) ${withoutValues(logMessage)}`);
    const hits = here.filter(({ logMessage }) => logMessage === undefined);
    if (hits.length > 0) return { cursor, body, hits };
    at = cursor;
  }
}

async function went(past: Past, args: GotoArguments, at: Cursor | undefined) {
  const { history, symboliser, pass } = past.recording;
  try {
    const arrived = await goto(history, symboliser, pass, args, at);
    if (arrived !== undefined) return arrived;
  } catch (error) {
    if (error instanceof RangeError) throw badMove(error.message);
    throw error;
  }
  throw noHistory('nothing has been recorded of this thread yet.');
}

function withoutValues(logMessage: string): string {
  return parseLogMessage(logMessage)
    .map((part) => ('text' in part ? part.text : `<${part.expression}: not recorded>`))
    .join('');
}
