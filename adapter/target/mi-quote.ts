/** A GDB/MI c-string (GDB manual, "GDB/MI Input Syntax"): one argument of an MI command, whatever it holds. */
export function miQuote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;
}
