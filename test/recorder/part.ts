/**
 * What one thread did in the own modules, as lines that oracle and recording can be compared by:
 *
 *     B FROM TO                          E signal NUMBER INTERRUPTED HANDLER      E fork PROCESS
 *     E exec IP                          E sigreturn IP                           E exit IP
 *     E replaced
 *
 * An address is `module+0xoffset`, or `-` outside the own modules. The ip of `exit` is that of the instruction that was
 * not completed; `replaced` is a thread that ended because another one of its process called exec.
 */
export interface Part {
  /**
   * Names the thread by how it came to be, since ids differ between runs: `main` is the first process, `P.N` the Nth
   * thread (by creation, from 0) of process P, and `T/N` the process of the Nth fork of thread T.
   */
  readonly thread: string;
  readonly lines: readonly string[];
}

export function branchesOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { lines }) => sum + lines.filter((line) => line.startsWith('B ')).length, 0);
}
