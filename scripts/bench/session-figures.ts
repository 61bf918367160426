import { median } from './median';
import { absolute, type Row } from './row';
import { buildCrunch, debugSession, type SessionFigures } from './session';

const SIZES = [
  { name: '1 M', records: 1_000_000 },
  { name: '10 M', records: 10_000_000 },
] as const;

/** What a user waits for, over DAP; each round is a session of its own. */
export async function sessionFigures(rounds: number, scratch: string): Promise<Row[]> {
  const program = buildCrunch(scratch);
  const rows: Row[] = [];
  const memories: number[] = [];
  for (const { name, records } of SIZES) {
    const sessions: SessionFigures[] = [];
    for (let round = 0; round < rounds; round++) sessions.push(await debugSession(program, records));
    const middle = (figure: (session: SessionFigures) => number) => median(sessions.map(figure));
    rows.push(
      absolute(
        `stop to first rows, ${name} records`,
        'ms',
        middle(({ stopToRows }) => stopToRows),
        {
          most: 150,
        },
      ),
      absolute(
        `stopped event to first rows, ${name} records`,
        'ms',
        middle(({ eventToRows }) => eventToRows),
      ),
      absolute(
        `step back by line, median, ${name} records`,
        'ms',
        median(sessions.flatMap((s) => s.stepBacks)),
        {
          most: 20,
        },
      ),
    );
    memories.push(middle(({ memory }) => memory));
  }
  // The rest of the adapter is in both.
  const growth = (memories[1]! - memories[0]!) / (SIZES[1].records - SIZES[0].records);
  rows.push(
    absolute('resident memory of the adapter, 1 M to 10 M records', 'B a record', growth, { most: 16 }),
  );
  return rows;
}
