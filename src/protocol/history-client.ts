import type { HistoryEvents, HistoryRequests } from './history';

/**
 * What the extension knows of a history, wherever it is: in a debug session's adapter or in a service process. A refused
 * request rejects with the adapter's message.
 */
export interface HistoryClient {
  request<Name extends keyof HistoryRequests>(
    name: Name,
    args: HistoryRequests[Name]['arguments'],
  ): Promise<HistoryRequests[Name]['body']>;

  /** Calls `listener` for each such event until the returned function is called. */
  on<Name extends keyof HistoryEvents>(name: Name, listener: (body: HistoryEvents[Name]) => void): () => void;
}
