import type { FrameReference } from 'cdt-gdb-adapter/dist/types/session';

/** MI options that make a command work in a frame, without changing which one GDB has selected. */
export function frameOptions(frame: FrameReference | undefined): string {
  return frame ? `--thread ${frame.threadId} --frame ${frame.frameId} ` : '';
}
