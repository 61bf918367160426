import type { FrameReference } from 'cdt-gdb-adapter/dist/types/session';
import { staleReference } from '../../errors';
import type { GdbBackend } from '../../target/gdb-backend';

/** What a variablesReference of DAP stands for. */
export type VariableNode =
  | { readonly kind: 'locals'; readonly frame: FrameReference }
  | { readonly kind: 'registers'; readonly frame: FrameReference }
  | VariableObjectNode;

/** A GDB variable object (manual, "GDB/MI Variable Objects"). */
export interface VariableObjectNode {
  readonly kind: 'object';
  readonly name: string;
  readonly type: string;
  /** An expression for it that GDB evaluates, when there is one. */
  readonly expression: string | undefined;
  readonly frame: FrameReference | undefined;
  /** Made by a pretty-printer: how many children it has is known only by asking for them. */
  readonly dynamic: boolean;
  readonly displayHint: string | undefined;
}

/**
 * The variable objects of one stop. They live until the program moves: a name that meant one thing in the frame of then
 * never shows as the frame of now. (The base keeps them, keyed by a stack depth that it counts to 100 only.)
 */
export class VariableStore {
  private readonly nodes = new Map<number, VariableNode>();
  /** GDB's names of what was listed under a node, by DAP's names: for setVariable. */
  private readonly children = new Map<number, Map<string, string>>();
  private roots: string[] = [];
  private next = 1;

  constructor(private readonly gdb: () => GdbBackend) {}

  add(node: VariableNode): number {
    this.nodes.set(this.next, node);
    return this.next++;
  }

  /** @throws AdapterError (user) for a reference of an earlier stop. */
  get(reference: number): VariableNode {
    const node = this.nodes.get(reference);
    if (!node) throw staleReference('This variable');
    return node;
  }

  /** Takes over a variable object that GDB was asked to make. */
  own(name: string): void {
    this.roots.push(name);
  }

  nameChild(reference: number, name: string, variableObject: string): void {
    const names = this.children.get(reference) ?? new Map<string, string>();
    this.children.set(reference, names);
    // The innermost of two variables of a name is listed first.
    if (!names.has(name)) names.set(name, variableObject);
  }

  child(reference: number, name: string): string | undefined {
    return this.children.get(reference)?.get(name);
  }

  /** The program moves: nothing shown so far holds any more. References are never used again. */
  reset(): void {
    this.nodes.clear();
    this.children.clear();
    for (const name of this.roots.splice(0))
      this.gdb()
        .sendCommand(`-var-delete ${name}`)
        .catch(() => undefined);
  }
}
