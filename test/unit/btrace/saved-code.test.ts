import { describe, expect, test } from 'vitest';
import type { CodeRange } from '../../../src/btrace/btrace-format';
import { joinCode, SavedCode } from '../../../src/btrace/saved-code';
import { at } from '../recorded';

describe('code', () => {
  const range = (start: number, hex: string, generation = 0): CodeRange => ({
    start: at(start),
    generation,
    bytes: Uint8Array.from(Buffer.from(hex, 'hex')),
  });
  /** `start+bytes`, `start!reason`. */
  const text = (ranges: Iterable<CodeRange>): string[] =>
    [...ranges].map(
      ({ start, bytes, generation, missing }) =>
        `${start}${missing ? `!${missing}` : `+${Buffer.from(bytes).toString('hex')}`}${generation ? `@${generation}` : ''}`,
    );

  test('that touches or overlaps is joined, within its generation', () => {
    const ranges = [
      range(10, '0a0b'),
      range(12, '0c'),
      range(11, '0b0c'),
      range(20, '14'),
      range(13, 'ff', 1),
    ];
    expect(text(joinCode(ranges))).toEqual(['10+0a0b0c', '20+14', '13+ff@1']);
  });

  test('that disagrees is not, and each is found', () => {
    const ranges = [
      range(10, '0a0b0c'),
      range(11, 'ff0c0d'),
      { ...range(30, ''), missing: 'kernel' as const },
    ];
    expect(text(joinCode(ranges))).toEqual(['10+0a0b0c', '11+ff0c0d', '30!kernel']);
    const saved = new SavedCode(joinCode(ranges));
    expect(saved.read(at(10), 9, 0)).toEqual(Uint8Array.of(10, 11, 12));
    expect(saved.read(at(11), 2, 0)).toEqual(Uint8Array.of(0xff, 12));
    expect(saved.read(at(30), 1, 0)).toBe('kernel');
    expect(saved.read(at(14), 1, 0)).toBe('unmapped');
  });

  test('inside of another range is found behind a shorter one', () => {
    const saved = new SavedCode([range(10, '0a0b0c0d'), range(11, 'ff')]);
    expect(saved.read(at(12), 2, 0)).toEqual(Uint8Array.of(12, 13));
  });

  test('of ten thousand neighbours is joined to one', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => range(1000 + i * 2, '9090'));
    const [joined, ...others] = joinCode(many);
    expect(joined!.bytes.length).toBe(20_000);
    expect(others).toEqual([]);
  });
});
