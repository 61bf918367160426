import { startTime } from './run-directory';

/** Resolves when a process that is not our child has ended; it is looked for every 20 ms. */
export function processEnd(pid: number): Promise<void> {
  const start = startTime(pid);
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (start !== undefined && startTime(pid) === start) return;
      clearInterval(timer);
      resolve();
    }, 20);
  });
}
