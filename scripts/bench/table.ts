import type { Row } from './row';

/** Rows as a table, a line each, with a heading. */
export function table(rows: readonly Row[]): string {
  const heading = ['', 'ours', '', 'peer', '', 'ratio', 'goal', ''];
  const lines = [heading, ...rows.map(cells)];
  const widths = heading.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const isNumber = (column: number) => column === 1 || column === 3 || column === 5;
  return lines
    .map((line) =>
      line
        .map((text, column) =>
          isNumber(column) ? text.padStart(widths[column]!) : text.padEnd(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cells(row: Row): string[] {
  return [
    row.name,
    figure(row.ours),
    row.unit,
    row.peer === null ? '' : figure(row.peer),
    row.peerName ?? '',
    row.peer === null ? '' : figure(row.ratio),
    row.goal,
    row.met === null ? '' : row.met ? 'met' : 'NOT MET',
  ];
}

/** Three digits that count, more only before the point. */
function figure(value: number): string {
  return Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(3)));
}
