import type { IGDBBackendFactory } from 'cdt-gdb-adapter/dist/types/gdb';
import { GdbBackend } from '../target/gdb-backend';
import { GdbProcess, type GdbSpawn } from '../target/gdb-process';

/** Gives the base class our GDB. `spawn` is set before the base asks. */
export class GdbFactory implements IGDBBackendFactory {
  spawn: GdbSpawn | undefined;
  process: GdbProcess | undefined;

  async createGDBManager(): Promise<GdbProcess> {
    this.process = new GdbProcess(this.spawn!);
    return this.process;
  }

  async createBackend(): Promise<GdbBackend> {
    return new GdbBackend(this.process!);
  }
}
