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

/** Opens the files of a recording by name (`4711.0.process`). */
export interface RingFiles {
  /** @throws RingError `missing` */
  open(name: string): RingFile;
}
