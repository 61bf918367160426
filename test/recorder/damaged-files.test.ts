import { beforeAll, describe, expect, it } from 'vitest';
import { AdapterError } from '../../adapter/errors';
import { recordingError } from '../../adapter/recorder/errors';
import { CODE_HEADER, PAGE, PROCESS, RING_VERSION, THREAD } from '../../src/ring/layout';
import { RingError, type RingProblem } from '../../src/ring/ring-error';
import { RingProcess } from '../../src/ring/ring-process';
import { chainReport, historyOf } from './chain-report';
import { programPath } from './manifest';
import { MemoryFiles } from './memory-files';
import { record } from './recorded-run';
import { scratchDirectory } from './scratch-directory';

const scratch = scratchDirectory();
let whole: MemoryFiles;
let image: string;

beforeAll(async () => {
  const run = await record([programPath('nolibc_signals')], {
    scratch,
    options: ['--vgdb=no', '--records=1000'],
  });
  expect(run).toMatchObject({ status: 0 });
  whole = MemoryFiles.of(run.directory);
  image = `${run.pid}.0`;
  expect([...whole.contents.keys()].sort()).toEqual(
    ['code', 'process', 't1'].map((suffix) => `${image}.${suffix}`),
  );
});

/** Reads everything there is to read, as a session does. */
async function readAll(files: MemoryFiles): Promise<number> {
  const process = new RingProcess(files, image);
  const history = await historyOf(process, process.snapshot());
  let records = 0;
  for (const { index } of history.threads) records += chainReport(history.chain(index)).records;
  return records;
}

async function problemOf(files: MemoryFiles): Promise<RingError> {
  try {
    await readAll(files);
  } catch (error) {
    expect(error, String(error instanceof Error ? error.stack : error)).toBeInstanceOf(RingError);
    return error as RingError;
  }
  throw new Error('the damaged recording was read without complaint');
}

/** A copy with a little-endian number of 4 or 8 bytes put somewhere. */
function patched(name: string, offset: number, value: bigint, bytes: 4 | 8): MemoryFiles {
  const content = Buffer.from(whole.contents.get(name)!);
  if (bytes === 8) content.writeBigUInt64LE(value, offset);
  else content.writeUInt32LE(Number(value), offset);
  return whole.with(name, content);
}

it('a whole recording is read', async () => {
  expect(await readAll(whole)).toBeGreaterThan(20);
});

describe('a recording that is', () => {
  const cut = (suffix: string, length: number): MemoryFiles =>
    whole.with(`${image}.${suffix}`, whole.contents.get(`${image}.${suffix}`)!.subarray(0, length));

  it.each<[string, RingProblem, () => MemoryFiles]>([
    ['without its code log', 'missing', () => whole.with(`${image}.code`, undefined)],
    ['without its process page', 'missing', () => whole.with(`${image}.process`, undefined)],
    ['newer', 'newer', () => patched(`${image}.process`, PROCESS.version, BigInt(RING_VERSION + 1), 4)],
    ['newer in its code log', 'newer', () => patched(`${image}.code`, CODE_HEADER.version, 99n, 4)],
    ['newer in a thread', 'newer', () => patched(`${image}.t1`, THREAD.version, 99n, 4)],
    ['of another record kind', 'newer', () => patched(`${image}.t1`, THREAD.recordKind, 7n, 4)],
    ['empty', 'damaged', () => cut('process', 0)],
    ['cut in its process page', 'damaged', () => cut('process', 100)],
    ['cut in its code log', 'damaged', () => cut('code', 1001)],
    ['cut in a thread’s header', 'damaged', () => cut('t1', 60)],
    ['cut in a ring', 'damaged', () => cut('t1', 4100)],
    ['not a recording', 'damaged', () => whole.with(`${image}.process`, Buffer.alloc(4096, 'not one'))],
    ['never begun', 'damaged', () => whole.with(`${image}.process`, Buffer.alloc(4096))],
    ['beyond all counting', 'damaged', () => patched(`${image}.t1`, THREAD.lapsNext, 2n ** 60n, 8)],
  ])('%s', async (_, problem, files) => {
    const error = await problemOf(files());
    expect(error.problem).toBe(problem);
    const shown = recordingError(error) as AdapterError;
    expect(shown).toBeInstanceOf(AdapterError);
    expect(shown.blame).toBe('user');
    expect(shown.message).toMatch(/cannot be read: .+\. (Record again|Use the version|Check)/);
  });
});

it('300 random corruptions are each read or refused, and nothing else', async () => {
  const random = generator(20261123);
  const outcomes = { read: 0, refused: 0 };
  for (let round = 0; round < 300; round++) {
    const damage = corrupt(random);
    const started = Date.now();
    try {
      await readAll(damage.files);
      outcomes.read++;
    } catch (error) {
      expect(error, `round ${round}, ${damage.what}: ${(error as Error).stack}`).toBeInstanceOf(RingError);
      outcomes.refused++;
    }
    expect(Date.now() - started, `round ${round}, ${damage.what} took long`).toBeLessThan(5000);
  }
  // Both happen: corruption is neither always harmless nor always fatal.
  expect(outcomes.read).toBeGreaterThan(30);
  expect(outcomes.refused).toBeGreaterThan(30);
});

function corrupt(random: (below: number) => number): { readonly files: MemoryFiles; readonly what: string } {
  const names = [...whole.contents.keys()].sort();
  const name = names[random(names.length)]!;
  const content = Buffer.from(whole.contents.get(name)!);
  // Where something stands: pages and rings are mostly empty.
  const at = name.endsWith('.code')
    ? random(content.length)
    : name.endsWith('.t1') && random(2)
      ? PAGE + random(600)
      : random(PROCESS.program);
  switch (random(5)) {
    case 0:
      return { files: whole.with(name, content.subarray(0, at)), what: `${name} cut to ${at}` };
    case 1:
      content[at]! ^= 1 << random(8);
      return { files: whole.with(name, content), what: `${name} bit flipped at ${at}` };
    case 2: {
      const word = at & ~3 & ~4;
      content.writeUInt32LE([0, 1, 0x7fffffff, 0xffffffff][random(4)]!, Math.min(word, content.length - 4));
      return { files: whole.with(name, content), what: `${name} extreme number at ${word}` };
    }
    case 3:
      content.fill(0, at, Math.min(at + random(64), content.length));
      return { files: whole.with(name, content), what: `${name} zeros at ${at}` };
    default:
      for (let i = 0; i < 8; i++) if (at + i < content.length) content[at + i] = random(256);
      return { files: whole.with(name, content), what: `${name} noise at ${at}` };
  }
}

/** xorshift32: the same sequence for the same seed. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
