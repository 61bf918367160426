/**
 * The custom requests of a history and their events: bts/state, bts/rows, bts/goto, bts/search, bts/callTree, bts/counts,
 * bts/recorder, bts/save, bts/export. JSON only: addresses are hex strings as formatAddress writes them, records are
 * RecordIndex numbers, a thread is its index in {@link StateBody.threads}.
 */

/** An address and what is known of it; the innermost inlined function. */
export interface PlaceBody {
  readonly address: string;
  readonly function?: string;
  /** From the first address of the function, in bytes. */
  readonly offset?: number;
  readonly file?: string;
  readonly line?: number;
  readonly module?: string;
}

export interface ThreadBody {
  readonly thread: number;
  readonly tid: number;
  readonly generation: number;
  readonly pid: number;
  readonly name?: string;
  /** Records kept. */
  readonly records: number;
  /** Oldest record, and one past the newest. */
  readonly first: number;
  readonly end: number;
  /** Why the history begins there: a Gap. */
  readonly beginning: string;
  /** Absent while it runs and after its exit. */
  readonly stopPc?: string;
}

export interface CursorBody {
  readonly thread: number;
  readonly record: number;
  readonly instruction: number;
  readonly place: PlaceBody;
  /** Taken branches between here and the live end, inferior calls included. */
  readonly branchesAgo: number;
  /** At the live end: not in the past. */
  readonly live: boolean;
}

export interface RecorderBody {
  /** What records: `bts`, `step`, `valgrind`, `file`, or `off`. */
  readonly recorder: 'bts' | 'step' | 'valgrind' | 'file' | 'off';
  /** "hardware BTS", "software engine", "Valgrind", … */
  readonly name: string;
  /** Why this one: a sentence. */
  readonly why: string;
  readonly mode: string;
  readonly recording: boolean;
  /** Newest records kept of each thread. */
  readonly records: number;
}

export interface StateBody {
  readonly recorder: RecorderBody;
  readonly threads: readonly ThreadBody[];
  /** Absent when there is no history. */
  readonly cursor?: CursorBody;
  /** Part of the older records read, 0 to 1. */
  readonly loaded: number;
}

export interface PatternArguments {
  readonly text: string;
  /** A regular expression rather than a substring. Neither minds case. */
  readonly regex?: boolean;
}

export type KindArgument = 'call' | 'ret' | 'jmp' | 'jcc' | 'other' | 'syscall' | 'interrupt';

/** All that are given must match. A function, file or module matches at either end of a branch. */
export interface FilterArguments {
  readonly text?: PatternArguments;
  readonly function?: PatternArguments;
  readonly file?: PatternArguments;
  readonly module?: PatternArguments;
  readonly kinds?: readonly KindArgument[];
  /** Leaves out branches with both ends in system libraries or in the dynamic linker's machinery. */
  readonly hideLibraries?: boolean;
  readonly space?: 'user' | 'kernel';
}

export interface RowListArguments {
  readonly thread: number;
  readonly filter?: FilterArguments;
  /** Fold repeats of up to 32 branches to one row; default true. */
  readonly fold?: boolean;
  /** `last` of the loop rows that are open: all their records are rows. */
  readonly expanded?: readonly number[];
  /** Show the rows of inferior calls; default false. */
  readonly debugger?: boolean;
}

/** A page: `count` rows at most, in order, the newest last. */
export interface RowsArguments extends RowListArguments {
  /** Default 200, at most 2000. */
  readonly count?: number;
  /** Where the page lies; default at the end. A record within a folded row stands for that row. */
  readonly anchor?:
    | { readonly at: 'end' | 'start' }
    | { readonly before: number }
    | { readonly after: number }
    | { readonly around: number };
}

export interface RowsBody {
  readonly rows: readonly RowBody[];
  /** Rows newer than the last of the page (gap rows not counted). */
  readonly below: number;
  /** Rows older than the first of the page; absent when they have not been counted. */
  readonly above?: number;
  readonly older: boolean;
  readonly newer: boolean;
}

export type RowBody = BranchRowBody | LoopRowBody | EventRowBody | GapRowBody | TailRowBody;

export interface BranchRowBody {
  readonly kind: 'branch';
  readonly record: number;
  readonly branch: KindArgument;
  readonly from: PlaceBody;
  readonly to: PlaceBody;
  /** Recorded during an inferior call of the debugger. */
  readonly debugger?: true;
}

/** `times` repeats of the same `body`: the records first to last, some perhaps filtered out. */
export interface LoopRowBody {
  readonly kind: 'loop';
  readonly first: number;
  readonly last: number;
  readonly times: number;
  /** The newest repeat. */
  readonly body: readonly BranchRowBody[];
  /** Something is not known in each of them. */
  readonly gap?: string;
  /** It was asked for open: its records follow. */
  readonly expanded?: true;
}

export interface EventRowBody {
  readonly kind: 'event';
  readonly record: number;
  readonly event: 'signal' | 'sigreturn' | 'exec' | 'fork' | 'exit' | 'debugger' | 'lost' | 'gap';
  readonly from?: PlaceBody;
  readonly to?: PlaceBody;
  readonly signal?: number;
  readonly path?: string;
  readonly child?: number;
  readonly status?: number;
  readonly action?: string;
  readonly count?: number;
  readonly reason?: string;
  readonly debugger?: true;
}

/** The instructions before `record` are not known. */
export interface GapRowBody {
  readonly kind: 'gap';
  readonly record: number;
  readonly reason: string;
}

/** From the newest branch (when it is known to lead there) to where the thread stands. */
export interface TailRowBody {
  readonly kind: 'tail';
  readonly record: number;
  readonly from?: PlaceBody;
  readonly to: PlaceBody;
}

export type GotoArguments =
  | { readonly thread: number; readonly record: number; readonly instruction?: number }
  | { readonly thread: number; readonly to: 'start' | 'end' }
  | {
      readonly thread: number;
      readonly direction: 'back' | 'forward';
      /** Lines: `over`, `into`, `out`. `instruction` goes into what was called, `instructionOver` does not. */
      readonly by: 'instruction' | 'instructionOver' | 'branch' | 'over' | 'into' | 'out' | 'breakpoint';
      /** For `breakpoint`. */
      readonly addresses?: readonly string[];
    };

export interface GotoBody {
  readonly kind: 'moved' | 'breakpoint' | 'gap' | 'start' | 'end';
  readonly cursor: CursorBody;
  /** Why something was not known on the way, or is not beside the cursor. */
  readonly gap?: string;
  /** The breakpoint that was hit. */
  readonly address?: string;
}

export interface SearchArguments {
  readonly thread: number;
  readonly pattern: PatternArguments;
  readonly direction: 'back' | 'forward';
  /** Exclusive; default the end of the history it comes from. */
  readonly from?: number;
  /** Most hits given; default 1. */
  readonly count?: number;
  /** Rows that are filtered out are no hits. */
  readonly filter?: FilterArguments;
}

export interface SearchBody {
  /** In the order of the search. */
  readonly hits: readonly RowBody[];
  /** No more hits lie in that direction. */
  readonly finished: boolean;
}

export interface CallTreeArguments {
  readonly thread: number;
  /** Default the whole history. */
  readonly from?: number;
  readonly to?: number;
  /** Children of this node only, as a path of its ancestors' function keys; default the roots. */
  readonly path?: readonly string[];
  /** Levels of children given below; default 1. */
  readonly levels?: number;
}

export interface CallNodeBody {
  /** Stable for the same function under the same parent. */
  readonly key: string;
  /** The function's beginning. `address` is empty when nothing is known of it. */
  readonly place: PlaceBody;
  readonly calls: number;
  /** Branches recorded in the function itself, and with all it called. */
  readonly self: number;
  readonly total: number;
  readonly entry: 'lost' | 'call' | 'tail' | 'signal' | 'debugger';
  /** The first and the last record that entered it; absent when it began before the record. */
  readonly firstRecord?: number;
  readonly lastRecord?: number;
  readonly hasChildren: boolean;
  readonly children?: readonly CallNodeBody[];
}

export interface CallTreeBody {
  readonly nodes: readonly CallNodeBody[];
}

export interface CountsArguments {
  /** Default all threads together. */
  readonly thread?: number;
  /** Only this source file, as symbols name it. */
  readonly file?: string;
}

export interface SiteCountBody {
  readonly place: PlaceBody;
  readonly taken: number;
  readonly notTaken: number;
}

export interface LineCountBody {
  readonly file: string;
  readonly line: number;
  /** Most times one of its instructions was executed. */
  readonly count: number;
}

export interface CountsBody {
  /** Conditional branches, by address. */
  readonly sites: readonly SiteCountBody[];
  readonly lines: readonly LineCountBody[];
}

export type RecorderArguments =
  | { readonly action: 'on' | 'off' | 'clear' }
  | { readonly action: 'size'; readonly records: number };

export interface SaveArguments {
  readonly path: string;
}

export interface ExportArguments {
  readonly path: string;
  readonly to: 'perf-script' | 'trace-event' | 'lcov' | 'folded';
  readonly thread?: number;
}

export interface FileBody {
  readonly path: string;
  readonly bytes: number;
}

/** Request name to its arguments and the body of its response. */
export interface HistoryRequests {
  'bts/state': { readonly arguments: Record<string, never>; readonly body: StateBody };
  'bts/rows': { readonly arguments: RowsArguments; readonly body: RowsBody };
  'bts/goto': { readonly arguments: GotoArguments; readonly body: GotoBody };
  'bts/search': { readonly arguments: SearchArguments; readonly body: SearchBody };
  'bts/callTree': { readonly arguments: CallTreeArguments; readonly body: CallTreeBody };
  'bts/counts': { readonly arguments: CountsArguments; readonly body: CountsBody };
  'bts/recorder': { readonly arguments: RecorderArguments; readonly body: StateBody };
  'bts/save': { readonly arguments: SaveArguments; readonly body: FileBody };
  'bts/export': { readonly arguments: ExportArguments; readonly body: FileBody };
}

/** Event name to its body. */
export interface HistoryEvents {
  /** The history, the cursor or the recorder changed: ask for what is shown again. */
  'bts/changed': { readonly what: 'history' | 'cursor' | 'recorder' };
  /** Long work; `done` 1 ends it. */
  'bts/progress': { readonly what: 'ingest' | keyof HistoryRequests; readonly done: number };
}
