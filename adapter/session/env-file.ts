/**
 * The variables of an envFile, by the rules dotenv made common: `NAME=value` lines, an optional `export `, `#`
 * comments (after a value only behind a blank), '…' as it stands, "…" with \n \r \t \" \\ and both over several
 * lines. Lines that are none of these are returned, to be named to the user.
 */
export function parseEnvFile(text: string): { values: Record<string, string>; ignored: string[] } {
  const values: Record<string, string> = {};
  const ignored: string[] = [];
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const entry =
    /[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.]*)[ \t]*=[ \t]*(?:'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|([^\n]*))[^\n]*(?:\n|$)/y;
  let at = 0;
  while (at < source.length) {
    entry.lastIndex = at;
    const match = entry.exec(source);
    if (match) {
      const [, name, single, double, bare] = match;
      values[name!] =
        single ?? (double !== undefined ? unescaped(double) : bare!.replace(/(^|[ \t])#.*$/, '').trim());
      at = entry.lastIndex;
    } else {
      const end = source.indexOf('\n', at);
      const line = source.slice(at, end < 0 ? undefined : end).trim();
      if (line !== '' && !line.startsWith('#')) ignored.push(line);
      at = end < 0 ? source.length : end + 1;
    }
  }
  return { values, ignored };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function unescaped(text: string): string {
  return text.replace(/\\([\s\S])/g, (_, c: string) => escapes[c] ?? c);
}
