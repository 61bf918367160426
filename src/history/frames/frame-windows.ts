import type { SymbolTable } from '../../symbols/symbol-table';
import type { Chain } from '../chain';
import { FrameWindow } from './frame-window';

const FIRST_REACH = 4096;
const GROWTH = 8;
/** A window that ends farther before the question than this is given up rather than continued up to it. */
const FARTHEST_AHEAD = 1 << 16;

/**
 * Keeps one window of frames per thread and makes it larger when a question reaches farther back: frames come out the
 * same wherever the window begins, but for those whose beginning lies before it.
 */
export class FrameWindows {
  private window: FrameWindow | undefined;
  private symbols: SymbolTable | undefined;
  private epoch = -1;
  /** What the window was opened for; it may not have come there yet. */
  private goal = 0;

  constructor(private readonly chain: Chain) {}

  /** A window that covers `record` and, where there are so many, some records before it. */
  around(record: number, symbols: SymbolTable): FrameWindow {
    const { thread } = this.chain;
    const { window } = this;
    const usable =
      window !== undefined &&
      this.symbols === symbols &&
      this.epoch === thread.epoch &&
      window.first >= thread.first &&
      window.first <= record &&
      record - Math.max(window.end, this.goal) <= FARTHEST_AHEAD;
    if (usable) {
      this.goal = Math.max(this.goal, record);
      return window;
    }
    return this.open(Math.max(thread.first, record - FIRST_REACH), record, symbols);
  }

  /**
   * A window that reaches farther back from `record`, at most `limit` records; undefined when there is nothing farther
   * back, or `window` goes more than half that way already: it would be made anew at each step back.
   */
  farther(window: FrameWindow, record: number, symbols: SymbolTable, limit: number): FrameWindow | undefined {
    const { thread } = this.chain;
    if (window.first <= thread.first || record - window.first > limit / 2) return undefined;
    const reach = Math.min(limit, Math.max(FIRST_REACH, record - window.first) * GROWTH);
    return this.open(Math.max(thread.first, record - reach), this.goal, symbols);
  }

  private open(first: number, goal: number, symbols: SymbolTable): FrameWindow {
    this.goal = goal;
    this.window = new FrameWindow(this.chain, symbols, first);
    this.symbols = symbols;
    this.epoch = this.chain.thread.epoch;
    return this.window;
  }
}
