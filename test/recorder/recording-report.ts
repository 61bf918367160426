import { IcedDecoder } from '../../adapter/decoder/iced-decoder';
import { RecordingDirectory } from '../../adapter/recorder/recording-directory';
import type { RecordedThread } from '../../src/record/source';
import type { ProcessPage } from '../../src/ring/process-page';
import { RingProcess } from '../../src/ring/ring-process';
import { type ChainReport, checkChain } from './ring-chain';

export interface ProcessReport {
  /** Such as `4711.0`. */
  readonly name: string;
  readonly page: ProcessPage;
  readonly threads: readonly (ChainReport & { readonly thread: RecordedThread; readonly stopPc?: number })[];
}

/** All processes of a recording, and how the records of their threads hang together. */
export function reportOf(directory: string): ProcessReport[] {
  const files = new RecordingDirectory(directory);
  try {
    return files.processes().map((name) => {
      const process = new RingProcess(files, name);
      const { page, threads } = process.snapshot();
      const decoder = new IcedDecoder();
      return {
        name,
        page,
        threads: threads.map((source) => ({
          ...checkChain(source, process.code, decoder),
          thread: source.thread,
          ...(source.stopPc === undefined ? {} : { stopPc: source.stopPc }),
        })),
      };
    });
  } finally {
    files.close();
  }
}
