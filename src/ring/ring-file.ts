/** A file of a recording, as the reader sees it: reads at a position, of what is there at that moment. */
export interface RingFile {
  /** For messages. */
  readonly name: string;
  /**
   * The bytes [offset, offset + length), fewer at the end of the file. May be a view that the next call
   * overwrites.
   */
  read(offset: number, length: number): Uint8Array;
}

/** The directory of a recording; its files go by names like `4711.0.process`. */
export interface RingFiles {
  /** The names of all files there are now. */
  list(): readonly string[];
  /** @throws RingError `missing` */
  open(name: string): RingFile;
}
