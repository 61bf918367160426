import { formatAddress } from '../../src/address';
import { InvalidPattern } from '../../src/history/pattern';
import type { Module } from '../../src/modules/module';
import type { FilterArguments } from '../../src/protocol/history';
import { type Command, OK, oneOf, onlyOperand, parse, UsageError, wholeNumber } from './command';
import { type OpenedHistory, openHistory, threadsWithId } from './opened-history';
import { Progress } from './progress';
import { jsonLines } from './show-jsonl';
import { textRows } from './show-text';
import { print } from './standard-output';

export const show: Command = {
  help: `usage: bts show FILE [--last N] [--thread TID] [--function RE] [--format text|jsonl]
       bts show FILE --modules [--format text|jsonl]

Prints the branches of a recording (a .btrace file), the oldest first, a thread after
the other.

  --last N         only the newest N: rows of text (a folded loop is one), lines of jsonl
  --thread TID     only this thread
  --function RE    only branches out of or into a function whose name matches the regular
                   expression; case does not matter
  --format text    function file:line → function file:line; repeats folded to × n (default)
  --format jsonl   a JSON object a line: {"i":0,"tid":1,"kind":"call","from":"0x…","to":"0x…"}
                   or {"i":1,"tid":1,"event":"signal",…}
  --modules        the program and its libraries instead: path, load bias, build-id
  --progress       tell how far it has come even when stderr is no terminal
`,
  async run(args) {
    const { values, positionals } = parse(args, {
      last: { type: 'string' },
      thread: { type: 'string' },
      function: { type: 'string' },
      format: { type: 'string' },
      modules: { type: 'boolean' },
      progress: { type: 'boolean' },
    });
    const path = onlyOperand(positionals, 'FILE');
    const format = oneOf('--format', values.format ?? 'text', ['text', 'jsonl'] as const);
    const last =
      values.last === undefined ? undefined : wholeNumber('--last', values.last, 0, Number.MAX_SAFE_INTEGER);
    const tid =
      values.thread === undefined
        ? undefined
        : wholeNumber('--thread', values.thread, 0, Number.MAX_SAFE_INTEGER);
    const filter: FilterArguments =
      values.function === undefined ? {} : { function: { text: checked(values.function), regex: true } };
    const branchOption = (['last', 'thread', 'function'] as const).find((name) => values[name] !== undefined);
    if (values.modules && branchOption)
      throw new UsageError(`--modules and --${branchOption} exclude each other`);

    const progress = new Progress(values.progress ?? false);
    const opened = await openHistory(path, progress);
    progress.end();
    const threads = threadsWithId(opened, path, tid);
    if (values.modules) {
      await print(moduleList(opened.file.modules, format));
      return OK;
    }
    const lines = format === 'jsonl' ? jsonLines : textRows;
    if (format === 'text') await print(heading(opened));
    for (const thread of threads) {
      for await (const text of lines(opened, thread, filter, last)) await print(text);
    }
    return OK;
  },
};

function checked(pattern: string): string {
  try {
    new RegExp(pattern);
    return pattern;
  } catch (error) {
    throw new UsageError(new InvalidPattern(pattern, error).message);
  }
}

function heading({ file: { metadata } }: OpenedHistory): string {
  const { program, args, recorder, why, mode, startedAt, exitStatus, signal } = metadata;
  const end =
    signal !== undefined
      ? `, ended by ${signal}`
      : exitStatus !== undefined
        ? `, exit status ${exitStatus}`
        : '';
  return `${[program, ...args].join(' ')}\nrecorded ${startedAt} by ${recorder} (${mode} mode)${end}: ${why}\n`;
}

function moduleList(modules: readonly Module[], format: 'text' | 'jsonl'): string {
  if (format === 'jsonl') {
    return modules
      .map(({ path, bias, buildId, start, end, mapped }) => ({
        path,
        bias: formatAddress(bias),
        ...(buildId === undefined ? {} : { buildId }),
        start: formatAddress(start),
        end: formatAddress(end),
        mapped,
      }))
      .map((module) => `${JSON.stringify(module)}\n`)
      .join('');
  }
  const width = Math.max(0, ...modules.map(({ path }) => path.length));
  return modules
    .map(({ path, bias, buildId, mapped }) => {
      const gone = mapped ? '' : '  (unloaded)';
      return `${path.padEnd(width)}  ${formatAddress(bias).padEnd(14)}  ${buildId ?? '-'}${gone}\n`;
    })
    .join('');
}
