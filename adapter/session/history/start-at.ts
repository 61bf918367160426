import { messageOf } from '../../errors';
import type { LiveSession } from '../history-session';

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
BtsStart(${JSON.stringify(location)}, internal=True)
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
    await live.console(`python exec(bytes.fromhex("${text}").decode())`);
  } catch (error) {
    say(
      `The branch history begins at the program's entry: startAt "${startAt}" cannot be found (${messageOf(error)}).`,
    );
  }
}
