/** One line of the table, and one element of `--json`. Every figure of a row is measured in the same run. */
export interface Row {
  readonly name: string;
  /** Our figure, in `unit`. */
  readonly ours: number;
  readonly unit: string;
  /** What it is measured against, in `unit`; null where the goal is absolute. */
  readonly peer: number | null;
  readonly peerName: string | null;
  /** ours / peer, or peer / ours where the name says "cheaper" or "faster"; ours itself without a peer. */
  readonly ratio: number;
  /** `<= 1.25` or `>= 40000`; empty for rows that only inform. */
  readonly goal: string;
  readonly met: boolean | null;
}

/** @param better `most`: the ratio must not exceed the goal; `least`: it must reach it. */
export function against(
  name: string,
  unit: string,
  ours: number,
  peerName: string,
  peer: number,
  goal?: { readonly most: number } | { readonly least: number },
): Row {
  const inverse = goal !== undefined && 'least' in goal;
  return judged(name, unit, ours, peerName, peer, inverse ? peer / ours : ours / peer, goal);
}

export function absolute(
  name: string,
  unit: string,
  ours: number,
  goal?: { readonly most: number } | { readonly least: number },
): Row {
  return judged(name, unit, ours, null, null, ours, goal);
}

function judged(
  name: string,
  unit: string,
  ours: number,
  peerName: string | null,
  peer: number | null,
  ratio: number,
  goal: { readonly most: number } | { readonly least: number } | undefined,
): Row {
  if (goal === undefined) return { name, ours, unit, peer, peerName, ratio, goal: '', met: null };
  if ('most' in goal)
    return { name, ours, unit, peer, peerName, ratio, goal: `<= ${goal.most}`, met: ratio <= goal.most };
  return { name, ours, unit, peer, peerName, ratio, goal: `>= ${goal.least}`, met: ratio >= goal.least };
}

/** The middle of the values; the upper one of the two for an even count. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
