import { describe, expect, it } from 'vitest';
import type { Address } from '../../../src/address';
import { callStack } from '../../../src/history/call-stack';
import type { Chain } from '../../../src/history/chain';
import { History } from '../../../src/history/history';
import { byBranch } from '../../../src/history/move/by-branch';
import { byInstruction } from '../../../src/history/move/by-instruction';
import { lineBack } from '../../../src/history/move/line-back';
import { lineForward } from '../../../src/history/move/line-forward';
import { out } from '../../../src/history/move/out';
import { toBreakpoint } from '../../../src/history/move/to-breakpoint';
import { toRecord } from '../../../src/history/move/to-place';
import { comparePositions, type Position } from '../../../src/history/position';
import { callTree } from '../../../src/history/service/call-tree';
import { counts } from '../../../src/history/service/counts';
import { rows } from '../../../src/history/service/rows';
import { search } from '../../../src/history/service/search';
import { withSymbols } from '../../../src/history/with-symbols';
import { ModuleMap } from '../../../src/modules/module-map';
import type { CallNodeBody, FilterArguments, RowBody } from '../../../src/protocol/history';
import type { RecordEvent } from '../../../src/record/event';
import type { SymbolTable } from '../../../src/symbols/symbol-table';
import { type FakeRecord, fakeSnapshot, immediate } from './fake-recorder';
import { RandomProgram, random } from './random-program';

const SEEDS = Array.from({ length: 8 }, (_, index) => index + 1);
const MODULES = new ModuleMap([]);

interface World {
  readonly history: History;
  readonly chain: Chain;
  readonly program: RandomProgram['program'];
  readonly records: readonly FakeRecord[];
  readonly next: () => number;
}

async function world(seed: number, count = 2000, lost = false): Promise<World> {
  const next = random(seed);
  const made = new RandomProgram(next, 3 + Math.floor(next() * 8));
  const { records, stopPc } = made.records(count);
  if (lost) {
    // Takes away some records and says so.
    const event: RecordEvent = { kind: 'lost', count: 7 };
    for (let times = 0; times < 5; times++)
      records.splice(Math.floor(next() * (records.length - 8)), 7, event);
  }
  const history = new History({ decoder: made.program, code: made.program, records: 1_000_000 });
  await history.ingest(fakeSnapshot({ records, stopPc, slice: 5000 })).rest(immediate());
  return { history, chain: history.chain(0), program: made.program, records, next };
}

/** What depends on the frames around a position, without looking far back for where they began. */
function ahead(chain: Chain, symbols: SymbolTable, at: Position): unknown[] {
  return [lineForward(chain, symbols, at, false), out(chain, symbols, at, 'forward')];
}

/** The same, and what looks back. */
function around(chain: Chain, symbols: SymbolTable, at: Position): unknown[] {
  const back = [lineBack(chain, symbols, at, false), out(chain, symbols, at, 'back')];
  return [...back, callStack(chain, symbols, at, 100).entries.map((entry) => entry.position)];
}

/** All positions, the slow way. */
function allPositions(chain: Chain): Position[] {
  const positions: Position[] = [];
  for (let record = chain.thread.first; record <= chain.thread.end; record++) {
    for (let instruction = 0; instruction < chain.positions(record); instruction++) {
      positions.push({ record, instruction });
    }
  }
  return positions;
}

describe.each(SEEDS)('random program %i', (seed) => {
  it('chains without a gap', async () => {
    const { chain } = await world(seed);
    expect(chain.gap(chain.thread.first)).toBe('start');
    for (let record = chain.thread.first + 1; record <= chain.thread.end; record++) {
      expect(chain.gap(record)).toBeUndefined();
    }
  });

  it.each([false, true])('by instruction, forward is back reversed (lost records: %s)', async (lost) => {
    const { chain } = await world(seed, 1000, lost);
    const positions = allPositions(chain);
    positions.forEach((position, index) => {
      const forward = byInstruction(chain, position, 'forward');
      const back = byInstruction(chain, position, 'back');
      expect(forward.position).toEqual(positions[index + 1] ?? position);
      expect(back.position).toEqual(positions[index - 1] ?? position);
      expect(forward.kind === 'end').toBe(index === positions.length - 1);
      expect(back.kind === 'start').toBe(index === 0);
    });
  });

  it('by branch, forward undoes back', async () => {
    const { chain } = await world(seed);
    for (let at = chain.lastPosition()!; ; ) {
      const back = byBranch(chain, at, 'back');
      if (back.kind === 'start') break;
      expect(byBranch(chain, back.position, 'forward').position).toEqual(at);
      at = back.position;
    }
  });

  it('moves strictly in its direction until it reaches the end, however symbols arrive', async () => {
    const { chain, program, next } = await world(seed, 600, seed % 2 === 0);
    const positions = allPositions(chain);
    for (let times = 0; times < 40; times++) {
      let at = positions[Math.floor(next() * positions.length)]!;
      const forward = next() < 0.5;
      const into = next() < 0.5;
      const how = next() < 0.2 ? out : undefined;
      for (let steps = 0; ; steps++) {
        const from = at;
        const move = await withSymbols(program, immediate(), (symbols) => {
          if (how !== undefined) return out(chain, symbols, from, forward ? 'forward' : 'back');
          return (forward ? lineForward : lineBack)(chain, symbols, from, into);
        });
        expect(chain.isValid(move.position)).toBe(true);
        if (move.kind === 'start' || move.kind === 'end') {
          const limit = forward ? chain.lastPosition() : chain.firstPosition();
          expect(move.position).toEqual(limit);
          break;
        }
        const order = comparePositions(move.position, at);
        expect(forward ? order : -order).toBeGreaterThan(0);
        expect(steps).toBeLessThan(positions.length);
        at = move.position;
      }
    }
  });

  it('gives the same line steps from any window of frames', async () => {
    const { chain, program, records } = await world(seed, 50_000);
    program.resolveAll();
    const { first, length } = chain.thread;
    const asked = Array.from({ length: 20 }, (_, index) => toRecord(chain, first + (index * length) / 20)!);
    // From the newest to the oldest each question opens a window of its own; the other way they share the first one.
    for (const steps of [ahead, around]) {
      const apart: unknown[] = [];
      for (const at of [...asked].reverse()) apart.unshift(steps(chain, program, at));
      const other = new History({ decoder: program, code: program, records: 1_000_000 });
      const stopPc = chain.thread.stopPc!;
      await other.ingest(fakeSnapshot({ records, stopPc, slice: 5000 })).rest(immediate());
      const shared = asked.map((at) => steps(other.chain(0), program, at));
      expect(shared).toEqual(apart);
    }
  });

  it('finds every breakpoint, in both directions', async () => {
    const { chain, next } = await world(seed, 1000);
    const positions = allPositions(chain);
    const addresses = new Set<Address>();
    for (let count = 0; count < 3; count++) {
      addresses.add(chain.pc(positions[Math.floor(next() * positions.length)]!));
    }
    const expected = positions.filter((position) => addresses.has(chain.pc(position)));
    for (const direction of ['back', 'forward'] as const) {
      const hits: Position[] = [];
      let at = direction === 'back' ? chain.lastPosition()! : chain.firstPosition()!;
      if (addresses.has(chain.pc(at))) hits.push(at);
      for (;;) {
        const move = await toBreakpoint(chain, at, direction, addresses, immediate());
        if (move.kind !== 'breakpoint') break;
        hits.push(move.position);
        at = move.position;
      }
      expect(direction === 'back' ? hits.reverse() : hits).toEqual(expected);
    }
  });

  it('counts what a walk over all positions counts', async () => {
    const { history, chain, program } = await world(seed, 1000);
    const executed = new Map<string, number>();
    for (const position of allPositions(chain)) {
      if (position.instruction >= chain.executed(position.record)) continue;
      const { file, line } = program.locations.get(chain.pc(position))!.frames[0]!;
      if (file === undefined) continue;
      const key = `${file}:${line}:${chain.pc(position)}`;
      executed.set(key, (executed.get(key) ?? 0) + 1);
    }
    const lines = new Map<string, number>();
    for (const [key, times] of executed) {
      const line = key.slice(0, key.lastIndexOf(':'));
      lines.set(line, Math.max(lines.get(line) ?? 0, times));
    }
    const body = await counts(history, program, immediate(), {});
    expect(new Map(body.lines.map((line) => [`${line.file}:${line.line}`, line.count]))).toEqual(lines);
    const taken = body.sites.reduce((sum, site) => sum + site.taken, 0);
    const recorded = await search(history, program, MODULES, immediate(), {
      thread: 0,
      pattern: { text: '^jcc', regex: true },
      direction: 'back',
      count: 1000,
    });
    expect(taken).toBe(recorded.hits.length);
  });

  it('puts every branch into the call tree once', async () => {
    const { history, chain, program } = await world(seed, 3000, seed % 2 === 0);
    const { nodes } = await callTree(history, program, immediate(), { thread: 0, levels: 1000 });
    const sum = (of: readonly CallNodeBody[]): number =>
      of.reduce((total, node) => total + node.self + sum(node.children ?? []), 0);
    const branches = chain.thread.length - chain.thread.eventsFrom(chain.thread.first);
    expect(sum(nodes)).toBe(branches);
    expect(nodes.reduce((total, node) => total + node.total, 0)).toBe(branches);
  });
});

describe('pages', () => {
  const filters: readonly FilterArguments[] = [
    {},
    { kinds: ['call', 'ret'] },
    { function: { text: 'f1' } },
    { file: { text: '^f[02]\\.c$', regex: true }, kinds: ['jcc'] },
    { text: { text: '→ f0' } },
  ];

  it.each(SEEDS)('show each record once, in any order and size (%i)', async (seed) => {
    const { history, chain, program, next } = await world(seed, 1500, seed % 3 === 0);
    for (const filter of filters) {
      for (const fold of [false, true]) {
        const args = { thread: 0, filter, fold };
        const page = (more: object) =>
          withSymbols(program, immediate(), (symbols) =>
            rows(history, { symbols, modules: MODULES }, { ...args, ...more }),
          );
        const whole = (await page({ count: 2000 })).rows.filter(listed);
        const up: RowBody[] = [];
        for (let anchor: object = { at: 'end' }; ; ) {
          const body = await page({ count: 1 + Math.floor(next() * 50), anchor });
          const part = body.rows.filter(listed);
          up.unshift(...part);
          if (!body.older) break;
          anchor = { before: firstOf(part[0]!) };
        }
        expect(up).toEqual(whole);
        const down: RowBody[] = [];
        for (let anchor: object = { at: 'start' }; ; ) {
          const body = await page({ count: 1 + Math.floor(next() * 50), anchor });
          const part = body.rows.filter(listed);
          down.push(...part);
          if (!body.newer) break;
          anchor = { after: lastOf(part.at(-1)!) };
        }
        expect(down).toEqual(whole);
        // What the folded rows stand for is what is listed unfolded.
        if (!fold) {
          const shown = new Set(whole.map(firstOf));
          const folded = (await page({ count: 2000, fold: true })).rows.filter(listed);
          const expanded = folded.flatMap((row) => (row.kind === 'loop' ? [row.last] : []));
          const open = await page({ count: 2000, fold: true, expanded });
          const records = open.rows.filter(listed).filter((row) => row.kind !== 'loop');
          expect(records).toEqual(whole);
          for (const row of folded) {
            if (row.kind !== 'loop') continue;
            const inside = [...shown].filter((record) => record >= row.first && record <= row.last);
            expect(inside.length).toBe(row.times * row.body.length);
            const values = inside.map((record) => chain.thread.value(record));
            const newest = row.body.map((branch) => chain.thread.value(branch.record));
            expect(values).toEqual(values.map((_, index) => newest[index % newest.length]));
          }
        }
      }
    }
  });

  it.each(SEEDS)('are the same when older records come later (%i)', async (seed) => {
    const next = random(seed);
    const made = new RandomProgram(next, 4);
    const { records, stopPc } = made.records(800);
    made.program.resolveAll();
    const history = new History({ decoder: made.program, code: made.program, records: 1_000_000 });
    const ingest = history.ingest(fakeSnapshot({ records, stopPc, slice: 60 }));
    const page = () => rows(history, { symbols: made.program, modules: MODULES }, { thread: 0, count: 2000 });
    ingest.tail(history.threads[0]!);
    let before = page().rows.filter(listed);
    const pass = immediate();
    await ingest.rest({
      ...pass,
      progress: () => {
        before = page().rows.filter(listed);
      },
    });
    const other = new History({ decoder: made.program, code: made.program, records: 1_000_000 });
    await other.ingest(fakeSnapshot({ records, stopPc })).rest(immediate());
    const offset = history.threads[0]!.first - other.threads[0]!.first;
    const fresh = rows(other, { symbols: made.program, modules: MODULES }, { thread: 0, count: 2000 });
    const shifted = fresh.rows.filter(listed).map((row) => firstOf(row) + offset);
    expect(page().rows.filter(listed).map(firstOf)).toEqual(shifted);
    expect(before.map(firstOf)).toEqual(shifted);
  });

  it('rejects a pattern that is no regular expression', async () => {
    const { history, program } = await world(1, 10);
    const args = { thread: 0, filter: { function: { text: '(', regex: true } } };
    expect(() => rows(history, { symbols: program, modules: MODULES }, args)).toThrow(
      /"\(" is not a regular/,
    );
  });
});

describe('search', () => {
  it.each(SEEDS)('finds what a filter shows, from both ends (%i)', async (seed) => {
    const text = { text: 'f1 f1.c:' };
    const { history: other, program: known } = await world(seed, 1000, true);
    const shown = await withSymbols(known, immediate(), (symbols) =>
      rows(other, { symbols, modules: MODULES }, { thread: 0, count: 2000, fold: false, filter: { text } }),
    );
    const expected = shown.rows.filter((row) => row.kind === 'branch').map(firstOf);
    for (const direction of ['back', 'forward'] as const) {
      // Nothing is known of the symbols at first, so that they arrive in the midst of the scan.
      const { history, program } = await world(seed, 1000, true);
      const found: number[] = [];
      for (let from: number | undefined; ; ) {
        const body = await search(history, program, MODULES, immediate(), {
          thread: 0,
          pattern: text,
          direction,
          count: 3,
          ...(from === undefined ? {} : { from }),
        });
        found.push(...body.hits.map(firstOf));
        from = found.at(-1);
        if (body.finished || from === undefined) break;
      }
      expect(direction === 'back' ? found.reverse() : found).toEqual(expected);
    }
  });
});

function listed(row: RowBody): boolean {
  return row.kind !== 'gap' && row.kind !== 'tail';
}

function firstOf(row: RowBody): number {
  return row.kind === 'loop' ? row.first : row.record;
}

function lastOf(row: RowBody): number {
  return row.kind === 'loop' ? row.last : row.record;
}
