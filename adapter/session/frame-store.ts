import type { FrameReference } from 'cdt-gdb-adapter/dist/types/session';

/** DAP's frame ids of one stop. An id is never used twice, so one of an earlier stop is known for what it is. */
export class FrameStore {
  private readonly frames = new Map<number, FrameReference>();
  private next = 1000;

  create(frame: FrameReference): number {
    this.frames.set(this.next, frame);
    return this.next++;
  }

  get(id: number): FrameReference | undefined {
    return this.frames.get(id);
  }

  reset(): void {
    this.frames.clear();
  }
}
