/**
 * Every error a person may see, in one place. Each says what happened, why, and what to do next.
 * Blame decides how it is shown: `user` errors as they are, `internal` ones with a request to report them.
 * Codes are stable: scripts and tests name them.
 */
export type Blame = 'user' | 'internal';

export class AdapterError extends Error {
  constructor(
    readonly code: string,
    readonly blame: Blame,
    message: string,
  ) {
    super(message);
    this.name = 'AdapterError';
  }
}

const user = (code: string, message: string) => new AdapterError(code, 'user', message);

/** What to print for anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// Arguments of launch and attach
export const badAttribute = (name: string, why: string) =>
  user('bad-attribute', `launch.json: "${name}" ${why}.`);
export const unknownAttributes = (names: readonly string[], hints: readonly string[]) =>
  user(
    'unknown-attribute',
    `launch.json: unknown attribute${names.length > 1 ? 's' : ''} ${names.map((n) => `"${n}"`).join(', ')}. ` +
      (hints.length > 0 ? hints.join(' ') : 'Correct or remove what is not meant for the type "bts".'),
  );
export const bothGiven = (a: string, b: string) =>
  user('both-given', `launch.json: "${a}" and "${b}" mean the same. Keep one of them.`);
export const noProgram = () =>
  user('no-program', 'No program to debug: set "program" in launch.json to the path of the executable.');
export const unfinishedQuote = (quote: string) =>
  user(
    'bad-arguments',
    `launch.json: "arguments" has an unfinished ${quote}. Close it, or use the list "args".`,
  );
export const envFileUnreadable = (file: string, why: string) =>
  user(
    'env-file',
    `launch.json: the envFile ${file} cannot be read (${why}). Correct the path or remove it.`,
  );

// The program
export const programMissing = (path: string) =>
  user(
    'program-missing',
    `The program ${path} does not exist. Build it, or correct "program" in launch.json.`,
  );
export const programNotFile = (path: string) =>
  user(
    'program-not-file',
    `The program ${path} is not a file. Set "program" in launch.json to the executable itself.`,
  );
export const programUnreadable = (path: string) =>
  user(
    'program-unreadable',
    `The program ${path} cannot be read by you. Change its permissions (chmod u+r).`,
  );
export const programNotExecutable = (path: string) =>
  user('program-not-executable', `The program ${path} is not executable. Make it so: chmod +x ${path}`);
export const programNotElf = (path: string, what: string) =>
  user(
    'program-not-elf',
    `${path} is ${what}, not an executable that GDB can debug. Set "program" to the compiled program.`,
  );
export const programWrongMachine = (path: string, machine: string) =>
  user(
    'program-wrong-machine',
    `${path} is built for ${machine}; this debugger is for x86-64 Linux. Build it for x86-64, or debug it with another debugger.`,
  );
export const cwdMissing = (path: string) =>
  user(
    'cwd-missing',
    `The working directory ${path} does not exist. Create it, or correct "cwd" in launch.json.`,
  );
export const coreMissing = (path: string) =>
  user('core-missing', `The core file ${path} cannot be read. Correct "coreDumpPath" in launch.json.`);
export const notACore = (path: string, said: string) =>
  user('not-a-core', `GDB cannot open the core file ${path}: ${said}. Is it a core of this program?`);
export const launchFailed = (program: string, said: string) =>
  user('launch-failed', `GDB could not start ${program}: ${said}`);
export const attachFailed = (pid: string, said: string, hint: string) =>
  user('attach-failed', `Cannot attach to process ${pid}: ${said}. ${hint}`.trim());

// The tools
export const gdbMissing = (gdb: string) =>
  user(
    'gdb-missing',
    `GDB was not found: "${gdb}". Install it (apt install gdb), or set "gdb" in launch.json to its path.`,
  );
export const gdbDied = (how: string, said: string) =>
  user(
    'gdb-died',
    `GDB ended (${how})${said ? `: ${said}` : ''}. Start the session again; "verbose": true logs its dialogue.`,
  );
export const valgrindMissing = () =>
  user(
    'valgrind-missing',
    'Valgrind was not found, and the recorder "valgrind" needs it. Install it (apt install valgrind), or set "branchHistory": {"recorder": "off"}.',
  );
export const valgrindDied = (how: string, said: string) =>
  user('valgrind-died', `Valgrind ended (${how})${said ? `: ${said}` : ''}.`);
export const vgdbFailed = (said: string) =>
  user(
    'vgdb-failed',
    `GDB could not connect to the program under Valgrind: ${said}. Start the session again.`,
  );
export const recorderUnsupported = (recorder: string) =>
  user(
    'recorder-unsupported',
    `The recorder "${recorder}" is not available for this session. Set "branchHistory": {"recorder": "valgrind"} or "off".`,
  );
export const kernelModeUnsupported = (mode: string) =>
  user(
    'kernel-mode',
    `launch.json: "branchHistory": {"mode": "${mode}"} needs the kernel module, which is not used here. Set "mode": "user".`,
  );
export const impossibleUnderValgrind = (attribute: string) =>
  user(
    'impossible-under-valgrind',
    `launch.json: ${attribute} is not possible under Valgrind. Remove it, or set "branchHistory": {"recorder": "off"}.`,
  );
export const terminalFailed = (said: string) =>
  user(
    'terminal-failed',
    `The terminal did not start the program: ${said}. Use "console": "internalConsole".`,
  );

// Requests
export const programRuns = (what: string) =>
  user('program-runs', `${what} needs a stopped program. Pause it first.`);
export const programEnded = (what: string) => user('program-ended', `${what}: the program has ended.`);
export const inCore = (what: string) =>
  user('core-only', `${what}: this is a core file, a program that has ended. It can be looked at, not run.`);
export const noStdin = () =>
  user('no-stdin', 'The program does not read from the debug console: type into its terminal.');
export const staleReference = (what: string) =>
  user('stale-reference', `${what} belongs to an earlier stop. It is shown anew at the present one.`);
export const callFailed = () =>
  user(
    'call-failed',
    'A function that the expression calls did not return: a breakpoint, a signal or a pause stopped it, or it may not be called here.',
  );
export const notSupported = (what: string) => user('not-supported', what);
export const internal = (what: string) =>
  new AdapterError('internal', 'internal', `${what} This is a bug of the debugger: please report it.`);
