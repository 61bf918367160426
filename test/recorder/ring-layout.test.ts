import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as layout from '../../src/ring/layout';
import { scratchDirectory } from './scratch-directory';

const scratch = scratchDirectory();
const HEADER = join(__dirname, '../../vgtool/bts_ring.h');

/** What the TypeScript calls it, what C calls it. A field of a structure is an offset, `size` its size. */
const STRUCTURES: [object, string, Record<string, string>][] = [
  [
    layout.PROCESS,
    'bts_process',
    {
      recordKind: 'record_kind',
      codeBytes: 'code_bytes',
      unrecordedThreads: 'unrecorded_threads',
      forkParent: 'fork_parent',
      forkParentImage: 'fork_parent_image',
      forkCodeBytes: 'fork_code_bytes',
    },
  ],
  [
    layout.THREAD,
    'bts_thread',
    {
      recordKind: 'record_kind',
      valgrindTid: 'valgrind_tid',
      ringBytes: 'ring_bytes',
      lapsNext: 'laps_next',
      floorIp: 'floor_ip',
    },
  ],
  [layout.CODE_HEADER, 'bts_code_header', { firstId: 'first_id' }],
  [layout.CODE_ENTRY, 'bts_code_entry_header', {}],
  [layout.CODE_BLOCK, 'bts_code_block', { firstId: 'first_id' }],
  [layout.CODE_EXIT, 'bts_code_exit', {}],
  [layout.CODE_MAP, 'bts_code_map', { pathLength: 'path_length' }],
  [layout.CODE_CHANGED, 'bts_code_changed', {}],
];

const CONSTANTS: [number, string][] = [
  [layout.RING_VERSION, 'BTS_RING_VERSION'],
  [layout.PAGE, 'BTS_PAGE'],
  [layout.RECORDS_EXIT_IDS, 'BTS_RECORDS_EXIT_IDS'],
  [layout.FIRST_EXIT, 'BTS_FIRST_EXIT'],
  [layout.EVENT_SLOTS, 'BTS_EVENT_SLOTS'],
  [layout.TORN_SLOTS, 'BTS_TORN_SLOTS'],
  [layout.EventCode.gap, 'BTS_EVENT_GAP'],
  [layout.EventCode.signal, 'BTS_EVENT_SIGNAL'],
  [layout.EventCode.sigreturn, 'BTS_EVENT_SIGRETURN'],
  [layout.EventCode.exec, 'BTS_EVENT_EXEC'],
  [layout.EventCode.fork, 'BTS_EVENT_FORK'],
  [layout.EventCode.exit, 'BTS_EVENT_EXIT'],
  [layout.EventCode.epoch, 'BTS_EVENT_EPOCH'],
  [layout.GapCode.start, 'BTS_GAP_START'],
  [layout.GapCode.off, 'BTS_GAP_OFF'],
  [layout.GapCode.stopped, 'BTS_GAP_STOPPED'],
  [layout.RecordingState.off, 'BTS_STATE_OFF'],
  [layout.RecordingState.on, 'BTS_STATE_ON'],
  [layout.RecordingState.noSpace, 'BTS_STATE_NO_SPACE'],
  [layout.RecordingState.outOfIds, 'BTS_STATE_OUT_OF_IDS'],
  [layout.RecordingState.ended, 'BTS_STATE_ENDED'],
  [layout.ThreadState.live, 'BTS_THREAD_LIVE'],
  [layout.ThreadState.exited, 'BTS_THREAD_EXITED'],
  [layout.CodeEntry.block, 'BTS_CODE_BLOCK'],
  [layout.CodeEntry.map, 'BTS_CODE_MAP'],
  [layout.CodeEntry.unmap, 'BTS_CODE_UNMAP'],
  [layout.CodeEntry.changed, 'BTS_CODE_CHANGED'],
  [layout.ExitCode.direct, 'BTS_EXIT_DIRECT'],
  [layout.ExitCode.indirect, 'BTS_EXIT_INDIRECT'],
  [layout.ExitCode.redirect, 'BTS_EXIT_REDIRECT'],
  ...(['process', 'thread', 'code'] as const).flatMap((file): [number, string][] => [
    [layout.MAGIC[file][0], `(unsigned)BTS_${file.toUpperCase()}_MAGIC`],
    [layout.MAGIC[file][1], `(unsigned)(BTS_${file.toUpperCase()}_MAGIC >> 32)`],
  ]),
];

it('the layout the reader knows is that of the C header', () => {
  const expected: [string, number][] = CONSTANTS.map(([value, name]) => [name, value]);
  const expressions = new Map<string, string>(CONSTANTS.map(([, name]) => [name, name]));
  for (const [offsets, type, names] of STRUCTURES) {
    for (const [field, offset] of Object.entries(offsets)) {
      const label = `${type}.${field}`;
      expected.push([label, offset]);
      const member = names[field] ?? field;
      expressions.set(
        label,
        field === 'size' ? `sizeof(struct ${type})` : `offsetof(struct ${type}, ${member})`,
      );
    }
  }
  const prints = [...expressions].map(
    ([label, text]) => `printf("%s=%lu\\n", "${label}", (unsigned long)(${text}));`,
  );
  writeFileSync(
    join(scratch, 'print.c'),
    `#include <stddef.h>\n#include <stdio.h>\n#include "${HEADER}"\nint main(void) {\n${prints.join('\n')}\n}\n`,
  );
  execFileSync('gcc', ['-o', 'print', 'print.c'], { cwd: scratch });
  const printed = execFileSync(join(scratch, 'print'), { encoding: 'utf8' }).trim().split('\n');
  expect(printed).toEqual(
    [...new Map(expected)].map(([label, value]) => `${label}=${value}`).sort(byOrder(printed)),
  );
});

/** Sorts as the other list is, so that a difference shows in its place. */
function byOrder(list: readonly string[]): (a: string, b: string) => number {
  const place = new Map(list.map((line, index) => [line.split('=')[0], index]));
  return (a, b) => (place.get(a.split('=')[0]) ?? 0) - (place.get(b.split('=')[0]) ?? 0);
}
