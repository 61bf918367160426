import type { Address } from '../../address';
import type { CountsArguments, CountsBody, LineCountBody } from '../../protocol/history';
import type { Symboliser } from '../../symbols/symbol-table';
import { type Counts, count } from '../counts/counts';
import type { History } from '../history';
import { Cancelled, type Pass } from '../pass';
import { placeOf } from '../places';

/** Addresses resolved between two looks at the cancellation. */
const BATCH = 4096;

/** bts/counts: conditional branches and lines, by address and by file and line. Throws Cancelled, RangeError. */
export async function counts(
  history: History,
  symboliser: Symboliser,
  pass: Pass,
  args: CountsArguments,
): Promise<CountsBody> {
  const indices = args.thread === undefined ? history.threads.map((thread) => thread.index) : [args.thread];
  const counted = await count(
    history,
    indices.map((index) => history.chain(index)),
    pass,
  );
  await resolve(symboliser, pass, [...counted.instructions.keys()] as Address[]);
  const inFile = (file: string | undefined) => args.file === undefined || file === args.file;
  const sites = [...counted.sites]
    .sort(([a], [b]) => a - b)
    .map(([address, site]) => ({ place: placeOf(symboliser, address as Address, () => []), ...site }))
    .filter(({ place }) => inFile(place.file));
  return { sites, lines: lineCounts(symboliser, counted).filter(({ file }) => inFile(file)) };
}

/** Lines of all inline levels: a line that was inlined at is executed by what is inlined there. */
function lineCounts(symboliser: Symboliser, { instructions }: Counts): LineCountBody[] {
  const files = new Map<string, Map<number, number>>();
  for (const [address, times] of instructions) {
    for (const { file, line } of symboliser.lookup(address as Address)?.frames ?? []) {
      if (file === undefined || line === undefined || line <= 0) continue;
      const lines = files.get(file) ?? new Map<number, number>();
      files.set(file, lines);
      lines.set(line, Math.max(lines.get(line) ?? 0, times));
    }
  }
  const bodies: LineCountBody[] = [];
  for (const [file, lines] of files)
    for (const [line, times] of lines) bodies.push({ file, line, count: times });
  return bodies.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
}

async function resolve(symboliser: Symboliser, pass: Pass, addresses: readonly Address[]): Promise<void> {
  for (let at = 0; at < addresses.length; at += BATCH) {
    if (pass.cancellation?.cancelled) throw new Cancelled();
    await symboliser.resolve(addresses.slice(at, at + BATCH));
    pass.progress?.(Math.min(1, (at + BATCH) / addresses.length));
  }
}
