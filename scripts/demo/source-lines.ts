import { readFileSync } from 'node:fs';

/** The one line (1-based) of a source file that holds a marker. */
export function markedLine(file: string, marker: string): number {
  const found = lines(file).flatMap((text, index) => (text.includes(`/* ${marker}`) ? [index + 1] : []));
  if (found.length !== 1) throw new Error(`${file}: ${found.length} lines with the marker "${marker}"`);
  return found[0]!;
}

/** A line (1-based) without its indentation. */
export function sourceLine(file: string, line: number): string {
  return lines(file)[line - 1]?.trim() ?? '';
}

function lines(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n');
}
