import { expect } from 'vitest';
import type { RowBody } from '../../src/protocol/history';
import type { HistoryClient } from './history-client';

/** All rows of a thread, unfolded. */
export async function allRows(client: HistoryClient, thread = 0): Promise<readonly RowBody[]> {
  const { rows, older } = await client.request('bts/rows', { thread, fold: false, count: 2000 });
  expect(older).toBe(false);
  return rows;
}

/** What each row is, in a word or two. */
export const texts = (rows: readonly RowBody[]) =>
  rows.map((row) => (row.kind === 'event' ? `event ${row.event}` : row.kind));
