import { readFileSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { AdapterError, cwdMissing, envFileUnreadable, impossibleUnderValgrind, messageOf } from '../errors';
import { AttachTarget } from '../target/attach-target';
import { CoreTarget } from '../target/core-target';
import { gdbEnvironment } from '../target/gdb-environment';
import { GdbProcess, gdbDirectory } from '../target/gdb-process';
import { GdbTerminalProcess } from '../target/gdb-terminal-process';
import { inspectProgram, type ProgramFacts } from '../target/inspect-program';
import { NativeTarget } from '../target/native-target';
import type { RunDirectory } from '../target/run-directory';
import { rustPrinters } from '../target/rust-printers';
import type { RunInTerminal, Target, TargetContext } from '../target/target';
import { ValgrindTarget } from '../target/valgrind-target';
import type { SessionConfig } from './arguments';
import { parseEnvFile } from './env-file';
import type { RecorderChoice } from './recorder-choice';
import type { SessionServices } from './services';

export interface PreparedSession {
  readonly target: Target;
  readonly recorder: RecorderChoice;
  readonly createGdb: () => GdbProcess;
  readonly facts: ProgramFacts | undefined;
  /** Things the user should know that are no errors. */
  readonly notes: readonly string[];
}

/**
 * Checks all that can be checked without starting anything, and decides where the program runs.
 * @throws AdapterError (user)
 */
export async function prepareSession(
  config: SessionConfig,
  runDirectory: RunDirectory,
  services: SessionServices,
  runInTerminal: RunInTerminal | undefined,
  output: TargetContext['output'],
): Promise<PreparedSession> {
  const notes: string[] = [];
  const runs = config.request === 'launch' && config.coreDumpPath === undefined;
  const facts = config.program === undefined ? undefined : inspectProgram(config.program, runs);
  if (config.cwd !== undefined && !isDirectory(config.cwd)) throw cwdMissing(config.cwd);
  if (facts && !facts.debugInfo)
    notes.push(
      `${path.basename(config.program!)} has no debug information${facts.symbols ? '' : ' and is stripped'}: ` +
        'there are no lines or variables to show. Compile it with -g.\n',
    );
  const changes = { ...(config.envFile ? readEnvFile(config.envFile, notes) : {}), ...config.env };
  const environment = gdbEnvironment(process.env, changes);
  const cwd = gdbDirectory(config.cwd, config.program);
  const inTerminal = runs && config.console !== 'internalConsole';
  if (inTerminal && !runInTerminal)
    notes.push('This client has no terminal to offer: the program uses the debug console.\n');
  const context: TargetContext = {
    config,
    runDirectory,
    env: environment.program,
    envDifferences: environment.differences,
    cwd,
    output,
    runInTerminal: inTerminal ? runInTerminal : undefined,
  };
  const gdbArguments = [...((config.base['gdbArguments'] as string[] | undefined) ?? [])];
  if (facts?.debugScripts) {
    const printers = await rustPrinters(cwd);
    if ('args' in printers) gdbArguments.unshift(...printers.args);
    else notes.push(`Rust values are shown as they lie in memory: ${printers.missing}.\n`);
  }
  const spawn = { gdb: config.gdb, args: gdbArguments, cwd, env: environment.gdb };
  const ownTerminal = config.base['openGdbConsole'] === true && runInTerminal !== undefined;
  if (config.base['openGdbConsole'] === true && !runInTerminal)
    notes.push('openGdbConsole: this client has no terminal to offer.\n');
  const recorder = await services.recorder(config);
  if (config.branchHistory.recorder === 'auto' && recorder.recorder === 'off' && runs)
    notes.push(`Branch history is off: ${recorder.why}\n`);
  return {
    target: await createTarget(context, services, recorder),
    recorder,
    createGdb: () =>
      ownTerminal
        ? new GdbTerminalProcess(spawn, {
            ...context,
            runDirectory: runDirectory.inner('gdb'),
            runInTerminal,
          })
        : new GdbProcess(spawn),
    facts,
    notes,
  };
}

async function createTarget(
  context: TargetContext,
  services: SessionServices,
  { recorder }: RecorderChoice,
): Promise<Target> {
  const { config, runDirectory } = context;
  if (config.coreDumpPath !== undefined) return new CoreTarget(context);
  if (config.request === 'attach') return new AttachTarget(context);
  if (recorder === 'off') return new NativeTarget(context);
  if (config.followFork === 'child') throw impossibleUnderValgrind('"followFork": "child"');
  if (config.base['gdbNonStop'] === true) throw impossibleUnderValgrind('"gdbNonStop"');
  return new ValgrindTarget(context, await services.valgrind(config, runDirectory));
}

function isDirectory(directory: string): boolean {
  try {
    return statSync(directory).isDirectory();
  } catch {
    return false;
  }
}

function readEnvFile(file: string, notes: string[]): Record<string, string> {
  try {
    const { values, ignored } = parseEnvFile(readFileSync(file, 'utf8'));
    for (const line of ignored) notes.push(`${file}: not of the form NAME=value, ignored: ${line}\n`);
    return values;
  } catch (error) {
    if (error instanceof AdapterError) throw error;
    throw envFileUnreadable(file, messageOf(error));
  }
}
