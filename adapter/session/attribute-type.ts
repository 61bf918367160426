/** The type of an attribute of launch.json: a name, or the list of its possible values. */
export type AttributeType =
  | 'string'
  | 'boolean'
  | 'number'
  | 'object'
  | 'string[]'
  | 'strings'
  | 'environment'
  | 'commands'
  | 'process'
  | readonly string[];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const names = {
  string: 'a string',
  boolean: 'true or false',
  number: 'a number',
  object: 'an object',
  'string[]': 'a list of strings',
  strings: 'an object of strings',
  environment: 'an object of strings, or null to remove a variable',
  commands: 'a list of GDB commands, each a string or {"text", "ignoreFailures"}',
  process: 'a process id',
} as const;

export function typeNames(type: AttributeType): string {
  return typeof type === 'string' ? names[type] : `one of ${type.map((t) => JSON.stringify(t)).join(', ')}`;
}

export function matches(type: AttributeType, value: unknown): boolean {
  if (typeof type !== 'string') return typeof value === 'string' && type.includes(value);
  switch (type) {
    case 'string[]':
      return Array.isArray(value) && value.every((v) => typeof v === 'string');
    case 'strings':
      return isRecord(value) && Object.values(value).every((v) => typeof v === 'string');
    case 'environment':
      return isRecord(value) && Object.values(value).every((v) => typeof v === 'string' || v === null);
    case 'commands':
      return (
        Array.isArray(value) &&
        value.every((v) => typeof v === 'string' || (isRecord(v) && typeof v['text'] === 'string'))
      );
    case 'process':
      return /^[1-9]\d*$/.test(String(value));
    case 'object':
      return isRecord(value);
    default:
      return typeof value === type;
  }
}
