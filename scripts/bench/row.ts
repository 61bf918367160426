/** One line of the table, and one element of `--json`. Every figure of a row is measured in the same run. */
export interface Row {
  readonly name: string;
  /** Our figure, in `unit`. */
  readonly ours: number;
  readonly unit: string;
  /** What it is measured against, in `unit`; null where the goal is absolute. */
  readonly peer: number | null;
  readonly peerName: string | null;
  /** ours / peer, or peer / ours where the name says cheaper; ours itself without a peer. */
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
  /** What the ratio counts: how many times ours is the peer's (the default), or how many times cheaper it is. */
  readonly times?: 'of the peer' | 'cheaper';
  readonly goal?: Goal;
}

export function against(name: string, { unit, ours, peer, peerName, times, goal }: Against): Row {
  const ratio = times === 'cheaper' ? peer / ours : ours / peer;
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
