import { messageOf } from '../errors';
import type { GdbBackend } from '../target/gdb-backend';
import { miQuote } from '../target/mi-quote';
import type { Target } from '../target/target';
import type { SessionConfig, SetupCommand } from './arguments';

/** Settings of every session, before symbols are read. The user's own commands come later and win. */
export async function configureGdb(gdb: GdbBackend, config: SessionConfig, target: Target): Promise<void> {
  const settings = [
    'confirm off',
    'pagination off',
    'width 0',
    'breakpoint pending on',
    // A signal in a function called from an expression: back to where it was called, with the program unharmed.
    'unwindonsignal on',
    'print sevenbit-strings off',
    // "C" is where GDB starts; a frame's own language follows by itself.
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
export async function runSetupCommands(
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
