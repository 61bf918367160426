import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UsageError } from '../../adapter/cli/command';
import { splitCommand } from '../../adapter/cli/command-line';
import { Progress } from '../../adapter/cli/progress';

describe('the command of record begins', () => {
  test.each([
    [
      ['-o', 'x', 'ls', '-l'],
      ['-o', 'x'],
      ['ls', '-l'],
    ],
    [['--', 'ls', '--', '-o'], [], ['ls', '--', '-o']],
    [
      ['-o', 'x', '--', '-odd', '-l'],
      ['-o', 'x'],
      ['-odd', '-l'],
    ],
    [['--output=x', '--progress', 'ls'], ['--output=x', '--progress'], ['ls']],
    [['-ox', 'ls'], ['-ox'], ['ls']],
    [['-o', 'x'], ['-o', 'x'], []],
    [[], [], []],
  ])('%j', (args, own, command) => {
    expect(splitCommand(args, ['-o', '--output'])).toEqual({ own, command });
  });

  test('not where an option waits for its value', () => {
    expect(() => splitCommand(['-o'], ['-o'])).toThrow(UsageError);
    expect(() => splitCommand(['-o', '--', 'ls'], ['-o'])).toThrow(UsageError);
  });
});

describe('progress', () => {
  let written = '';
  beforeEach(() => {
    written = '';
    vi.useFakeTimers();
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      written += text;
      return true;
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  function work(asked: boolean, seconds: number): string {
    const progress = new Progress(asked);
    for (let tenth = 0; tenth <= seconds * 10; tenth++) {
      progress.report('reading', tenth / (seconds * 10));
      vi.advanceTimersByTime(100);
    }
    progress.end();
    return written;
  }

  test('is silent for two seconds', () => {
    expect(work(true, 1.9)).toBe('');
  });

  test('is a line a second where it was asked for', () => {
    expect(work(true, 5)).toBe(
      'bts: reading: 40 %\nbts: reading: 60 %\nbts: reading: 80 %\nbts: reading: 100 %\n',
    );
  });

  test('is silent elsewhere', () => {
    expect(work(false, 60)).toBe('');
  });
});
