import { EXPORTERS } from '../../../src/export/exporters';
import type { HistoryRequests } from '../../../src/protocol/history';
import { badArgument, unknownArgument } from './errors';

/** @throws AdapterError when a value is not what it must be. */
type Check = (value: unknown, name: string) => void;

const must =
  (what: string, test: (value: unknown) => boolean): Check =>
  (value, name) => {
    if (!test(value)) throw badArgument(name, what, value);
  };

const text = must('a string', (value) => typeof value === 'string');
const path = must('the path of a file', (value) => typeof value === 'string' && value !== '');
const flag = must('true or false', (value) => typeof value === 'boolean');
const index = must('a whole number', Number.isInteger);
const count = must('a whole number from 1', (value) => Number.isInteger(value) && (value as number) > 0);
const oneOf = (...names: readonly string[]) =>
  must(`one of ${names.join(', ')}`, (value) => names.includes(value as string));

const list =
  (check: Check): Check =>
  (value, name) => {
    if (!Array.isArray(value)) throw badArgument(name, 'a list', value);
    value.forEach((item, at) => {
      check(item, `${name}[${at}]`);
    });
  };

const shape =
  (required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check =>
  (value, name) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw badArgument(name, 'an object', value);
    const given = value as Record<string, unknown>;
    const prefix = name === '' ? '' : `${name}.`;
    for (const key of Object.keys(given))
      if (!Object.hasOwn(required, key) && !Object.hasOwn(optional, key)) throw unknownArgument(prefix + key);
    for (const [key, check] of Object.entries(required)) check(given[key], prefix + key);
    for (const [key, check] of Object.entries(optional))
      if (given[key] !== undefined) check(given[key], prefix + key);
  };

/** The first of the shapes whose key is there; the last one else. */
const byKey =
  (shapes: Readonly<Record<string, Check>>): Check =>
  (value, name) => {
    const keys = Object.keys(shapes);
    const key = keys.find((candidate) => Object.hasOwn((value ?? {}) as object, candidate)) ?? keys.at(-1)!;
    shapes[key]!(value, name);
  };

const direction = oneOf('back', 'forward');
const pattern = shape({ text }, { regex: flag });
const filter = shape(
  {},
  {
    text: pattern,
    function: pattern,
    file: pattern,
    module: pattern,
    kinds: list(oneOf('call', 'ret', 'jmp', 'jcc', 'other', 'syscall', 'interrupt')),
    hideLibraries: flag,
    space: oneOf('user', 'kernel'),
  },
);
const anchor = byKey({
  before: shape({ before: index }),
  after: shape({ after: index }),
  around: shape({ around: index }),
  at: shape({ at: oneOf('end', 'start') }),
});
const by = oneOf('instruction', 'instructionOver', 'branch', 'over', 'into', 'out', 'breakpoint');

const CHECKS: { readonly [Name in keyof HistoryRequests]: Check } = {
  'bts/state': shape({}),
  'bts/rows': shape(
    { thread: index },
    { filter, fold: flag, expanded: list(index), debugger: flag, count, anchor },
  ),
  'bts/goto': byKey({
    record: shape({ thread: index, record: index }, { instruction: index }),
    to: shape({ thread: index, to: oneOf('start', 'end') }),
    direction: shape({ thread: index, direction, by }, { addresses: list(text) }),
  }),
  'bts/search': shape({ thread: index, pattern, direction }, { from: index, count, filter }),
  'bts/callTree': shape({ thread: index }, { from: index, to: index, path: list(text), levels: count }),
  'bts/counts': shape({}, { thread: index, file: text }),
  'bts/recorder': byKey({
    records: shape({ action: oneOf('size'), records: count }),
    action: shape({ action: oneOf('on', 'off', 'clear') }),
  }),
  'bts/save': shape({ path }),
  'bts/export': shape({ path, to: oneOf(...Object.keys(EXPORTERS)) }, { thread: index }),
};

/** @throws AdapterError naming the argument of a custom request that is missing, unknown, or not what it must be. */
export function checkArguments(command: string, args: unknown): void {
  CHECKS[command as keyof HistoryRequests](args, '');
}
