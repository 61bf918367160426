import { basename } from 'node:path';
import type { BranchRowBody, PlaceBody, RowBody, RowsBody } from '../../src/protocol/history';
import type { DapClient } from '../../test/adapter/dap-client';

/** The newest branches of a thread, a line each, oldest first. */
export async function lastBranches(client: DapClient, thread: number, count: number): Promise<string[]> {
  const { rows }: RowsBody = await client.request('bts/rows', { thread, count });
  return rows.flatMap(show).slice(-count);
}

function show(row: RowBody): string[] {
  if (row.kind === 'branch') return [branch(row)];
  if (row.kind === 'loop') return row.body.map((body) => `${branch(body)}  × ${row.times}`);
  return [];
}

function branch({ branch, from, to }: BranchRowBody): string {
  return `${branch.padEnd(5)} ${place(from).padEnd(28)} → ${place(to)}`;
}

function place({ address, function: name, file, line, module }: PlaceBody): string {
  if (file !== undefined && line !== undefined) return `${name}, ${basename(file)}:${line}`;
  return name ?? (module === undefined ? address : `${address} in ${module}`);
}
