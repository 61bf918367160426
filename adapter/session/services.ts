import type { ValgrindProvider } from '../target/valgrind-launch';
import type { SessionConfig } from './arguments';
import { RecordedSession } from './history/recorded-session';
import { openValgrindRecording, recordingValgrind } from './history/valgrind-recording';
import type { HistorySession } from './history-session';
import { chooseRecorder, type RecorderChoice } from './recorder-choice';

/** What a session is given by the process it runs in. */
export interface SessionServices {
  /** Valgrind and the tool to run. */
  readonly valgrind: ValgrindProvider;
  /** Which recorder, and so whether the program runs natively or under Valgrind. @throws AdapterError (user) */
  readonly recorder: (config: SessionConfig) => Promise<RecorderChoice>;
  /** The history of a session. */
  readonly history: (config: SessionConfig, choice: RecorderChoice) => HistorySession;
  /** Ends the process (or, for a server, this session's part of it) once what was sent has left. */
  readonly exit: () => void;
}

export const services: Omit<SessionServices, 'exit'> = {
  valgrind: recordingValgrind,
  recorder: chooseRecorder,
  history: (config, { recorder, why }) =>
    new RecordedSession(async (live, past) => {
      if (recorder === 'valgrind') return openValgrindRecording(config, why, live, past);
      return undefined;
    }, why),
};
