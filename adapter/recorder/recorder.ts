import type { Address } from '../../src/address';
import type { CodeSource } from '../../src/code/code-source';
import type { Module } from '../../src/modules/module';
import type { RecorderBody } from '../../src/protocol/history';
import type { Snapshot } from '../../src/record/source';

/** Where the records of a live session come from. Read at stops only, but for the modules. */
export interface Recorder {
  readonly kind: RecorderBody['recorder'];
  /** For the user: "Valgrind", "hardware BTS", … */
  readonly name: string;
  /** Why this recorder: a sentence. */
  readonly why: string;
  readonly mode: string;
  /** Newest records kept of each thread. */
  readonly records: number;
  readonly recording: boolean;
  readonly code: CodeSource;
  /**
   * What is new since the last snapshot. `stopPcs`: where the debugger knows threads to stand, by kernel thread id.
   * @throws AdapterError when the recording cannot be read.
   */
  snapshot(stopPcs: ReadonlyMap<number, Address>): Promise<Snapshot>;
  /** Executable files in the order in which they were mapped; the program may be running. */
  modules(): Promise<readonly Module[]>;
  /** Switches recording; the program must be stopped. */
  switch(on: boolean): Promise<void>;
  /** Drops what was recorded; the program must be stopped. */
  clear(): Promise<void>;
  close(): void;
}
