import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Live } from '../live';

/** DAP pause. A program that stands already has stopped for a reason of its own, which the client is about to hear. */
export async function pause(live: Live, args: DebugProtocol.PauseArguments): Promise<void> {
  live.pauseByUser(args.threadId);
}

/** DAP modules. */
export async function modules(live: Live, args: DebugProtocol.ModulesArguments) {
  return live.modules.page(args.startModule ?? 0, args.moduleCount ?? 0);
}
