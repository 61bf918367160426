import { AdapterError } from '../errors';
import { version } from '../version';
import { type Command, INTERNAL, OK, USAGE, USER_ERROR, UsageError } from './command';
import { ReaderGone } from './reader-gone';

/** Loaded when asked for: the debug adapter alone takes longer to load than a small file to show. */
const COMMANDS: Readonly<Record<string, { readonly summary: string; load(): Promise<Command> }>> = {
  record: {
    summary: 'run a program and save the branches it took',
    load: async () => (await import('./record.js')).record,
  },
  show: {
    summary: 'print the branches of a recording',
    load: async () => (await import('./show.js')).show,
  },
  export: {
    summary: "turn a recording into another tool's format",
    load: async () => (await import('./export.js')).exportCommand,
  },
  dap: {
    summary: 'serve the Debug Adapter Protocol, as editors want it',
    load: async () => (await import('./dap.js')).dap,
  },
  doctor: {
    summary: 'tell what can record here, and what to do about the rest',
    load: async () => (await import('./doctor.js')).doctor,
  },
};

const HELP = `usage: bts COMMAND ...

Records the branches that a program takes, and shows how it got where it is.

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(8)} ${summary}`)
  .join('\n')}

  bts COMMAND --help explains a command, bts --version prints the version.
`;

/** Runs `bts ARGS`; returns the exit status. Never throws: what goes wrong is on stderr, one paragraph. */
export async function runCli(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const command = await commandOf(rest[0]);
    (name === undefined ? process.stderr : process.stdout).write(command ? command.help : HELP);
    return name === undefined ? USAGE : OK;
  }
  if (name === '--version') {
    process.stdout.write(`bts ${version}\n`);
    return OK;
  }
  const command = await commandOf(name);
  if (!command) {
    process.stderr.write(
      `bts: there is no command '${name}'. Commands: ${Object.keys(COMMANDS).join(', ')}.\n`,
    );
    return USAGE;
  }
  // Behind `--` everything is the recorded program's.
  const own = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (own[0] === '--help' || own[0] === '-h') {
    process.stdout.write(command.help);
    return OK;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    return report(name, error);
  }
}

async function commandOf(name: string | undefined): Promise<Command | undefined> {
  return name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name]!.load() : undefined;
}

function report(name: string, error: unknown): number {
  if (error instanceof ReaderGone) return OK;
  if (error instanceof UsageError) {
    process.stderr.write(`bts ${name}: ${error.message}. Try: bts ${name} --help\n`);
    return USAGE;
  }
  if (error instanceof AdapterError && error.blame === 'user') {
    process.stderr.write(`bts ${name}: ${error.message}\n`);
    return USER_ERROR;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`bts ${name}: an internal error. This is a bug of bts: please report it.\n${stack}\n`);
  return INTERNAL;
}
