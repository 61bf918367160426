import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/**
 * The private directory (0700) of one session: sockets, FIFOs, ring files. Its name begins with the adapter's pid and
 * start time, so that a later adapter knows when it is stale; the file `processes` in it names, one a line, `pid start`
 * of what a dead adapter may have left running.
 */
export class RunDirectory {
  private constructor(readonly path: string) {}

  static create(): RunDirectory {
    const parent = parentDirectory();
    sweep(parent);
    return new RunDirectory(mkdtempSync(path.join(parent, `${process.pid}-${startTime(process.pid)}-`)));
  }

  /** A directory inside it, that goes with it. */
  inner(name: string): RunDirectory {
    mkdirSync(this.file(name), { mode: 0o700 });
    return new RunDirectory(this.file(name));
  }

  file(name: string): string {
    return path.join(this.path, name);
  }

  /** Remembers a process (the leader of its group, where it has one) that must not outlive the adapter. */
  addProcess(pid: number): void {
    writeFileSync(this.file('processes'), `${pid} ${startTime(pid)}\n`, { flag: 'a' });
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** `<tmp>/bts-<uid>`. A socket's path may have 107 bytes, so a long TMPDIR is not used. */
function parentDirectory(): string {
  const uid = process.getuid?.() ?? 0;
  const tmp = os.tmpdir().length > 60 ? '/tmp' : os.tmpdir();
  const parent = path.join(tmp, `bts-${uid}`);
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const stat = lstatSync(parent);
  // Someone else's directory of that name (or a link to one) must not see or steer the session.
  if (stat.isDirectory() && stat.uid === uid && (stat.mode & 0o077) === 0) return parent;
  return mkdtempSync(path.join(tmp, `bts-${uid}-`));
}

/** Ends what dead adapters left behind, and removes their directories. */
function sweep(parent: string): void {
  for (const name of readdirSync(parent)) {
    const [pid, start] = name.split('-').map(Number);
    if (pid === undefined || start === undefined || startTime(pid) === start) continue;
    const directory = path.join(parent, name);
    for (const line of readLines(path.join(directory, 'processes'))) {
      const [left, leftStart] = line.split(' ').map(Number);
      if (left === undefined || startTime(left) !== leftStart) continue;
      for (const target of [-left, left]) {
        try {
          process.kill(target, 'SIGKILL');
        } catch {
          // Gone, or not the leader of a group.
        }
      }
    }
    rmSync(directory, { recursive: true, force: true });
  }
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

/** Start time of a process in clock ticks since boot (proc(5), stat field 22), or undefined when there is none. */
export function startTime(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 2, the name in brackets, may hold blanks and brackets itself.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  } catch {
    return undefined;
  }
}
