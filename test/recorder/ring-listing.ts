import { readFileSync } from 'node:fs';
import { RecordingDirectory } from '../../adapter/recorder/recording-directory';
import { RingProcess, type RingThreadSource } from '../../src/ring/ring-process';
import { readThreadPage } from '../../src/ring/thread-page';
import { OwnPlaces } from './own-places';
import type { Part } from './part';
import { exitLine, type RingLines, ringLines } from './ring-lines';

const PID_MAX = Number(readFileSync('/proc/sys/kernel/pid_max', 'utf8'));

/**
 * A whole recording, all processes and all images of each, in the form that is compared with the oracle's.
 * `first` is the pid of the first process.
 */
export async function listRecording(
  directory: string,
  first: number,
  own: readonly string[],
): Promise<readonly Part[]> {
  const files = new RecordingDirectory(directory);
  try {
    const listing = new Listing(files, own);
    await listing.addProcess(first, 'main');
    return listing.parts;
  } finally {
    files.close();
  }
}

class Listing {
  private readonly threads = new Map<string, string[]>();

  constructor(
    private readonly files: RecordingDirectory,
    private readonly own: readonly string[],
  ) {}

  get parts(): readonly Part[] {
    return [...this.threads].map(([thread, lines]) => ({ thread, lines }));
  }

  /** One process through all its images: the thread that called exec goes on as the first one of the next. */
  async addProcess(pid: number, name: string): Promise<void> {
    const images = this.files.processes().filter((process) => process.startsWith(`${pid}.`));
    if (images.length === 0) throw new Error(`${name}, pid ${pid}, has left no recording`);
    let first = `${name}.0`;
    let threads = 0;
    for (const image of images) {
      let executing: string | undefined;
      for (const [index, thread] of (await this.threadsOf(image)).entries()) {
        const key = index === 0 ? first : `${name}.${++threads}`;
        const forks = this.add(key, thread, image === images.at(-1));
        for (const [fork, child] of forks.entries()) await this.addProcess(child, `${key}/${fork}`);
        if (thread.last?.kind === 'exec') executing = key;
      }
      first = executing ?? first;
    }
  }

  /** In the order of creation: Valgrind numbers threads from their first instruction, but kernel ids grow (and wrap). */
  private async threadsOf(image: string): Promise<(RingLines & { readonly stop: string })[]> {
    const process = new RingProcess(this.files, image);
    const { threads, page } = process.snapshot();
    const places = await OwnPlaces.of(process.mappings, this.own);
    const pages = Array.from({ length: page.threads }, (_, index) =>
      readThreadPage(this.files.open(`${image}.t${index + 1}`), page),
    );
    const age = ({ thread: { tid, pid } }: RingThreadSource): number => (tid - pid + PID_MAX) % PID_MAX;
    return [...threads]
      .sort((a, b) => age(a) - age(b))
      .map((source) => {
        const { tid, generation } = source.thread;
        const { epoch } = pages.find((page) => page.tid === tid && page.generation === generation)!;
        const stop = exitLine(source.stopPc, epoch, places, process.code);
        return { ...ringLines(source, epoch, places, process.code), stop };
      });
  }

  /** Returns the pids of the processes that the thread forked. */
  private add(key: string, thread: RingLines & { readonly stop: string }, isLastImage: boolean): number[] {
    const forks: number[] = [];
    const lines = thread.lines.map((line) => {
      const pid = /^E fork (\d+)$/.exec(line)?.[1];
      return pid ? `E fork ${key}/${forks.push(Number(pid)) - 1}` : line;
    });
    const saysExit = thread.last?.kind === 'exit';
    // A thread that was killed says nothing; it stands where it stood. One that exec of another ended does.
    if (isLastImage && !saysExit) lines.push(thread.stop);
    if (!isLastImage && saysExit) lines[lines.length - 1] = 'E replaced';
    const earlier = this.threads.get(key);
    if (earlier?.at(-1) === 'E exec') earlier[earlier.length - 1] = `E exec ${thread.beginning}`;
    this.threads.set(key, [...(earlier ?? []), ...lines]);
    return forks;
  }
}
