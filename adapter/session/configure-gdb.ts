import { messageOf } from '../errors';
import type { GdbBackend } from '../target/gdb-backend';
import { miQuote } from '../target/mi-quote';
import type { Target } from '../target/target';
import type { SessionConfig, SetupCommand } from './arguments';

/** GDB has started: settings, symbols, and what the user wants done before there is a target. */
export async function prepareGdb(gdb: GdbBackend, config: SessionConfig, target: Target): Promise<void> {
  await setDefaults(gdb, config, target);
  if (config.program !== undefined) await gdb.sendFileExecAndSymbols(config.program);
  await gdb.sendEnablePrettyPrint();
  await gdb.sendCommands([...config.preConnectCommands]);
}

/** Connects GDB to its target; then the user's commands, in the base's order. */
export async function connectGdb(
  gdb: GdbBackend,
  config: SessionConfig,
  target: Target,
  say: (text: string) => void,
): Promise<void> {
  await target.connect(gdb);
  await runSetupCommands(gdb, config.setupCommands, say);
  if (gdb.getAsyncMode() && (await gdb.confirmAsyncMode()))
    say('The target does not support gdbAsync: most requests will only work while the program is stopped.\n');
  await gdb.sendCommands([...config.preRunCommands]);
}

/** The same for every session. The user's own commands come later and win. */
async function setDefaults(gdb: GdbBackend, config: SessionConfig, target: Target): Promise<void> {
  const settings = [
    'confirm off',
    'pagination off',
    'width 0',
    'breakpoint pending on',
    // A signal in a function called from an expression: back to where it was called, with the program unharmed.
    'unwindonsignal on',
    'print sevenbit-strings off',
    ...(target.hardwareWatchpoints ? [] : ['can-use-hw-watchpoints 0']),
    // The files are here: without this GDB asks the stub for each of them first, which cannot give any.
    ...(target.isRemote ? ['sysroot /'] : []),
  ];
  await Promise.all([
    ...settings.map((setting) => gdb.sendGDBSet(setting)),
    // GDB may be built without debuginfod.
    gdb.sendGDBSet(`debuginfod enabled ${config.debuginfod}`).catch(() => undefined),
    ...Object.entries(config.sourceFileMap).map(([from, to]) =>
      gdb.sendGDBSet(`substitute-path ${miQuote(from)} ${miQuote(to)}`),
    ),
  ]);
}

/** The user's commands, one after the other; a failure ends the launch unless it may be ignored. */
async function runSetupCommands(
  gdb: GdbBackend,
  commands: readonly SetupCommand[],
  warn: (text: string) => void,
): Promise<void> {
  for (const { text, ignoreFailures } of commands) {
    try {
      await gdb.sendCommand(text);
    } catch (error) {
      if (!ignoreFailures) throw error;
      warn(`${text}: ${messageOf(error)}\n`);
    }
  }
}
