import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cpuTime } from './cpu-time';
import { against, median, type Row } from './row';
import type { Subject } from './subjects';
import type { ValgrindTool } from './valgrind-tool';

/**
 * Recording every branch against running the same program under Valgrind's `none`: processor time, fastest of
 * `runs`, one after the other so that both see the same machine. callgrind, natively, for the eye only.
 */
export function recordingCost(subjects: readonly Subject[], tool: ValgrindTool, runs: number, scratch: string): Row[] {
  const rows: Row[] = [];
  const ratios: number[] = [];
  for (const { name, command } of subjects) {
    const none = cpuTime([...tool.command('none'), ...command], runs);
    const ours = recorded(command, tool, runs, scratch);
    const row = against(`recording ${name}`, 's', ours, 'valgrind none', none);
    ratios.push(row.ratio);
    rows.push(row);
    rows.push(against(`recording ${name}, beside callgrind`, 's', ours, 'callgrind', callgrind(command, tool, scratch)));
    rows.push(against(`recording ${name}, beside native`, 's', ours, 'native', cpuTime(command, runs)));
  }
  const inform = (name: string, ratio: number, most: number): Row => ({
    name,
    ours: ratio,
    unit: 'x none',
    peer: 1,
    peerName: 'valgrind none',
    ratio,
    goal: `<= ${most}`,
    met: ratio <= most,
  });
  rows.push(inform('recording, median of all', medianOf(ratios), 1.25));
  rows.push(inform('recording, worst of all', Math.max(...ratios), 1.5));
  return rows;
}

/** For an even count the mean of the two in the middle. */
function medianOf(ratios: readonly number[]): number {
  const sorted = [...ratios].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 ? median(ratios) : (sorted[half - 1]! + sorted[half]!) / 2;
}

function recorded(command: readonly string[], tool: ValgrindTool, runs: number, scratch: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const folder = mkdtempSync(join(scratch, 'ring-'));
    try {
      best = Math.min(best, cpuTime([...tool.recording(folder), ...command], 1, tool.env));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  return best;
}

function callgrind(command: readonly string[], tool: ValgrindTool, scratch: string): number {
  return cpuTime([...tool.command('callgrind'), `--callgrind-out-file=${join(scratch, 'callgrind.out')}`, ...command], 1);
}
