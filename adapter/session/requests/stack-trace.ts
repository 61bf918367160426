import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { Source } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { messageOf } from '../../errors';
import type { Live } from '../live';
import type { MiFrame } from '../mi';

/** So many frames are shown at once to a client that asks for all: an endless recursion has hundreds of thousands. */
const ALL = 20_000;

/**
 * DAP stackTrace. The whole depth is never counted (that unwinds the whole stack): `totalFrames` is exact when the end
 * was seen, and else one more than was given, by which a client knows to ask for more.
 */
export async function stackTrace(
  live: Live,
  args: DebugProtocol.StackTraceArguments,
): Promise<DebugProtocol.StackTraceResponse['body']> {
  const start = args.startFrame ?? 0;
  const levels = args.levels && args.levels > 0 ? args.levels : ALL;
  let frames: readonly MiFrame[];
  try {
    const { stack } = await live.gdb.sendCommand<{ stack: MiFrame[] }>(
      `-stack-list-frames --thread ${args.threadId} ${start} ${start + levels}`,
    );
    frames = stack;
  } catch (error) {
    // Frames after the last, asked for by a client that trusts no totalFrames.
    if (start > 0 && /not enough frames/i.test(messageOf(error)))
      return { stackFrames: [], totalFrames: start };
    throw error;
  }
  const more = frames.length > levels;
  const stackFrames = frames.slice(0, levels).map((frame) => showFrame(live, args.threadId, frame));
  return { stackFrames, totalFrames: start + stackFrames.length + (more ? 1 : 0) };
}

function showFrame(live: Live, threadId: number, frame: MiFrame): DebugProtocol.StackFrame {
  const handle = live.frames.create({ threadId, frameId: Number(frame.level) });
  const module = frame.from ? path.basename(frame.from) : undefined;
  const name = frame.func ?? (module ? `${frame.addr} in ${module}` : (frame.addr ?? '??'));
  const shown: DebugProtocol.StackFrame = { id: handle, name, line: Number(frame.line ?? 0), column: 0 };
  if (frame.fullname) shown.source = sourceOf(frame.fullname, frame.file);
  if (frame.addr?.startsWith('0x')) shown.instructionPointerReference = frame.addr;
  shown.moduleId = frame.from ?? live.config.program ?? '';
  return shown;
}

/** A source file; one that is not on this machine is marked, for the client need not try to open it. */
export function sourceOf(fullname: string, file: string | undefined): DebugProtocol.Source {
  const source: DebugProtocol.Source = new Source(path.basename(file ?? fullname), fullname);
  if (!existsSync(fullname)) {
    source.presentationHint = 'deemphasize';
    source.origin = 'not on this machine: "sourceFileMap" in launch.json tells where it is';
  }
  return source;
}
