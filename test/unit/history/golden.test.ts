import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenOutput } from './golden-output';

const folder = join(__dirname, '../../golden/history');

/** Each NAME.txt is an input (see fixture.ts), NAME.out what the history makes of it. UPDATE_GOLDEN=1 rewrites. */
describe('history, golden', () => {
  const inputs = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  it('has inputs', () => expect(inputs.length).toBeGreaterThan(0));
  it.each(inputs)('%s', async (name) => {
    const output = await goldenOutput(readFileSync(join(folder, name), 'utf8'));
    const expected = join(folder, name.replace(/\.txt$/, '.out'));
    if (process.env['UPDATE_GOLDEN']) writeFileSync(expected, output);
    expect(output).toBe(readFileSync(expected, 'utf8'));
  });
});
