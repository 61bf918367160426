import * as path from 'node:path';
import { Event } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';

/** GDB's `=library-loaded`. */
export interface MiLibrary {
  readonly id: string;
  readonly 'host-name'?: string;
  readonly 'target-name'?: string;
  readonly 'symbols-loaded'?: string;
  readonly ranges?: readonly { readonly from?: string; readonly to?: string }[];
}

/** The program and its shared libraries, kept from GDB's notifications: asking costs nothing. */
export class ModuleTable {
  private readonly modules = new Map<string, DebugProtocol.Module>();

  constructor(private readonly sendEvent: (event: DebugProtocol.Event) => void) {}

  addProgram(program: string): void {
    this.modules.set(program, { id: program, name: path.basename(program), path: program });
  }

  loaded(library: MiLibrary): void {
    const file = library['host-name'] || library['target-name'] || library.id;
    const range = library.ranges?.[0];
    const module: DebugProtocol.Module = { id: library.id, name: path.basename(file), path: file };
    if (range?.from && range.to) module.addressRange = `${range.from}-${range.to}`;
    const reason = this.modules.has(library.id) ? 'changed' : 'new';
    this.modules.set(library.id, module);
    this.tell(reason, module);
  }

  unloaded(library: MiLibrary): void {
    const module = this.modules.get(library.id);
    if (module && this.modules.delete(library.id)) this.tell('removed', module);
  }

  page(start: number, count: number): DebugProtocol.ModulesResponse['body'] {
    const all = [...this.modules.values()];
    return {
      modules: count > 0 ? all.slice(start, start + count) : all.slice(start),
      totalModules: all.length,
    };
  }

  private tell(reason: string, module: DebugProtocol.Module): void {
    this.sendEvent(Object.assign(new Event('module'), { body: { reason, module } }));
  }
}
