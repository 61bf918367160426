import type { Part } from './part';

const CONTEXT = 6;

/** Nothing when both are equal; else the first difference of each thread, with what was before and comes after. */
export function differences(expected: readonly Part[], recorded: readonly Part[]): string[] {
  const threads = new Set([...expected, ...recorded].map(({ thread }) => thread));
  return [...threads].flatMap((thread) => {
    const [oracle, recorder] = [expected, recorded].map((parts) =>
      parts.find((part) => part.thread === thread),
    );
    if (!oracle) return [`thread ${thread}: only the recorder has it`];
    if (!recorder) return [`thread ${thread}: the recorder lacks it`];
    return difference(thread, oracle.lines, recorder.lines);
  });
}

function difference(thread: string, oracle: readonly string[], recorder: readonly string[]): string[] {
  const at = oracle.findIndex((line, index) => line !== recorder[index]);
  if (at < 0 && oracle.length === recorder.length) return [];
  const line = at < 0 ? oracle.length : at;
  const show = (lines: readonly string[], from: number, to: number, mark: string) =>
    lines.slice(Math.max(0, from), to).map((text) => `  ${mark} ${text}`);
  return [
    [
      `thread ${thread}, line ${line + 1} (${oracle.length} lines by the oracle, ${recorder.length} recorded):`,
      ...show(oracle, line - CONTEXT, line, ' '),
      ...show(oracle, line, line + CONTEXT, 'oracle  '),
      ...show(recorder, line, line + CONTEXT, 'recorder'),
    ].join('\n'),
  ];
}
