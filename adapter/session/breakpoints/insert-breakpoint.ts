import { realpathSync } from 'node:fs';
import { notSupported } from '../../errors';
import type { GdbBackend } from '../../target/gdb-backend';
import { miQuote } from '../../target/mi-quote';
import { breakpointOf, type MiBreakpoint } from '../mi';
import type { BreakpointSpec, HitCondition } from './breakpoint-spec';
import { setLogpoint } from './logpoint';

type Inserted = MiBreakpoint | readonly MiBreakpoint[];

/** Inserts one breakpoint. @throws what GDB says of it, with nothing left behind. */
export async function insertBreakpoint(
  gdb: GdbBackend,
  spec: BreakpointSpec,
  hit: HitCondition | undefined,
): Promise<Inserted> {
  if (spec.kind === 'data') return insertWatchpoint(gdb, spec, hit);
  if (spec.kind === 'exception') return insertCatchpoint(gdb, spec);
  // A logpoint's condition and hit count are evaluated with its message, in GDB's Python.
  const log = spec.logMessage ? spec.logMessage : undefined;
  const options = [
    spec.hardware ? '-h' : '',
    hit && hit.skip > 0 && !log ? `-i ${hit.skip}` : '',
    spec.condition && !log ? `-c ${miQuote(spec.condition)}` : '',
    '-f',
  ];
  const insert = async (location: string) =>
    (
      await gdb.sendCommand<{ bkpt: Inserted }>(
        `-break-insert ${options.filter(Boolean).join(' ')} ${location}`,
      )
    ).bkpt;
  let inserted = await insert(locationOf(spec));
  const real = spec.file === undefined ? undefined : realPath(spec.file);
  if (breakpointOf(inserted).main.pending !== undefined && real !== undefined && real !== spec.file) {
    // The client came by another way (a link) to the file that the compiler saw.
    const second = await insert(locationOf({ ...spec, file: real }));
    const useless = breakpointOf(breakpointOf(second).main.pending === undefined ? inserted : second).main
      .number;
    await gdb.sendCommand(`-break-delete ${useless}`);
    if (breakpointOf(second).main.pending === undefined) inserted = second;
  }
  if (log !== undefined) {
    const { number } = breakpointOf(inserted).main;
    try {
      await setLogpoint(gdb, number, {
        message: log,
        condition: spec.condition,
        hit,
        file: spec.file,
        line: spec.line,
      });
    } catch (error) {
      await gdb.sendCommand(`-break-delete ${number}`);
      throw error;
    }
  }
  return inserted;
}

function locationOf(spec: BreakpointSpec): string {
  if (spec.kind === 'source') return `--source ${miQuote(spec.file!)} --line ${spec.line}`;
  return spec.kind === 'function' ? `--function ${miQuote(spec.location!)}` : spec.location!;
}

function realPath(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}

async function insertWatchpoint(
  gdb: GdbBackend,
  spec: BreakpointSpec,
  hit: HitCondition | undefined,
): Promise<MiBreakpoint> {
  // `name@thread:level`: a variable of a frame.
  const [, expression = spec.location!, thread, level] = /^(.*)@(\d+):(\d+)$/.exec(spec.location!) ?? [];
  const frame = thread === undefined ? '' : `--thread ${thread} --frame ${level} `;
  const flag = spec.access === 'read' ? '-r ' : spec.access === 'readWrite' ? '-a ' : '';
  const result = await gdb.sendCommand<Record<string, { number: string; exp: string }>>(
    `-break-watch ${frame}${flag}${miQuote(expression)}`,
  );
  const watch = result['wpt'] ?? result['hw-rwpt'] ?? result['hw-awpt'];
  if (!watch) throw notSupported(`GDB did not set a data breakpoint on ${expression}.`);
  if (spec.condition) {
    try {
      await gdb.sendCommand(`-break-condition ${watch.number} ${spec.condition}`);
    } catch (error) {
      await gdb.sendCommand(`-break-delete ${watch.number}`);
      throw error;
    }
  }
  if (hit && hit.skip > 0) await gdb.sendCommand(`-break-after ${watch.number} ${hit.skip}`);
  return { number: watch.number, what: watch.exp };
}

/** Exception filters `throw`, `rethrow` and `catch`; a condition is a regular expression for the type's name. */
async function insertCatchpoint(gdb: GdbBackend, spec: BreakpointSpec): Promise<Inserted> {
  const regexp = spec.condition ? ` -r ${miQuote(spec.condition)}` : '';
  return (await gdb.sendCommand<{ bkpt: Inserted }>(`-catch-${spec.location}${regexp}`)).bkpt;
}
