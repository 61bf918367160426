import { recorderUnsupported } from '../errors';
import { plainValgrind, type ValgrindProvider } from '../target/valgrind-launch';
import type { SessionConfig } from './arguments';
import type { HistorySession } from './history-session';

/** What a session is given by the process it runs in. */
export interface SessionServices {
  /** Valgrind and the tool to run. */
  readonly valgrind: ValgrindProvider;
  /** Where the program is to run: natively, or under Valgrind. @throws AdapterError (user) for a recorder that cannot be. */
  readonly place: (config: SessionConfig) => Promise<'native' | 'valgrind'>;
  /** The history of a session; none when recording is off. */
  readonly history: (config: SessionConfig) => HistorySession | undefined;
  /** Ends the process (or, for a server, this session's part of it) once what was sent has left. */
  readonly exit: () => void;
}

/** A session that records nothing. */
export const liveServices: Omit<SessionServices, 'exit'> = {
  valgrind: plainValgrind,
  history: () => undefined,
  place: async ({ branchHistory: { recorder } }) => {
    if (recorder === 'bts' || recorder === 'step') throw recorderUnsupported(recorder);
    return recorder === 'valgrind' ? 'valgrind' : 'native';
  },
};
