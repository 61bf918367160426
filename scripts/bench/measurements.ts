import { perInstruction } from './gdb-record';
import { ingestFigures } from './ingest';
import { recordingCost } from './recording-cost';
import type { Row } from './row';
import { sessionFigures } from './session-figures';
import { type Subject, sample } from './subjects';
import type { ValgrindTool } from './valgrind-tool';

/** A few rows that are measured together. */
export interface Measurement {
  readonly name: string;
  readonly measure: () => Row[] | Promise<Row[]>;
}

interface Circumstances {
  readonly subjects: readonly Subject[];
  readonly tool: ValgrindTool;
  /** A directory for what the measurements write. */
  readonly scratch: string;
  readonly quick: boolean;
}

/** All of them, in the order of the table. */
export function measurements({ subjects, tool, scratch, quick }: Circumstances): readonly Measurement[] {
  const rounds = quick ? 3 : 9;
  const few = quick ? 1 : 5;
  const ofEach = (what: string, names: readonly string[], measure: (subject: Subject) => Row[]) =>
    subjects
      .filter(({ name }) => names.includes(name))
      .map((subject) => ({ name: `${what} ${subject.name}`, measure: () => measure(subject) }));
  return [
    ...ofEach(
      'recording',
      subjects.map(({ name }) => name),
      (subject) => recordingCost(subject, tool, rounds, scratch),
    ),
    {
      name: 'recording, per instruction',
      measure: () => perInstruction(sample('fib'), tool, few, scratch),
    },
    // Direct branches almost alone; a mixture; returns and indirect calls for half of them.
    ...ofEach('ingest', ['sieve', 'fib', 'qsort'], (subject) =>
      ingestFigures(subject, tool, rounds, scratch),
    ),
    { name: 'session', measure: () => sessionFigures(few, scratch) },
  ];
}
