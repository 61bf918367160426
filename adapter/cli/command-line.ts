import { UsageError } from './command';

/**
 * Splits the arguments of `record` into its own options and the program's command, which begins behind `--` or with the
 * first argument that is no option: `bts record -o x ls -l` records `ls -l`.
 *
 * @param withValue options that take the next argument
 */
export function splitCommand(
  args: readonly string[],
  withValue: readonly string[],
): { readonly own: readonly string[]; readonly command: readonly string[] } {
  for (let at = 0; at < args.length; at++) {
    const argument = args[at]!;
    if (argument === '--') return { own: args.slice(0, at), command: args.slice(at + 1) };
    if (!argument.startsWith('-') || argument === '-')
      return { own: args.slice(0, at), command: args.slice(at) };
    if (withValue.includes(argument)) {
      at++;
      if (at === args.length || args[at] === '--') throw new UsageError(`${argument} needs a value`);
    }
  }
  return { own: args, command: [] };
}
