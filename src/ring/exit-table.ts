import { ExitCode, FIRST_EXIT } from './layout';

/** What each exit id means, as columns indexed by the id. */
export class ExitTable {
  from = new Float64Array(4096);
  /** 0 for an indirect exit. */
  to = new Float64Array(4096);
  /** ExitCode + 1; 0 for an id that was never given. */
  kind = new Uint8Array(4096);
  /** One past the largest id. */
  length = FIRST_EXIT;

  set(id: number, from: number, to: number, kind: number): void {
    if (id >= this.kind.length) this.grow(id);
    this.from[id] = from;
    this.to[id] = to;
    this.kind[id] = kind + 1;
    if (id >= this.length) this.length = id + 1;
  }

  private grow(id: number): void {
    const capacity = 2 ** Math.ceil(Math.log2(id + 1));
    const from = new Float64Array(capacity);
    const to = new Float64Array(capacity);
    const kind = new Uint8Array(capacity);
    from.set(this.from);
    to.set(this.to);
    kind.set(this.kind);
    Object.assign(this, { from, to, kind });
  }
}

/** Values of {@link ExitTable.kind}. */
export const ExitKind = {
  unknown: 0,
  direct: ExitCode.direct + 1,
  indirect: ExitCode.indirect + 1,
  redirect: ExitCode.redirect + 1,
} as const;
