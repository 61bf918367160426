import { unfinishedQuote } from '../errors';

/**
 * Splits a command line into words by the quoting rules of POSIX sh (2.2): backslash, '…', "…". Nothing is
 * expanded: no variables, globs, or redirections, since no shell is ever meant to see the result.
 *
 *     a 'b c' "d \"e\"" f\ g   →   ['a', 'b c', 'd "e"', 'f g']
 */
export function posixWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === ' ' || c === '\t' || c === '\n') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (c === "'") {
      const end = text.indexOf("'", i + 1);
      if (end < 0) throw unfinishedQuote("'");
      word = (word ?? '') + text.slice(i + 1, end);
      i = end;
    } else if (c === '"') {
      word ??= '';
      for (i++; text[i] !== '"'; i++) {
        if (i >= text.length) throw unfinishedQuote('"');
        // Inside "…" a backslash quotes only these; before anything else it stands for itself.
        if (text[i] === '\\' && '$`"\\\n'.includes(text[i + 1] ?? 'x')) {
          i++;
          if (text[i] !== '\n') word += text[i];
        } else word += text[i];
      }
    } else if (c === '\\') {
      if (i + 1 >= text.length) throw unfinishedQuote('backslash');
      i++;
      word ??= '';
      if (text[i] !== '\n') word += text[i];
    } else word = (word ?? '') + c;
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** One word of a POSIX shell command line that stands for exactly `text`. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
