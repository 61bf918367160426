import { cursorBody } from '../../../src/history/cursor-body';
import { InvalidPattern } from '../../../src/history/pattern';
import { callTree } from '../../../src/history/service/call-tree';
import { counts } from '../../../src/history/service/counts';
import { rows } from '../../../src/history/service/rows';
import { search } from '../../../src/history/service/search';
import { threadBodies } from '../../../src/history/service/state';
import { withSymbols } from '../../../src/history/with-symbols';
import type { CursorBody, HistoryRequests, RecorderBody, StateBody } from '../../../src/protocol/history';
import { badMove, badPattern, sizeIsFixed } from './errors';
import type { RecordedSession } from './recorded-session';
import { exportHistory, save } from './save';

type Handlers = {
  readonly [Name in keyof HistoryRequests]?: (
    session: RecordedSession,
    args: HistoryRequests[Name]['arguments'],
  ) => Promise<HistoryRequests[Name]['body']>;
};

const handlers: Handlers = {
  'bts/state': state,
  'bts/rows': async ({ recording }, args) => {
    const { history, symboliser, pass, modules } = recording;
    return inThread(() =>
      withSymbols(symboliser, pass, (symbols) => rows(history, { symbols, modules }, args)),
    );
  },
  'bts/search': async ({ recording }, args) => {
    const { history, symboliser, pass, modules } = recording;
    return inThread(() => search(history, symboliser, modules, pass, args));
  },
  'bts/goto': async (session, args) => (await session.move(args, 'goto')).body,
  'bts/callTree': async ({ recording }, args) => {
    const { history, symboliser, pass } = recording;
    return inThread(() => callTree(history, symboliser, pass, args));
  },
  'bts/counts': async ({ recording }, args) => {
    const { history, symboliser, pass } = recording;
    return inThread(() => counts(history, symboliser, pass, args));
  },
  'bts/save': ({ recording }, args) => save(recording, args),
  'bts/export': ({ recording }, args) => inThread(() => exportHistory(recording, args)),
  'bts/recorder': async (session, args) => {
    const { recording } = session;
    await recording.finish();
    if (args.action === 'size') throw sizeIsFixed();
    if (args.action === 'clear') await session.clear();
    else await recording.recorder.switch(args.action === 'on');
    session.changed('recorder');
    return state(session);
  },
};

/** The custom requests of src/protocol/history, by name. They wait for one another and for movements. */
export const customRequests: Readonly<
  Record<string, (session: RecordedSession, args: never) => Promise<unknown>>
> = handlers;

async function state(session: RecordedSession): Promise<StateBody> {
  if (!session.hasRecording) return { recorder: notRecording(session.why), threads: [], loaded: 1 };
  const { recorder, history, loaded } = session.recording;
  const cursor = await cursorOf(session);
  return {
    recorder: {
      recorder: recorder.kind,
      name: recorder.name,
      why: recorder.why,
      mode: recorder.mode,
      recording: recorder.recording,
      records: recorder.records,
    },
    threads: threadBodies(history),
    ...(cursor === undefined ? {} : { cursor }),
    loaded,
  };
}

/** At the live end, that of the thread that stopped. */
async function cursorOf({
  recording,
  cursor,
  stoppedThread,
}: RecordedSession): Promise<CursorBody | undefined> {
  const { history, symboliser, pass } = recording;
  const index = cursor?.thread ?? stoppedThread?.index;
  if (index === undefined) return undefined;
  const chain = history.chain(index);
  const position = cursor ?? chain.lastPosition();
  return position && withSymbols(symboliser, pass, (symbols) => cursorBody(chain, symbols, position));
}

function notRecording(why: string): RecorderBody {
  return { recorder: 'off', name: 'off', why, mode: 'user', recording: false, records: 0 };
}

/** A thread that is not there is the client's mistake; a regular expression that is none, the user's. */
async function inThread<T>(answer: () => Promise<T>): Promise<T> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof RangeError) throw badMove(error.message);
    if (error instanceof InvalidPattern) throw badPattern(error.message);
    throw error;
  }
}
