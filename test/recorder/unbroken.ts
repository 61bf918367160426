import { expect } from 'vitest';
import { RecordingDirectory } from '../../adapter/recorder/recording-directory';
import { RingProcess } from '../../src/ring/ring-process';
import { type ChainReport, chainReport, historyOf } from './chain-report';

/**
 * Asserts of every thread of a recording that each block follows from the one before and decodes: all that is unknown is
 * what was before the first record, and what came after the last one. Returns a report for each thread.
 */
export async function expectUnbroken(directory: string): Promise<ChainReport[]> {
  const files = new RecordingDirectory(directory);
  const reports: ChainReport[] = [];
  for (const name of files.processes()) {
    const process = new RingProcess(files, name);
    const history = await historyOf(process, process.snapshot());
    for (const { index, thread } of history.threads) {
      const report = chainReport(history.chain(index));
      const { start = 0, 'older records dropped': dropped = 0, ...later } = report.gaps;
      const { exec = 0, 'not stopped': ended = 0, ...unexplained } = later;
      const where = `process ${name}, thread ${thread.tid}: ${report.examples.join('; ')}`;
      expect(unexplained, where).toEqual({});
      expect(start + dropped, where).toBe(1);
      // exec: itself, and the end behind it. A thread that was killed stands where it stood.
      expect([exec, ended], where).toBeOneOf([
        [2, 0],
        [0, 1],
        [0, 0],
      ]);
      reports.push(report);
    }
  }
  files.close();
  return reports;
}
