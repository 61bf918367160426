import { EXPORTERS } from '../../src/export/exporters';
import { writeExport } from '../export/write-export';
import { type Command, OK, oneOf, onlyOperand, parse, UsageError, wholeNumber } from './command';
import { openHistory, threadsWithId } from './opened-history';
import { Progress } from './progress';
import { print } from './standard-output';

const FORMATS = Object.keys(EXPORTERS) as (keyof typeof EXPORTERS)[];

export const exportCommand: Command = {
  help: `usage: bts export FILE --to FORMAT [-o OUT] [--thread TID] [--progress]

Turns a recording (a .btrace file) into another tool's format, on stdout or into OUT.

  --to perf-script   branches as perf script --itrace=b prints them, without time and cpu
  --to trace-event   function calls for Perfetto or chrome://tracing; the time axis counts
                     executed instructions
  --to lcov          line, function and branch coverage for genhtml; only what ran is listed
  --to folded        stacks for flamegraph.pl, inferno or speedscope, weighted by instructions

  -o OUT             write to this file
  --thread TID       only this thread; all of them by default
  --progress         tell how far it has come even when stderr is no terminal
`,
  async run(args) {
    const { values, positionals } = parse(args, {
      to: { type: 'string' },
      output: { type: 'string', short: 'o' },
      thread: { type: 'string' },
      progress: { type: 'boolean' },
    });
    const path = onlyOperand(positionals, 'FILE');
    if (values.to === undefined) throw new UsageError(`--to is missing: one of ${FORMATS.join(', ')}`);
    const exporter = EXPORTERS[oneOf('--to', values.to, FORMATS)];
    const tid =
      values.thread === undefined
        ? undefined
        : wholeNumber('--thread', values.thread, 0, Number.MAX_SAFE_INTEGER);
    const progress = new Progress(values.progress ?? false);
    const opened = await openHistory(path, progress);
    const { file, history, pass } = opened;
    const threads = threadsWithId(opened, path, tid);
    const source = { history, symboliser: file.symbols, modules: file.modules, threads };
    const text = exporter({ ...source, program: file.metadata.program }, pass);
    progress.end();
    if (values.output !== undefined) await writeExport(values.output, text);
    else for await (const piece of text) await print(piece);
    return OK;
  },
};
