import { notWhileInHistory } from '../errors';
import type { Past } from '../past';

/**
 * GDB's commands that only look, under the names and abbreviations in use. A list of what is refused could not be
 * complete: commands have abbreviations and aliases, and some (python, eval, source, with, pipe) run others.
 */
const LOOKING = new Set(
  (
    'apropos backtrace bt complete condition break b br delete d disable disas disassemble down down-silently echo enable ' +
    'f find forward-search frame fo h handle hbreak help i ignore inf info inspect l list macro o output p print printf ptype ' +
    'rbreak search reverse-search rev show tb tbreak thread up up-silently watch rwatch awatch whatis where x'
  ).split(' '),
);

/** Commands of which only some subcommands look. */
const PARTS: Readonly<Record<string, RegExp>> = {
  frame: /^(\d+|level \d+|function [\w:~]+)?$/,
  f: /^(\d+|level \d+|function [\w:~]+)?$/,
  macro: /^(expand|exp|expand-once|list) /,
  maint: /^(print|info) /,
  maintenance: /^(print|info) /,
  set: /^(print|disassembly-flavor|listsize|language|style|width|height) /,
  thread: /^(\d+(\.\d+)?|find .*)?$/,
};

/** Looking is done by evaluating expressions; those may not call functions of the program, */
const NO_CALLS = 'with may-call-functions off -- ';
/** nor assign. GDB's own settings against that cannot be changed while there is a process. */
const ASSIGNMENT = /(?<![=!<>])=(?!=)|<<=|>>=|\+\+|--/;
const QUOTED = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\s--\s/g;

/**
 * Runs a command of GDB's command line with the cursor in the past. It speaks of the live program, and every line of
 * its answer says so.
 * @throws AdapterError when it is not known to leave the program alone
 */
export async function pastGdbCommand(past: Past, command: string): Promise<string> {
  const text = command.trim();
  if (!looks(text)) throw notWhileInHistory(text);
  const printed = await past.live.console(`${NO_CALLS}${text}`);
  return printed.replace(/^(?=.)/gm, '[live] ').trimEnd();
}

function looks(text: string): boolean {
  const [, name = '', rest = ''] = /^([a-z][a-z0-9_.-]*)([^\n\r]*)$/.exec(text) ?? [];
  if (ASSIGNMENT.test(rest.replace(QUOTED, ' '))) return false;
  const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
  return part === undefined ? LOOKING.has(name) : part.test(rest.trim());
}
