/** Bad data, told apart so that each gets its own explanation. */
export class BtraceError extends Error {
  constructor(
    readonly reason: 'not a btrace file' | 'newer version' | 'truncated' | 'corrupt',
    message: string,
  ) {
    super(message);
  }
}
