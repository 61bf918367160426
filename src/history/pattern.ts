import type { PatternArguments } from '../protocol/history';

/** The user's regular expression is none; the message says why. */
export class InvalidPattern extends Error {
  constructor(text: string, cause: unknown) {
    super(`"${text}" is not a regular expression: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** A test for texts; case does not matter. Throws InvalidPattern. */
export function compilePattern(pattern: PatternArguments): (text: string) => boolean {
  if (!pattern.regex) {
    const wanted = pattern.text.toLowerCase();
    return (text) => text.toLowerCase().includes(wanted);
  }
  try {
    const expression = new RegExp(pattern.text, 'i');
    return (text) => expression.test(text);
  } catch (error) {
    throw new InvalidPattern(pattern.text, error);
  }
}
