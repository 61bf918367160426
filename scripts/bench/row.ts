/** One line of the table, and one element of `--json`. Every figure of a row is measured in the same run. */
export interface Row {
  readonly name: string;
  /** Our figure, in `unit`. */
  readonly ours: number;
  readonly unit: string;
  /** What it is measured against, in `unit`; null where the goal is absolute. */
  readonly peer: number | null;
  readonly peerName: string | null;
  /** ours / peer, or peer / ours where the goal is a least one; ours itself without a peer. */
  readonly ratio: number;
  /** `<= 1.25` or `>= 40000`, for the ratio; empty for rows that only inform. */
  readonly goal: string;
  /** Null for rows that only inform. */
  readonly met: boolean | null;
}

export type Goal = { readonly most: number } | { readonly least: number };

interface Against {
  readonly unit: string;
  readonly ours: number;
  readonly peer: number;
  readonly peerName: string;
  readonly goal?: Goal;
}

export function against(name: string, { unit, ours, peer, peerName, goal }: Against): Row {
  const ratio = goal !== undefined && 'least' in goal ? peer / ours : ours / peer;
  return { name, ours, unit, peer, peerName, ratio, ...judged(ratio, goal) };
}

export function absolute(name: string, unit: string, ours: number, goal?: Goal): Row {
  return { name, ours, unit, peer: null, peerName: null, ratio: ours, ...judged(ours, goal) };
}

function judged(ratio: number, goal: Goal | undefined): Pick<Row, 'goal' | 'met'> {
  if (goal === undefined) return { goal: '', met: null };
  if ('most' in goal) return { goal: `<= ${goal.most}`, met: ratio <= goal.most };
  return { goal: `>= ${goal.least}`, met: ratio >= goal.least };
}
