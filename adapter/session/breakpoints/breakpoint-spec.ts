/** What the client asked for, of any kind of breakpoint. Two equal specs are one breakpoint that stays. */
export interface BreakpointSpec {
  readonly kind: 'source' | 'function' | 'instruction' | 'data' | 'exception';
  /** The file of a source breakpoint; other kinds are one list each. */
  readonly file?: string;
  readonly line?: number;
  /** Function name, `*0x…`, watched expression, or id of an exception filter. */
  readonly location?: string;
  readonly condition?: string;
  readonly hitCondition?: string;
  readonly logMessage?: string;
  readonly hardware?: boolean;
  /** Of a data breakpoint. */
  readonly access?: 'read' | 'write' | 'readWrite';
}

/** A hit condition: `5`, `=5`, `==5` the fifth hit only; `>5`, `>=5` all after; `%5` every fifth. */
export interface HitCondition {
  readonly kind: 'once' | 'after' | 'every';
  /** Hits that pass unseen before the first stop. */
  readonly skip: number;
}

/** @returns undefined when the text is none of the forms. */
export function parseHitCondition(text: string): HitCondition | undefined {
  const match = /^\s*(>=|>|==|=|%|)\s*(\d+)\s*$/.exec(text);
  if (!match) return undefined;
  const count = Number(match[2]);
  switch (match[1]) {
    case '>':
      return { kind: 'after', skip: count };
    case '>=':
      return { kind: 'after', skip: Math.max(count - 1, 0) };
    case '%':
      return count > 0 ? { kind: 'every', skip: count - 1 } : undefined;
    default:
      return count > 0 ? { kind: 'once', skip: count - 1 } : undefined;
  }
}
