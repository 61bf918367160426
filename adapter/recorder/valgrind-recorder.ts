import type { Address } from '../../src/address';
import type { CodeSource } from '../../src/code/code-source';
import type { Module } from '../../src/modules/module';
import type { Snapshot } from '../../src/record/source';
import { RingProcess } from '../../src/ring/ring-process';
import { recordingError } from './errors';
import type { Recorder } from './recorder';
import { RecordingDirectory } from './recording-directory';
import { RingModules } from './ring-modules';

export interface ValgrindRecorderOptions {
  /** What the tool was given as --bts-dir. */
  readonly directory: string;
  readonly pid: number;
  readonly why: string;
  readonly records: number;
  /** Whether it records from the start. */
  readonly recording: boolean;
  /** Runs a `monitor` command of Valgrind's gdbserver. */
  readonly monitor: (command: string) => Promise<string>;
}

/** The Valgrind tool's recording of one live process. */
export class ValgrindRecorder implements Recorder {
  readonly kind = 'valgrind';
  readonly name = 'Valgrind';
  readonly mode = 'user';
  readonly why: string;
  readonly records: number;
  private readonly directory: RecordingDirectory;
  private readonly process: RingProcess;
  private readonly ringModules = new RingModules();
  private on: boolean;

  /** @throws AdapterError when the tool has left no readable recording. */
  constructor(private readonly options: ValgrindRecorderOptions) {
    this.why = options.why;
    this.records = options.records;
    this.on = options.recording;
    this.directory = new RecordingDirectory(options.directory);
    this.process = readable(() => {
      const name = this.directory.processes().findLast((process) => process.startsWith(`${options.pid}.`));
      return new RingProcess(this.directory, name ?? `${options.pid}.0`);
    });
  }

  get recording(): boolean {
    return this.on;
  }

  get code(): CodeSource {
    return this.process.code;
  }

  async snapshot(stopPcs: ReadonlyMap<number, Address>): Promise<Snapshot> {
    return readable(() => this.process.snapshot(stopPcs));
  }

  async modules(): Promise<readonly Module[]> {
    readable(() => this.process.readCode());
    return this.ringModules.of(this.process.mappings);
  }

  async switch(on: boolean): Promise<void> {
    await this.options.monitor(`bts ${on ? 'on' : 'off'}`);
    this.on = on;
  }

  async clear(): Promise<void> {
    await this.options.monitor('bts clear');
  }

  close(): void {
    this.directory.close();
  }
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw recordingError(error);
  }
}
