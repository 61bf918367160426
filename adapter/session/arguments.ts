import * as path from 'node:path';
import type {
  AttachConfiguration,
  BranchHistoryConfiguration,
  LaunchConfiguration,
} from '../../src/protocol/launch';
import { badAttribute, bothGiven, noProgram, unknownAttributes } from '../errors';
import { type AttributeType, matches, typeNames } from './attribute-type';
import { posixWords } from './posix-words';

/** A launch or attach request, checked: every attribute has its type, aliases are resolved, paths are absolute. */
export interface SessionConfig {
  readonly request: 'launch' | 'attach';
  readonly program: string | undefined;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  /** Changes to the adapter's own environment; null removes. `envFile` is not yet merged in. */
  readonly env: Readonly<Record<string, string | null>>;
  readonly envFile: string | undefined;
  readonly stopAtEntry: boolean;
  readonly console: 'internalConsole' | 'integratedTerminal' | 'externalTerminal';
  readonly gdb: string;
  readonly setupCommands: readonly SetupCommand[];
  readonly preConnectCommands: readonly string[];
  readonly preRunCommands: readonly string[];
  readonly sourceFileMap: Readonly<Record<string, string>>;
  readonly debuginfod: 'on' | 'off';
  readonly coreDumpPath: string | undefined;
  readonly followFork: 'parent' | 'child';
  readonly processId: string | undefined;
  readonly branchHistory: Required<BranchHistoryConfiguration>;
  /** What the base class reads, under its own names. */
  readonly base: Readonly<Record<string, unknown>>;
}

export interface SetupCommand {
  readonly text: string;
  readonly ignoreFailures: boolean;
}

type Ours = keyof LaunchConfiguration | keyof AttachConfiguration;

/** Our attributes. The type makes the compiler name any that src/protocol has and this table has not. */
const ours: Record<Ours, AttributeType> = {
  program: 'string',
  args: 'string[]',
  cwd: 'string',
  env: 'environment',
  envFile: 'string',
  stopAtEntry: 'boolean',
  console: ['internalConsole', 'integratedTerminal', 'externalTerminal'],
  gdb: 'string',
  setupCommands: 'commands',
  sourceFileMap: 'strings',
  debuginfod: ['on', 'off'],
  coreDumpPath: 'string',
  followFork: ['parent', 'child'],
  processId: 'process',
  branchHistory: 'object',
};

/** cdt-gdb-adapter 1.7.0, dist/types/session.d.ts: RequestArguments and what extends it. */
const bases: Record<string, AttributeType> = {
  arguments: 'string',
  gdbArguments: 'string[]',
  gdbAsync: 'boolean',
  gdbNonStop: 'boolean',
  environment: 'environment',
  verbose: 'boolean',
  logFile: 'string',
  openGdbConsole: 'boolean',
  preConnectCommands: 'string[]',
  initCommands: 'string[]',
  preRunCommands: 'string[]',
  hardwareBreakpoint: 'boolean',
  customResetCommands: 'string[]',
  steppingResponseTimeout: 'number',
  updateThreadInfo: ['missing', 'when-requested', 'never'],
};

/** What VS Code itself puts into the arguments. */
const clients = new Set(
  (
    'type request name preLaunchTask postDebugTask internalConsoleOptions debugServer presentation serverReadyAction ' +
    'noDebug restart suppressMultipleSessionWarning linux windows osx consoleName'
  ).split(' '),
);

/** Where to go with attributes of neighbours. */
const hints: Readonly<Record<string, string>> = {
  MIMode: '"MIMode" is not needed: it is always gdb.',
  miDebuggerPath: 'Use "gdb" for "miDebuggerPath".',
  externalConsole: 'Use "console": "externalTerminal" for "externalConsole".',
  target: '"target" belongs to the type "gdbtarget": this debugger starts the program itself.',
  imageAndSymbols: '"imageAndSymbols" belongs to the type "gdbtarget".',
  auxiliaryGdb: '"auxiliaryGdb" belongs to the type "gdbtarget".',
  sourceMap: 'Use "sourceFileMap" for "sourceMap".',
  stopOnEntry: 'Use "stopAtEntry" for "stopOnEntry".',
  stopAtConnect: 'Use "stopAtEntry" for "stopAtConnect".',
  pid: 'Use "processId" for "pid".',
  recorder: '"recorder" belongs inside "branchHistory".',
};

const history: Record<keyof BranchHistoryConfiguration, AttributeType> = {
  recorder: ['auto', 'off', 'bts', 'step', 'valgrind'],
  mode: ['user', 'kernel', 'user,kernel'],
  records: 'number',
  startAt: 'string',
};

/**
 * Checks the arguments of a launch or attach request.
 * @throws AdapterError (user) naming the attribute and what it should be.
 */
export function parseArguments(request: 'launch' | 'attach', raw: Record<string, unknown>): SessionConfig {
  const known = { ...bases, ...ours };
  const unknown = Object.keys(raw).filter((n) => !(n in known) && !clients.has(n) && !n.startsWith('__'));
  if (unknown.length > 0)
    throw unknownAttributes(
      unknown,
      unknown.flatMap((n) => hints[n] ?? nearest(n, Object.keys(known))),
    );
  check(known, raw, '');
  const given = raw as LaunchConfiguration & AttachConfiguration & Record<string, unknown>;
  const both = (a: string, b: string) => {
    if (raw[a] !== undefined && raw[b] !== undefined) throw bothGiven(a, b);
  };
  both('args', 'arguments');
  both('env', 'environment');
  both('setupCommands', 'initCommands');
  const cwd = given.cwd || undefined;
  const absolute = (file: string | undefined) =>
    file ? path.resolve(cwd ?? process.cwd(), file) : undefined;
  const program = absolute(given.program);
  if (request === 'launch' && program === undefined) throw noProgram();
  if (request === 'attach' && given.processId === undefined)
    throw badAttribute('processId', 'is needed to attach: the id of the process');
  const commands = (given.setupCommands ?? (raw['initCommands'] as string[] | undefined) ?? []).map((c) =>
    typeof c === 'string'
      ? { text: c, ignoreFailures: false }
      : { text: c.text, ignoreFailures: c.ignoreFailures ?? false },
  );
  return {
    request,
    program,
    args: given.args ?? posixWords((raw['arguments'] as string | undefined) ?? ''),
    cwd: absolute(cwd),
    env: given.env ?? (raw['environment'] as Record<string, string | null> | undefined) ?? {},
    envFile: absolute(given.envFile),
    stopAtEntry: given.stopAtEntry ?? false,
    console: given.console ?? 'internalConsole',
    gdb: given.gdb || 'gdb',
    setupCommands: commands,
    preConnectCommands: (raw['preConnectCommands'] as string[] | undefined) ?? [],
    preRunCommands: (raw['preRunCommands'] as string[] | undefined) ?? [],
    sourceFileMap: given.sourceFileMap ?? {},
    debuginfod: given.debuginfod ?? 'off',
    coreDumpPath: absolute(given.coreDumpPath),
    followFork: given.followFork ?? 'parent',
    processId: given.processId === undefined ? undefined : String(given.processId),
    branchHistory: parseBranchHistory(given.branchHistory ?? {}),
    base: Object.fromEntries(Object.entries(raw).filter(([name]) => name in bases)),
  };
}

function parseBranchHistory(raw: BranchHistoryConfiguration): Required<BranchHistoryConfiguration> {
  const unknown = Object.keys(raw).filter((n) => !(n in history));
  if (unknown.length > 0) {
    const near = unknown.flatMap((n) => nearest(n, Object.keys(history)));
    throw unknownAttributes(
      unknown.map((n) => `branchHistory.${n}`),
      near,
    );
  }
  check(history, raw as Record<string, unknown>, 'branchHistory.');
  const records = raw.records ?? 1_000_000;
  if (!Number.isInteger(records) || records < 1000 || records > 67_108_864)
    throw badAttribute(
      'branchHistory.records',
      `is ${records}; it must be a whole number from 1,000 to 67,108,864`,
    );
  return {
    recorder: raw.recorder ?? 'auto',
    mode: raw.mode ?? 'user',
    records,
    startAt: raw.startAt ?? 'main',
  };
}

function check(types: Record<string, AttributeType>, raw: Record<string, unknown>, prefix: string): void {
  for (const [name, value] of Object.entries(raw)) {
    const type = types[name];
    if (type !== undefined && value !== undefined && value !== null && !matches(type, value))
      throw badAttribute(prefix + name, `is ${JSON.stringify(value)}; it must be ${typeNames(type)}`);
  }
}

/** "Did you mean" for a name that differs in case or by two letters at most. */
function nearest(name: string, known: readonly string[]): string[] {
  const close = known.find((k) => distance(k.toLowerCase(), name.toLowerCase()) <= 2);
  return close === undefined ? [] : [`Did you mean "${close}" for "${name}"?`];
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
