import type { Part } from './part';

/** Where a program runs differently under Valgrind than on the processor: a limit of Valgrind, not of the record. */
export interface KnownDifference {
  readonly program: string;
  readonly reason: string;
  /**
   * Takes exactly that difference out of what the oracle and the recorder have, which must then be equal.
   * Throws when it is not there: then the limit is gone, and so should be its row here.
   */
  readonly without: (
    oracle: readonly Part[],
    recorder: readonly Part[],
  ) => [readonly Part[], readonly Part[]];
}

export const knownDifferences: readonly KnownDifference[] = [
  {
    program: 'signals',
    reason:
      'A signal that a program queues to itself (sigqueue) is delivered at the next system call after which Valgrind ' +
      'looks for signals, not at the return of the queueing one. raise, kill and pthread_kill are delivered at once.',
    without: (oracle, recorder) => {
      const [soon, late] = [oracle, recorder].map((parts) => handlerRun(parts[0]!, 34));
      if (soon!.handler.join('\n') !== late!.handler.join('\n'))
        throw new Error('the handler ran differently');
      if (late!.at <= soon!.at) throw new Error('the signal came no later than on the processor');
      if (late!.at > late!.rest.findIndex((line) => line.startsWith('E signal 1 ')))
        throw new Error('the signal came later than with the next system call that delivers one');
      return [[{ ...oracle[0]!, lines: soon!.rest }], [{ ...recorder[0]!, lines: late!.rest }]];
    },
  },
];

/** The run of a signal's handler, from its delivery to the return, and all lines without it. */
function handlerRun({ lines }: Part, signal: number) {
  const at = lines.findIndex((line) => line.startsWith(`E signal ${signal} `));
  const end = lines.findIndex((line, index) => index > at && line.startsWith('E sigreturn '));
  if (at < 0 || end < 0) throw new Error(`no signal ${signal}, or no return from it`);
  return { at, handler: lines.slice(at, end + 1), rest: [...lines.slice(0, at), ...lines.slice(end + 1)] };
}
