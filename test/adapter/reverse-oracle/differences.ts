import type { Command, Instruction, Oracle } from './oracle';
import { OwnLines } from './own-lines';

/** Where the cursor does not go where GDB 13 goes, on purpose. All else must be equal. */
export const DIFFERENCES = {
  outermost: 'GDB refuses to leave the outermost frame; we go to that end of the history.',
  source: 'GDB stops in a function without source that it comes out to; we pass over it, towards its caller.',
  pieces:
    'GDB before 15 stops backward at each entry of the line table, so several times in one line; we stop where the line ' +
    'began to be executed, which is where going forward stops.',
  passed:
    'GDB stops backward where the range it steps over begins, unless the function begins there, and so passes over a ' +
    'line that is entered elsewhere, and over the first line of a function without prologue; we stop there.',
  statement:
    'Optimised code: GDB stops backward, or where inlined code goes on, at an entry that is no statement; we do as GDB ' +
    'does going forward, and do not.',
  recursion:
    "GDB's reverse-finish stops at the innermost call of a recursive function (its breakpoint looks at no frame); we go " +
    'to the call that made this frame.',
  forgotten:
    'GDB returning to an entry that is no statement forgets the line, and stops at its next statement; we go on to the ' +
    'next line.',
  returned:
    'GDB tells lines apart by their numbers alone, and goes on where a function, called or inlined, ends at a statement ' +
    'of the line number it had; we stop there.',
  prologue:
    'GDB stops where the line of the prologue ends by address, which is executed later or never when the prologue ends ' +
    'in a jump; we stop where that jump leads.',
  inlined:
    'GDB out of an inlined function goes by its ranges, and so by line; we go to the nearest instruction that is not in it.',
  beside:
    'GDB over lines stops in scattered parts of inlined functions, and out of one of them passes over those behind it; ' +
    'we do not stop in the former, and stop at the next statement of the latter, as GDB into does.',
} as const;

export type Difference = keyof typeof DIFFERENCES;

/** No walk of GDB to where we stop takes more steps. */
const MOST_STEPS = 40;

/**
 * Why `command` leads GDB from instruction `from` to `theirs` and us to `ours`: exactly by which of the differences, and
 * undefined when they do not lead to `ours`.
 */
export function explain(
  oracle: Oracle,
  from: number,
  command: Command,
  theirs: number,
  ours: number,
): readonly Difference[] | undefined {
  const { trace } = oracle;
  if (theirs < 0) return ours === (command === 'finish' ? trace.length - 1 : 0) ? ['outermost'] : undefined;
  switch (command) {
    case 'reverse-finish':
    case 'finish':
      return out(trace, from, command, theirs, ours);
    case 'reverse-step':
    case 'reverse-next':
      return back(oracle, from, command, ours);
    case 'step':
    case 'next':
      return forward(oracle, from, command, ours);
    default:
      return undefined;
  }
}

function out(
  trace: Oracle['trace'],
  from: number,
  command: 'finish' | 'reverse-finish',
  theirs: number,
  ours: number,
): readonly Difference[] | undefined {
  const begun = trace[from]!;
  if (begun.places.length > 1) {
    const direction = command === 'finish' ? 1 : -1;
    let at = from + direction;
    while (isWithin(begun, trace[at])) at += direction;
    return at === ours ? ['inlined'] : undefined;
  }
  if (command === 'finish') return undefined;
  const isRecursion = trace[theirs]!.frames >= begun.frames;
  return isRecursion && ours === new OwnLines(trace, false, 0).entry(from) ? ['recursion'] : undefined;
}

/** Whether `at` is in something called by the inlined function that `begun` is in, or as deeply inlined. */
function isWithin(begun: Instruction, at: Instruction | undefined): boolean {
  if (at === undefined) return false;
  return at.frames > begun.frames || (at.frames === begun.frames && at.places.length >= begun.places.length);
}

/** Follows GDB from stop to stop as long as a difference says that the stop is none of ours. */
function back(
  { trace, moves }: Oracle,
  from: number,
  command: 'reverse-step' | 'reverse-next',
  ours: number,
): readonly Difference[] | undefined {
  const into = command === 'reverse-step';
  const level = trace[from]!.places.length - 1;
  const lines = new OwnLines(trace, into, into ? Number.POSITIVE_INFINITY : level);
  const found = new Set<Difference>();
  for (let steps = 0, at = from; steps < MOST_STEPS; steps++) {
    const theirs = moves[command][at]!;
    if (theirs === ours) return [...found];
    if (ours > theirs && lines.lineBefore(at) === ours)
      return [...found, lines.isMidst(at) ? 'pieces' : 'passed'];
    if (theirs === 0) return undefined;
    const stop = trace[theirs]!;
    at = theirs;
    if (stop.places[0]!.line === 0) found.add('source');
    else if (lines.isMidst(theirs)) {
      found.add('pieces');
      const { first, statement, called } = lines.run(theirs);
      if (!called && (statement ?? first) === ours) return [...found];
      at = first;
    } else if (!stop.statement) found.add('statement');
    else if (!into && stop.places.length - 1 > level) found.add('beside');
    else return undefined;
  }
  return undefined;
}

function forward(
  oracle: Oracle,
  from: number,
  command: 'step' | 'next',
  ours: number,
): readonly Difference[] | undefined {
  const { trace, moves } = oracle;
  const found = new Set<Difference>();
  const begun = trace[from]!;
  for (let steps = 0, at = from; steps < MOST_STEPS; steps++) {
    const theirs = moves[command][at]!;
    if (theirs === ours) return [...found];
    if (moves[command][ours] === theirs && isReturn(trace, from, ours)) return [...found, 'returned'];
    if (isEntered(trace, theirs, ours)) return [...found, 'prologue'];
    const stop = trace[theirs]!;
    if (command === 'next' && begun.places.length > 1 && forward(oracle, at, 'step', ours))
      return [...found, 'beside'];
    if (stop.places[0]!.line === 0) found.add('source');
    else if (stop.frames < begun.frames && isForgotten(trace, from, theirs)) found.add('forgotten');
    else if (stop.places.length > 1 && !stop.statement) found.add('statement');
    else if (found.has('statement') && isSame(stop, begun)) found.add('statement');
    else if (command === 'next' && stop.places.length > begun.places.length) found.add('beside');
    else return undefined;
    at = theirs;
  }
  return undefined;
}

const isSame = ({ places: [a] }: Instruction, { places: [b] }: Instruction): boolean =>
  a!.line === b!.line && a!.function === b!.function;

/** Whether `to` is directly behind the function of `from`, and a statement of a line of the same number. */
function isReturn(trace: Oracle['trace'], from: number, to: number): boolean {
  const [begun, end, behind] = [trace[from]!, trace[to - 1]!, trace[to]!];
  const isEnd = to > from && end.frames === begun.frames && end.places.length === begun.places.length;
  const isBehind = behind.frames < begun.frames || behind.places.length < begun.places.length;
  return isEnd && isBehind && behind.statement && behind.places[0]!.line === begun.places[0]!.line;
}

/** Whether GDB had its breakpoint in the function at `stop`, and `to` is the first statement behind the line it begins with. */
function isEntered(trace: Oracle['trace'], stop: number, to: number): boolean {
  const { start, body, frames, pc } = trace[stop]!;
  let entry = to;
  while (entry > 0 && trace[entry]!.pc !== start) entry--;
  const opening = trace.slice(entry, to);
  const isFirst = opening.every((at) => at.frames === frames && isSame(at, trace[entry]!));
  return pc === body && isFirst && trace[to]!.statement && !isSame(trace[to]!, trace[entry]!);
}

/** Whether all from the return of the function of `from` to `stop` is of one line, and began at no statement. */
function isForgotten(trace: Oracle['trace'], from: number, stop: number): boolean {
  let returned = from;
  while (trace[returned]!.frames >= trace[from]!.frames) returned++;
  return returned < stop && !trace[returned]!.statement && isSame(trace[returned]!, trace[stop]!);
}
