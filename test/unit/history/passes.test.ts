import { describe, expect, it } from 'vitest';
import type { Address } from '../../../src/address';
import { History } from '../../../src/history/history';
import { toBreakpoint } from '../../../src/history/move/to-breakpoint';
import { located, NeedSymbols } from '../../../src/history/need-symbols';
import { Cancelled, inSlices, type Pass } from '../../../src/history/pass';
import { callTree } from '../../../src/history/service/call-tree';
import { counts } from '../../../src/history/service/counts';
import { search } from '../../../src/history/service/search';
import { attempt, Busy, withSymbols } from '../../../src/history/with-symbols';
import { ModuleMap } from '../../../src/modules/module-map';
import { FakeProgram } from './fake-program';
import { fakeSnapshot, immediate } from './fake-recorder';
import { RandomProgram, random } from './random-program';

/** A pass that is cancelled at its first turn of the event loop, whose clock runs a slice out at each look. */
function cancelling(): Pass {
  const cancellation = { cancelled: false };
  let now = 0;
  return {
    cancellation,
    scheduler: {
      yield: async () => {
        cancellation.cancelled = true;
      },
      now: () => {
        now += 100;
        return now;
      },
    },
  };
}

async function recorded(count: number): Promise<{ history: History; program: FakeProgram }> {
  const made = new RandomProgram(random(3), 5);
  const { records, stopPc } = made.records(count);
  const history = new History({ decoder: made.program, code: made.program, records: 1_000_000 });
  await history.ingest(fakeSnapshot({ records, stopPc, slice: 1000 })).rest(immediate());
  return { history, program: made.program };
}

describe('a pass', () => {
  it('covers its range once, in slices, and reports progress up to 1', async () => {
    const pieces: number[][] = [];
    const progress: number[] = [];
    const pass = { ...immediate(), progress: (done: number) => progress.push(done) };
    await inSlices(pass, { from: -5, to: 95, piece: 3 }, (from, to) => pieces.push([from, to]));
    expect(pieces[0]).toEqual([-5, -2]);
    expect(pieces.at(-1)).toEqual([94, 95]);
    pieces.slice(1).forEach(([from], index) => {
      expect(from).toBe(pieces[index]![1]);
    });
    expect(progress.length).toBeGreaterThan(1);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
  });

  it('gives the event loop its turn whenever a slice is over', async () => {
    const pass = immediate();
    await inSlices(pass, { from: 0, to: 1000, piece: 1 }, () => {});
    expect(pass.yields).toBeGreaterThan(1000 / 20);
  });

  it.each([
    ['an ingest', (history: History) => history.ingest(fakeSnapshot({ records: [] })).rest(cancelling())],
    ['counts', (history: History, program: FakeProgram) => counts(history, program, cancelling(), {})],
    [
      'a reverse continue',
      (history: History) => {
        const chain = history.chain(0);
        return toBreakpoint(chain, chain.lastPosition()!, 'back', new Set([1 as Address]), cancelling());
      },
    ],
  ])('can be cancelled: %s', async (_, work) => {
    const { history, program } = await recorded(70_000);
    await expect(work(history, program)).rejects.toThrow(Cancelled);
  });

  it('can be cancelled while symbols are resolved', async () => {
    const { history, program } = await recorded(1000);
    const pass = { ...immediate(), cancellation: { cancelled: false } };
    const slow = new Proxy(program, {
      get: (target, name) => {
        if (name !== 'resolve') return Reflect.get(target, name).bind?.(target) ?? Reflect.get(target, name);
        return async (addresses: Iterable<Address>) => {
          pass.cancellation.cancelled = true;
          await target.resolve(addresses);
        };
      },
    });
    const text = { text: 'nowhere' };
    const args = { thread: 0, pattern: text, direction: 'back' } as const;
    await expect(search(history, slow, new ModuleMap([]), pass, args)).rejects.toThrow(Cancelled);
  });
});

describe('withSymbols', () => {
  it('asks for what is missing, with what lies ahead, and tries again', async () => {
    const program = new FakeProgram();
    let tries = 0;
    const answer = await withSymbols(program, immediate(), (symbols) => {
      tries++;
      const ahead = Array.from({ length: 1000 }, (_, index) => (index + 10) as Address);
      return [1, 10, 200].map((address) => located(symbols, address as Address, () => ahead));
    });
    expect(answer).toEqual([null, null, null]);
    expect(tries).toBe(2);
    expect(program.lots).toBe(1);
    expect(program.resolved.size).toBe(256);
  });

  it('yields to the event loop when an answer is busy', async () => {
    let left = 3;
    const pass = immediate();
    const answer = await withSymbols(new FakeProgram(), pass, () => {
      if (left-- > 0) throw new Busy();
      return 'done';
    });
    expect(answer).toBe('done');
    expect(pass.yields).toBe(3);
  });

  it('does not go on for ever with a symboliser that does not answer', async () => {
    const deaf = { lookup: () => undefined, resolve: async () => {} };
    const answer = withSymbols(deaf, immediate(), (symbols) => located(symbols, 0x123 as Address, () => []));
    await expect(answer).rejects.toThrow(/did not answer for 0?x?123/);
  });

  it('tells what it needs, and passes other errors on', () => {
    const program = new FakeProgram();
    const needed = attempt(program, (symbols) => located(symbols, 5 as Address, () => []));
    expect(needed).toEqual({ need: new Set([5]) });
    expect(() =>
      attempt(program, () => {
        throw new TypeError('other');
      }),
    ).toThrow('other');
    expect(() => located(program, 5 as Address, () => [])).toThrow(NeedSymbols);
  });
});

describe('a history', () => {
  it('refuses a thread that is not there', async () => {
    const { history, program } = await recorded(10);
    await expect(callTree(history, program, immediate(), { thread: 1 })).rejects.toThrow('no thread 1');
  });

  it('forgets its records when it is cleared, and goes on recording', async () => {
    const { history } = await recorded(100);
    const { stopPc } = history.threads[0]!;
    history.clear();
    expect(history.threads[0]!.length).toBe(0);
    expect(history.chain(0).lastPosition()).toEqual({ record: 0, instruction: 0 });
    expect(history.chain(0).pc(history.chain(0).lastPosition()!)).toBe(stopPc);
    await history
      .ingest(fakeSnapshot({ records: [{ from: stopPc!, to: 0x10000 as Address }] }))
      .rest(immediate());
    expect(history.threads[0]!.length).toBe(1);
  });

  it('has no position where nothing was recorded and nothing is known', () => {
    const program = new FakeProgram();
    const history = new History({ decoder: program, code: program, records: 10 });
    history.ingest(fakeSnapshot({ records: [] })).tail(history.threads[0]!);
    expect(history.chain(0).firstPosition()).toBeUndefined();
    expect(history.chain(0).lastPosition()).toBeUndefined();
  });
});
