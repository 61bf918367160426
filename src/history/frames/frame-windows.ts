import type { SymbolTable } from '../../symbols/symbol-table';
import type { Chain } from '../chain';
import { FrameWindow } from './frame-window';

const FIRST_REACH = 4096;
const GROWTH = 8;

/**
 * Keeps one window of frames per thread and makes it larger when a question reaches farther back: frames come out the
 * same wherever the window begins, but for those whose beginning lies before it.
 */
export class FrameWindows {
  private window: FrameWindow | undefined;
  private symbols: SymbolTable | undefined;
  private epoch = -1;

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
      window.first <= record;
    return usable ? window : this.open(Math.max(thread.first, record - FIRST_REACH), symbols);
  }

  /** A window that reaches farther back; undefined when there is nothing farther back. */
  farther(window: FrameWindow, record: number, symbols: SymbolTable): FrameWindow | undefined {
    const { thread } = this.chain;
    if (window.first <= thread.first) return undefined;
    const reach = Math.max(FIRST_REACH, record - window.first) * GROWTH;
    return this.open(Math.max(thread.first, record - reach), symbols);
  }

  private open(first: number, symbols: SymbolTable): FrameWindow {
    this.window = new FrameWindow(this.chain, symbols, first);
    this.symbols = symbols;
    this.epoch = this.chain.thread.epoch;
    return this.window;
  }
}
