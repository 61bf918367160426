import type { DebugProtocol } from '@vscode/debugprotocol';
import { miQuote } from '../../target/mi-quote';
import type { Live } from '../live';

/** More than a list can show. */
const MOST = 200;

/** DAP completions, by GDB's own completer: of a command behind `>`, and else of an expression. */
export async function completions(
  live: Live,
  args: DebugProtocol.CompletionsArguments,
): Promise<DebugProtocol.CompletionsResponse['body']> {
  // The column counts from 1 and stands behind the text to complete.
  const text = args.text.split('\n')[(args.line ?? 1) - 1]?.slice(0, args.column - 1) ?? '';
  const command = /^\s*(?:>|-exec\s+)\s*(.*)$/.exec(text)?.[1];
  if (text.startsWith('<')) return { targets: [] };
  const [prefix, rest] = command === undefined ? ['print ', text.trimStart()] : ['', command];
  const frame = args.frameId === undefined ? undefined : live.frames.get(args.frameId);
  if (frame && !live.isRunning)
    await live.gdb.sendCommand(`-stack-select-frame ${frame.frameId}`).catch(() => undefined);
  const { matches = [] } = await live.gdb.sendCommand<{ matches?: string[] }>(
    `-complete ${miQuote(prefix + rest)}`,
  );
  // GDB returns whole lines; what is the same up to the last word is left out.
  const kept = /[\w$.:>~-]*$/.exec(rest)!;
  const start = prefix.length + kept.index;
  return {
    targets: matches.slice(0, MOST).map((match) => ({
      label: match.slice(start),
      start: text.length - kept[0].length,
      length: kept[0].length,
    })),
  };
}
