import type { IGDBBackendFactory } from 'cdt-gdb-adapter/dist/types/gdb';
import { GdbBackend } from '../target/gdb-backend';
import type { GdbProcess } from '../target/gdb-process';

/** Gives the base class our GDB. `create` is set before the base asks. */
export class GdbFactory implements IGDBBackendFactory {
  create: (() => GdbProcess) | undefined;
  process: GdbProcess | undefined;

  async createGDBManager(): Promise<GdbProcess> {
    this.process = this.create!();
    return this.process;
  }

  async createBackend(): Promise<GdbBackend> {
    return new GdbBackend(this.process!);
  }
}
