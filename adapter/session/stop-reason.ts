import * as os from 'node:os';
import type { MiStopped } from './mi';

/** Why the program stopped, in the words of DAP's StoppedEvent. */
export interface StopReason {
  readonly reason: string;
  /** Shown in place of the reason. */
  readonly description?: string;
  readonly text?: string;
  readonly hitBreakpointIds?: readonly number[];
}

/** What the session knows beside GDB's record. */
export interface StopContext {
  /** The user asked for a pause, or we interrupted the program for work of our own. */
  readonly pauseAsked: boolean;
  /** Number of the temporary breakpoint of stopAtEntry. */
  readonly entryBreakpoint: string | undefined;
  kindOf(breakpoint: string): 'source' | 'function' | 'instruction' | 'data' | 'exception' | undefined;
  /** Label of the exception filter that a breakpoint belongs to. */
  filterOf(breakpoint: string): string | undefined;
  /** Every breakpoint that GDB counted a hit of at this stop. */
  readonly hits: readonly number[];
}

const kinds = {
  source: 'breakpoint',
  function: 'function breakpoint',
  instruction: 'instruction breakpoint',
  data: 'data breakpoint',
} as const;

export function stopReason(record: MiStopped, context: StopContext): StopReason {
  switch (record.reason) {
    case 'breakpoint-hit':
      return breakpointStop(record, context);
    case 'watchpoint-trigger':
    case 'read-watchpoint-trigger':
    case 'access-watchpoint-trigger':
      return watchStop(record);
    case 'watchpoint-scope':
      return {
        reason: 'data breakpoint',
        description: 'Paused: the watched variable went out of scope',
        ...ids(record.wpnum),
      };
    case 'end-stepping-range':
    case 'function-finished':
    case 'location-reached':
      return { reason: 'step' };
    case 'signal-received':
      return signalStop(record, context);
    case 'syscall-entry':
    case 'syscall-return':
      return {
        reason: 'exception',
        description: `${record.reason === 'syscall-entry' ? 'Before' : 'After'} system call ${record['syscall-name'] ?? ''}`,
      };
    case 'fork':
    case 'vfork':
      return { reason: 'exception', description: `${record.reason} of process ${record.newpid ?? ''}` };
    case 'exec':
      return { reason: 'exception', description: `exec of ${record['new-exec'] ?? ''}` };
    case 'no-history':
      return { reason: 'step', description: 'End of the recorded execution' };
    default:
      // GDB gives no reason after an interrupt in non-stop mode, and after `starti`.
      return context.pauseAsked
        ? { reason: 'pause' }
        : { reason: 'pause', description: record.reason ?? 'Paused' };
  }
}

const ids = (number: string | undefined) =>
  number === undefined ? {} : { hitBreakpointIds: [Number(number)] };

function breakpointStop(record: MiStopped, context: StopContext): StopReason {
  const number = record.bkptno ?? '';
  if (number === context.entryBreakpoint) return { reason: 'entry' };
  const filter = context.filterOf(number);
  if (filter !== undefined) return { reason: 'exception', description: `Paused on ${filter}`, text: filter };
  const kind = context.kindOf(number);
  const hits = [...new Set([Number(number), ...context.hits])];
  return {
    reason: kind === undefined || kind === 'exception' ? 'breakpoint' : kinds[kind],
    hitBreakpointIds: hits,
  };
}

function watchStop(record: MiStopped): StopReason {
  const watch = record.wpt ?? record['hw-rwpt'] ?? record['hw-awpt'];
  const { value } = record;
  const change =
    value?.old !== undefined
      ? `${value.old} → ${value.new}`
      : value?.new !== undefined
        ? value.new
        : value?.value;
  return {
    reason: 'data breakpoint',
    ...(watch ? { text: change === undefined ? watch.exp : `${watch.exp}: ${change}` } : {}),
    ...ids(watch?.number),
  };
}

function signalStop(record: MiStopped, context: StopContext): StopReason {
  const name = record['signal-name'] ?? '0';
  // Valgrind's stub and non-stop mode report an interrupt as SIGTRAP or as signal 0.
  if (context.pauseAsked && ['SIGINT', 'SIGTRAP', '0'].includes(name)) return { reason: 'pause' };
  if (name === '0') return { reason: 'pause' };
  return {
    reason: 'exception',
    description: `Paused on ${name}: ${record['signal-meaning'] ?? ''}`,
    text: name,
  };
}

/** The exit status a shell would show. GDB writes it in octal; a fatal signal counts as 128 + its number. */
export function exitCode(record: MiStopped): number {
  if (record.reason === 'exited-signalled') {
    const number = os.constants.signals[record['signal-name'] as NodeJS.Signals];
    return number === undefined ? 128 : 128 + number;
  }
  return record.reason === 'exited' ? Number.parseInt(record['exit-code'] ?? '0', 8) : 0;
}
