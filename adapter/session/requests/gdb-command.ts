import type { DebugProtocol } from '@vscode/debugprotocol';
import type { FrameReference } from 'cdt-gdb-adapter/dist/types/session';
import { notSupported } from '../../errors';
import { miQuote } from '../../target/mi-quote';
import type { Live } from '../live';
import { frameOptions } from '../variables/frame-options';

/**
 * Full names of commands that only look, and that begin no expression. Abbreviations are variables too often (`d`
 * would delete all breakpoints), and what makes the program run asks for the prefix.
 */
const names = new Set(
  (
    'apropos awatch backtrace break bt catch condition delete disable disassemble display down enable explore frame ' +
    'gcore generate-core-file handle hbreak help ignore info list macro maintenance monitor output p pipe print printf ' +
    'ptype python rbreak rwatch save search set show skip source symbol-file tbreak tcatch thread undisplay up watch ' +
    'whatis with x'
  ).split(' '),
);

/** Whether a text that is no expression may be meant as a GDB command: `info threads`, `x/4i $pc`. */
export function isGdbCommand(text: string): boolean {
  const name = /^([a-z-]+)(?=[\s/]|$)/.exec(text)?.[1];
  return name !== undefined && names.has(name);
}

/** Runs a command of GDB's command line, or a GDB/MI command; its output goes to the debug console as it comes. */
export async function gdbCommand(
  live: Live,
  command: string,
  frame: FrameReference | undefined,
): Promise<DebugProtocol.EvaluateResponse['body']> {
  const text = command.trim();
  if (/^comm(a|an|and|ands)?\b/.test(text))
    throw notSupported(
      'GDB\'s "commands" reads further lines, which the debug console cannot give. Use a logpoint, or "python".',
    );
  if (/^(q|quit|exit|kill|k|run|r|start|starti)$/.test(text))
    throw notSupported(
      `"${text}" would end the session behind the editor's back: use its Stop and Restart buttons.`,
    );
  if (text.startsWith('-')) await live.gdb.sendCommand(text);
  else await live.gdb.sendCommand(`-interpreter-exec ${frameOptions(frame)}console ${miQuote(text)}`);
  return { result: '', variablesReference: 0 };
}
