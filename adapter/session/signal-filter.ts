import type { GdbBackend } from '../target/gdb-backend';
import type { Live } from './live';

/** GDB's signal table as it was before we touched it (the user's own `handle` commands included), and as it is now. */
interface SignalTable {
  readonly before: ReadonlyMap<string, boolean>;
  readonly now: Map<string, boolean>;
}

const tables = new WeakMap<GdbBackend, SignalTable>();

/** GDB needs these itself. */
const reserved = new Set(['SIGTRAP', 'SIGINT']);

/**
 * Makes GDB stop on the signals wanted.
 * @param wanted false: on none. @param condition names to add, or with a `-` before them to leave out.
 * @returns what is wrong with the condition.
 */
export async function applySignals(
  live: Live,
  wanted: boolean,
  condition: string,
): Promise<string | undefined> {
  const names = condition.split(/[\s,]+/).filter(Boolean);
  if (wanted && names.length === 0 && !tables.has(live.gdb)) return undefined;
  const table = tables.get(live.gdb) ?? (await readTable(live.gdb));
  tables.set(live.gdb, table);
  const goal = new Map([...table.before].map(([name, stop]) => [name, wanted && stop]));
  for (const text of wanted ? names : []) {
    const name = text.replace(/^[-+]/, '').toUpperCase();
    if (!goal.has(name)) return `There is no signal "${name}".`;
    goal.set(name, !text.startsWith('-'));
  }
  for (const stop of [true, false]) {
    const change = [...goal].filter(
      ([name, to]) => to === stop && table.now.get(name) !== to && !reserved.has(name),
    );
    if (change.length === 0) continue;
    await live.gdb.console(
      `handle ${change.map(([name]) => name).join(' ')} ${stop ? 'stop print' : 'nostop noprint'}`,
    );
    for (const [name] of change) table.now.set(name, stop);
  }
  return undefined;
}

/** `info signals`: a line `SIGHUP  Yes  Yes  Yes  Hangup` for each: stop, print, pass. */
async function readTable(gdb: GdbBackend): Promise<SignalTable> {
  const text = await gdb.console('info signals');
  const before = new Map([...text.matchAll(/^(SIG\w+)\s+(Yes|No)\s/gm)].map((m) => [m[1]!, m[2] === 'Yes']));
  return { before, now: new Map(before) };
}
