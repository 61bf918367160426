import { type ParseArgsConfig, parseArgs } from 'node:util';

/** A subcommand of `bts`. */
export interface Command {
  /** What `bts COMMAND --help` prints. */
  readonly help: string;
  /** @returns the exit status. @throws UsageError, AdapterError */
  run(args: readonly string[]): Promise<number>;
}

/** Exit statuses. `record` has the program's instead, and those of env(1) for its own failures. */
export const OK = 0;
export const USER_ERROR = 1;
export const USAGE = 2;
export const INTERNAL = 3;

/** The command line is wrong: shown with a hint to --help. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>;

interface Config<T extends Options> extends ParseArgsConfig {
  readonly args: string[];
  readonly options: T;
  readonly allowPositionals: true;
  readonly strict: true;
}

/** node:util's parseArgs, strict, its complaints as UsageErrors of one sentence. */
export function parse<T extends Options>(
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<Config<T>>> {
  try {
    return parseArgs<Config<T>>({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Its second sentence is about `--`, which is seldom what was meant.
    throw new UsageError((error as Error).message.split('. ')[0]!);
  }
}

/** The one operand of a command. */
export function onlyOperand(operands: readonly string[], name: string): string {
  const [operand, extra] = operands;
  if (operand === undefined) throw new UsageError(`${name} is missing`);
  if (extra !== undefined) throw new UsageError(`unexpected operand '${extra}'`);
  return operand;
}

export function oneOf<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw new UsageError(`${option} is one of ${choices.join(', ')}; not '${value}'`);
  return choice;
}

export function wholeNumber(option: string, value: string, from: number, to: number): number {
  const number = Number(value.replaceAll(/[_,]/g, ''));
  if (!/^[0-9][0-9_,]*$/.test(value) || number < from || number > to) {
    const range =
      to === Number.MAX_SAFE_INTEGER ? `from ${from}` : `from ${from} to ${to.toLocaleString('en')}`;
    throw new UsageError(`${option} is a number ${range}; not '${value}'`);
  }
  return number;
}
