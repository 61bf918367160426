import { describe, expect, it } from 'vitest';
import { EdgeTable } from '../../../src/record/edge-table';
import { CODE_BLOCK, CODE_EXIT, CODE_HEADER, PAGE, PROCESS, THREAD } from '../../../src/ring/layout';
import { RingError } from '../../../src/ring/ring-error';
import { RingProcess } from '../../../src/ring/ring-process';
import { type MemoryFiles, u64, WrittenRecording } from './written-recording';

function recording(): WrittenRecording {
  const recording = new WrittenRecording();
  const id = recording.block(0x1000, [0x90, 0xc3], [{ from: 0x1001 }, { from: 0x1000, to: 0x1002 }]);
  const thread = recording.thread(1);
  recording.map(0x1000, 0x2000, 0, '/bin/true');
  thread.event('gap', 1, 0x1000);
  thread.catchUp();
  for (let i = 0; i < 100; i++) {
    thread.indirect(id, i);
    thread.direct(id + 1);
  }
  return recording;
}

function read(files: MemoryFiles, name: string): number {
  let count = 0;
  for (const thread of new RingProcess(files, name).snapshot().threads) {
    for (const { values } of thread.slices(new EdgeTable())) count += values.length;
  }
  return count;
}

function problemOf(change: (files: MemoryFiles, view: (file: string) => DataView) => void): string {
  const written = recording();
  const files = written.save();
  change(files, (file) => new DataView(files.bytes.get(`4711.0.${file}`)!.buffer));
  try {
    read(files, written.name);
  } catch (error) {
    if (error instanceof RingError) return `${error.problem}: ${error.message}`;
    throw error;
  }
  throw new Error('was read without complaint');
}

const cut = (files: MemoryFiles, file: string, length: number) =>
  files.bytes.set(`4711.0.${file}`, files.bytes.get(`4711.0.${file}`)!.slice(0, length));

describe('a damaged recording is refused with its reason', () => {
  it.each<[string, RegExp, Parameters<typeof problemOf>[0]]>([
    ['no process file', /^missing: 4711.0.process/, (files) => files.bytes.delete('4711.0.process')],
    ['no code log', /^missing: 4711.0.code/, (files) => files.bytes.delete('4711.0.code')],
    [
      'another magic',
      /^damaged: .*not a branch recording/,
      (_, view) => view('process').setUint32(0, 1, true),
    ],
    ['a newer version', /^newer: .*version 2/, (_, view) => view('t1').setUint32(THREAD.version, 2, true)],
    [
      'another record kind',
      /^newer: .*kind 9/,
      (_, view) => view('process').setUint32(PROCESS.recordKind, 9, true),
    ],
    ['an unknown state', /^newer: .*state 9/, (_, view) => view('process').setUint32(PROCESS.state, 9, true)],
    [
      'an exit of no kind',
      /^damaged: .*unknown kind 3/,
      (_, view) => view('code').setUint32(CODE_HEADER.size + CODE_BLOCK.size + 8 + CODE_EXIT.kind, 3, true),
    ],
    ['an empty process file', /^damaged: .*ends after 0/, (files) => cut(files, 'process', 0)],
    ['a cut process file', /^damaged: .*ends after 100/, (files) => cut(files, 'process', 100)],
    ['a cut thread header', /^damaged: 4711.0.t1: ends after 50/, (files) => cut(files, 't1', 50)],
    ['a cut ring', /^damaged: .*ends within the ring/, (files) => cut(files, 't1', PAGE + 100)],
    ['a cut code log', /^damaged: 4711.0.code: ends after/, (files) => cut(files, 'code', 60)],
    ['no ring', /^damaged: .*its ring has 0 bytes/, (_, view) => u64(view('t1'), THREAD.ringBytes, 0)],
    ['a head before the ring', /^damaged: .*its head at -/, (_, view) => u64(view('t1'), THREAD.position, 8)],
    [
      'an entry without length',
      /^damaged: .*entry of 0 bytes at 16/,
      (_, view) => view('code').setUint32(16, 0, true),
    ],
    ['an entry of no type', /^damaged: .*unknown type 99/, (_, view) => view('code').setUint32(20, 99, true)],
    [
      'ids from nowhere',
      /^damaged: .*continues ids from 7/,
      (_, view) => view('code').setUint32(12, 7, true),
    ],
    [
      'an unknown exit',
      /^damaged: .*exit id 4096, which the code log does not know/,
      (_, view) => view('t1').setUint32(PAGE + 4 * (12 + 4 * 50 - 1), 4096, true),
    ],
    [
      'an unknown event',
      /^damaged: .*has 200 for an exit id or event/,
      (_, view) => view('t1').setUint32(PAGE + 4 * (12 + 4 * 50 - 1), 200, true),
    ],
  ])('%s', (_, expected, change) => {
    expect(problemOf(change)).toMatch(expected);
  });

  it('when its processes were forked from each other in a circle', () => {
    const first = recording();
    first.save();
    const second = new WrittenRecording(4712, first);
    const files = second.save();
    const page = new DataView(files.bytes.get('4711.0.process')!.buffer);
    page.setUint32(PROCESS.forkParent, 4712, true);
    expect(() => read(files, '4712.0')).toThrow(RingError);
    expect(() => read(files, '4712.0')).toThrow(/forked from itself/);
  });

  it('but not for other files that lie about', () => {
    const written = recording();
    const files = written.save();
    const whole = read(files, written.name);
    for (const suffix of ['', '0', '01', '1e0', '1.old', ' 1']) {
      files.bytes.set(`4711.0.t${suffix}`, files.bytes.get('4711.0.t1')!);
    }
    expect(read(files, written.name)).toBe(whole);
  });

  it('never with anything but a RingError, whatever bytes are turned', () => {
    let seed = 12345;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    let refused = 0;
    for (let round = 0; round < 3000; round++) {
      const written = recording();
      const files = written.save();
      const names = ['process', 'code', 't1'];
      const bytes = files.bytes.get(`4711.0.${names[random(3)]}`)!;
      // Headers are small: aim at them half of the time.
      const reach = random(2) ? Math.min(bytes.length, 160) : bytes.length;
      for (let i = 0; i <= random(4); i++) bytes[random(reach)] = random(256);
      try {
        read(files, written.name);
      } catch (error) {
        if (!(error instanceof RingError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(300);
  });
});
