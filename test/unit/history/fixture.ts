import { type Address, parseAddress } from '../../../src/address';
import type { CodeMissing } from '../../../src/code/code-source';
import { InstructionKind } from '../../../src/code/decoder';
import type { Module } from '../../../src/modules/module';
import type { GapReason, RecordEvent } from '../../../src/record/event';
import type { SourceFrame } from '../../../src/symbols/symbol-table';
import { FakeProgram, fakeLocation } from './fake-program';
import type { FakeRecord } from './fake-recorder';

/**
 * A recorded input as text. Blank lines and those that begin with `#` are comments.
 *
 *     function main prog main.c     name, module, file (`-`: no line information); instructions follow
 *     100 4 other 3*                address, length, kind, line; `*`: a statement of the line table begins here
 *     104 5 call 200 4*             call, jmp and jcc name their target; `*` for an indirect one
 *     109 2 other 30*@sq/5          line 30 of `sq`, inlined at line 5
 *     function ? - -                code nothing is known about
 *     module /usr/bin/prog 100 400  path, first and one past the last address
 *     missing 700 800 changed       code that cannot be had
 *     104 -> 200                    a record; `@2` behind it gives its generation
 *     signal 11 150 -> 300          events: signal, sigreturn, exec, fork, exit, debugger, lost, gap
 *     stop 10b                      where the thread stands
 *     > back over 7.2               a question to the history, see golden.test.ts
 */
export interface Fixture {
  readonly program: FakeProgram;
  /** All lines from the first record on. */
  readonly script: readonly ScriptLine[];
  readonly records: readonly FakeRecord[];
  readonly stopPc: number | undefined;
  readonly modules: readonly Module[];
}

export type ScriptLine =
  | { readonly kind: 'record'; readonly text: string; readonly index: number }
  | { readonly kind: 'stop' | 'query' | 'comment'; readonly text: string };

interface Section {
  name: string;
  module: string;
  file: string;
  start: number | undefined;
}

export function parseFixture(text: string): Fixture {
  const program = new FakeProgram();
  const script: ScriptLine[] = [];
  const records: FakeRecord[] = [];
  const modules: Module[] = [];
  let stopPc: number | undefined;
  let section: Section = { name: '?', module: '-', file: '-', start: undefined };
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const words = line.split(/\s+/);
    if (line === '') continue;
    if (line.startsWith('#')) {
      script.push({ kind: 'comment', text: line });
    } else if (line.startsWith('>')) {
      script.push({ kind: 'query', text: line });
    } else if (words[0] === 'function') {
      section = { name: words[1]!, module: words[2] ?? '-', file: words[3] ?? '-', start: undefined };
    } else if (words[0] === 'module') {
      const [start, end] = [hex(words[2]!), hex(words[3]!)];
      modules.push({ path: words[1]!, start, end, bias: start, mapped: true });
    } else if (words[0] === 'missing') {
      program.missing.push({ start: hex(words[1]!), end: hex(words[2]!), why: words[3] as CodeMissing });
    } else if (words[0] === 'stop') {
      stopPc = hex(words[1]!);
      script.push({ kind: 'stop', text: line });
    } else if (words[1] !== '->' && /^[0-9a-f]+$/.test(words[0]!)) {
      instruction(program, section, words);
    } else {
      script.push({ kind: 'record', text: line, index: records.length });
      records.push(record(words));
    }
  }
  return { program, script, records, stopPc, modules };
}

function instruction(program: FakeProgram, section: Section, words: readonly string[]): void {
  const [address, length, kind, ...rest] = words;
  const at = hex(address!);
  section.start ??= at;
  const target = isBranch(kind!) ? rest.shift()! : '*';
  const { frames, isStatement } = lineOf(section, rest[0]);
  program.add(
    {
      address: at,
      length: Number(length),
      kind: InstructionKind[kind as keyof typeof InstructionKind],
      target: target === '*' ? Number.NaN : hex(target),
    },
    section.name === '?'
      ? undefined
      : fakeLocation({
          frames,
          functionStart: section.start,
          isStatement,
          ...(section.module === '-' ? {} : { module: section.module }),
        }),
  );
}

function isBranch(kind: string): boolean {
  return kind === 'call' || kind === 'jmp' || kind === 'jcc';
}

function lineOf(section: Section, word: string | undefined): { frames: SourceFrame[]; isStatement: boolean } {
  const match = /^(\d+)(\*?)(?:@(\w+)\/(\d+))?$/.exec(word ?? '');
  const frame = (name: string, line: string | undefined): SourceFrame =>
    section.file === '-' || line === undefined ? { name } : { name, file: section.file, line: Number(line) };
  if (match === null) return { frames: [frame(section.name, undefined)], isStatement: false };
  const [, line, star, inlined, at] = match;
  const frames =
    inlined === undefined ? [frame(section.name, line)] : [frame(inlined, line), frame(section.name, at)];
  return { frames, isStatement: star === '*' };
}

function record(words: readonly string[]): FakeRecord {
  const arrow = words.indexOf('->');
  const to = arrow >= 0 ? { to: hex(words[arrow + 1]!) } : {};
  const from = (at: number) =>
    words[at] !== undefined && words[at] !== '->' ? { from: hex(words[at]) } : {};
  switch (words[0]) {
    case 'signal':
      return { kind: 'signal', signal: Number(words[1]), from: hex(words[2]!), to: hex(words[4]!) };
    case 'sigreturn':
      return { kind: 'sigreturn', ...from(1), ...to };
    case 'exec':
      return {
        kind: 'exec',
        ...(words[1] === undefined || words[1] === '->' ? {} : { path: words[1] }),
        ...to,
      };
    case 'fork':
      return { kind: 'fork', child: Number(words[1]) };
    case 'exit':
      return { kind: 'exit', ...(words[1] === undefined ? {} : { status: Number(words[1]) }) };
    case 'debugger':
      return { kind: 'debugger', action: words[1] as 'jump' | 'call' | 'return', ...from(2), ...to };
    case 'lost':
      return {
        kind: 'lost',
        ...(words[1] === undefined || words[1] === '->' ? {} : { count: Number(words[1]) }),
        ...to,
      };
    case 'gap':
      return gap(words, to);
    default: {
      if (words[1] !== '->') throw new Error(`not a record: ${words.join(' ')}`);
      const generation = words[3]?.startsWith('@') ? { generation: Number(words[3].slice(1)) } : {};
      return { from: hex(words[0]!), to: hex(words[2]!), ...generation };
    }
  }
}

function gap(words: readonly string[], to: { readonly to?: Address }): RecordEvent {
  const end = words.indexOf('->');
  const reason = words.slice(1, end < 0 ? undefined : end).join(' ') as GapReason;
  return { kind: 'gap', reason, ...to };
}

function hex(text: string): Address {
  const address = parseAddress(text.startsWith('0x') ? text : `0x${text}`);
  if (address === undefined) throw new Error(`not an address: ${text}`);
  return address;
}
