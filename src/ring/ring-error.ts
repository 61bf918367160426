/**
 * What is wrong with a recording's files. `newer`: written by a later version of the tool. `damaged`: not a
 * recording, cut off, or overwritten. `missing`: the file is not there. `unreadable`: the system refuses it.
 */
export type RingProblem = 'newer' | 'damaged' | 'missing' | 'unreadable';

export class RingError extends Error {
  constructor(
    readonly problem: RingProblem,
    readonly file: string,
    detail: string,
  ) {
    super(`${file}: ${detail}`);
    this.name = 'RingError';
  }
}
