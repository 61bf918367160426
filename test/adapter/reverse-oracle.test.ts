import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SOURCES } from './program';
import { Comparison } from './reverse-oracle/compare';
import { recordBoth } from './reverse-oracle/record-both';
import { useSessions } from './session';

useSessions();

const names = readdirSync(SOURCES).flatMap((file) => /^(reverse-.*)\.c$/.exec(file)?.[1] ?? []);

// What differs on purpose is in reverse-oracle/differences.ts.
describe.each(['O0', 'O2'])('the cursor goes where GDB goes, -%s', (level) => {
  test.each(names)('%s', async (name) => {
    const { oracle, run } = await recordBoth(`${name}-${level}`);
    expect(run.trace).toEqual(oracle.trace.map(({ pc, places }) => ({ pc, ...places[0] })));
    const comparison = new Comparison(oracle);
    for (const stops of Object.values(oracle.walks)) await comparison.walk(run, stops);
    await comparison.moves(run, ['reverse-step', 'reverse-next', 'reverse-finish', 'reverse-continue']);
    await comparison.moves(run, ['step', 'next', 'finish', 'continue']);
    expect(comparison.unexplained).toEqual([]);
  });
});
