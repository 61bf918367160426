import { messageOf } from '../../errors';
import type { LiveSession } from '../history-session';

const PENDING = 'startAt is pending';

/**
 * A breakpoint that nobody sees: it drops what was recorded before it, and the program runs on. So recording begins at
 * the very instruction.
 */
const python = (location: string) => `
import gdb
class BtsStart(gdb.Breakpoint):
    def stop(self):
        if self.enabled:
            gdb.execute("monitor bts clear", to_string=True)
            self.enabled = False
        return False
if BtsStart(${JSON.stringify(location)}, internal=True).pending:
    print("${PENDING}")
`;

/** Makes recording begin at launch.json's `startAt`: `entry`, `main`, `manual`, or a function. */
export async function recordFrom(
  startAt: string,
  live: LiveSession,
  say: (text: string) => void,
): Promise<void> {
  if (startAt === 'entry' || startAt === 'manual') return;
  const text = Buffer.from(python(startAt)).toString('hex');
  try {
    const printed = await live.console(`python exec(bytes.fromhex("${text}").decode())`);
    if (printed.includes(PENDING))
      say(
        `The branch history begins at the program's entry: there is no function "${startAt}" (branchHistory.startAt) in ` +
          'the program. Should a library bring it, the history will begin there.',
      );
  } catch (error) {
    say(
      `The branch history begins at the program's entry: startAt "${startAt}" cannot be found (${messageOf(error)}).`,
    );
  }
}
