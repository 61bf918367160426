import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cpuTime } from './cpu-time';
import { median } from './median';
import { absolute, against, type Row } from './row';
import type { Subject } from './subjects';
import type { ValgrindTool } from './valgrind-tool';

/**
 * Recording every branch of a program against running it under Valgrind's `none`: processor seconds, the least of
 * `rounds`, in turns so that both see the same machine. Beside callgrind and the bare program, for the eye only.
 */
export function recordingCost(subject: Subject, tool: ValgrindTool, rounds: number, scratch: string): Row[] {
  const { name, command } = subject;
  const ours: number[] = [];
  const none: number[] = [];
  const native: number[] = [];
  for (let round = 0; round < rounds; round++) {
    none.push(cpuTime([...tool.command('none'), ...command], tool.env));
    ours.push(recorded(command, tool, scratch));
    native.push(cpuTime(command));
  }
  const callgrind = [
    ...tool.command('callgrind'),
    `--callgrind-out-file=${join(scratch, 'callgrind.out')}`,
    ...command,
  ];
  const beside = (peerName: string, peer: number) =>
    against(`recording ${name}, beside ${peerName}`, { unit: 's', ours: Math.min(...ours), peer, peerName });
  return [
    against(`recording ${name}`, {
      unit: 's',
      ours: Math.min(...ours),
      peer: Math.min(...none),
      peerName: 'valgrind none',
      goal: { most: 1.5 },
    }),
    beside('callgrind', cpuTime(callgrind, tool.env)),
    beside('native', Math.min(...native)),
  ];
}

/** The figures over all programs, from their rows. */
export function recordingSummary(subjects: readonly Subject[], rows: readonly Row[]): Row[] {
  const ratios = subjects.flatMap(
    ({ name }) => rows.find((row) => row.name === `recording ${name}`)?.ratio ?? [],
  );
  if (ratios.length < subjects.length) return [];
  return [
    absolute('recording, median of the programs', 'x none', median(ratios), { most: 1.25 }),
    absolute('recording, worst of the programs', 'x none', Math.max(...ratios), { most: 1.5 }),
  ];
}

function recorded(command: readonly string[], tool: ValgrindTool, scratch: string): number {
  const folder = mkdtempSync(join(scratch, 'ring-'));
  try {
    return cpuTime([...tool.recording(folder), ...command], tool.env);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
