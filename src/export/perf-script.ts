import { type Address, formatAddress } from '../address';
import { BranchKind } from '../history/branch-kind';
import type { Chain } from '../history/chain';
import type { RecordEvent } from '../record/event';
import { EVENT_BIT } from '../record/record';
import { type Exporter, inPieces, resolveEdges, threadsOf } from './export-source';
import { baseName, PlaceText } from './place-text';

const PIECE = 1024;

/** perf's names of branch kinds (util/event.c and util/parse-branch-options.c call them flags). */
const FLAGS: Readonly<Record<BranchKind, string>> = {
  [BranchKind.call]: 'call',
  [BranchKind.ret]: 'return',
  [BranchKind.jmp]: 'jmp',
  [BranchKind.jcc]: 'jcc',
  [BranchKind.syscall]: 'syscall',
  [BranchKind.interrupt]: 'hw int',
  [BranchKind.other]: 'jmp',
};

/**
 * Text as `perf script --itrace=b -F comm,pid,tid,event,flags,ip,sym,symoff,dso,addr` prints a branch trace, one
 * branch a line, the oldest first, a thread after the other:
 *
 *          sample    4242/4242    branches:u:   call                       55..1169 main+0x20 (/tmp/sample) =>      55..1139 f+0x0 (/tmp/sample)
 *
 * There is no time and no cpu field: neither is recorded. perf's `tr strt` is where recording (re)starts, `tr end` where
 * it ends, `int` is a signal and `iret` the return from its handler. Lines that begin with # are comments.
 */
export const perfScript: Exporter = async function* (source, pass) {
  const { history } = source;
  await resolveEdges(source);
  const text = new Lines(source, new PlaceText(source.symboliser, source.modules, () => []));
  yield `# branches of ${source.program}; neither time nor cpu was recorded\n`;
  for (const index of threadsOf(source)) {
    const chain = history.chain(index);
    const out: string[] = [];
    let record: number = chain.thread.first;
    yield* inPieces(source, pass, out, () => {
      for (const end = Math.min(record + PIECE, chain.thread.end); record < end; record++) {
        const line = text.of(chain, record);
        if (line !== undefined) out.push(line);
      }
      return record < chain.thread.end;
    });
  }
};

class Lines {
  private readonly ofEdge = new Map<number, string>();

  constructor(
    private readonly source: { readonly history: Chain['history']; readonly program: string },
    private readonly places: PlaceText,
  ) {}

  of(chain: Chain, record: number): string | undefined {
    if (chain.isDebugger(record)) return undefined;
    const value = chain.thread.value(record);
    const what = value >= EVENT_BIT ? this.event(chain.thread.eventOf(value)) : this.edge(value);
    if (what === undefined || what.startsWith('#')) return what;
    const { thread } = chain.thread;
    const comm = (thread.name ?? baseName(this.source.program)).slice(0, 15);
    return `${comm.padStart(16)} ${`${thread.pid}`.padStart(7)}/${`${thread.tid}`.padEnd(7)} branches:u: ${what}`;
  }

  private edge(edge: number): string {
    let text = this.ofEdge.get(edge);
    if (text === undefined) {
      const { edges, facts } = this.source.history;
      text = this.line(FLAGS[facts.kind(edge)], edges.from[edge]! as Address, edges.to[edge]! as Address);
      this.ofEdge.set(edge, text);
    }
    return text;
  }

  private event(event: RecordEvent): string | undefined {
    switch (event.kind) {
      case 'signal':
        return this.line('int', event.from, event.to);
      case 'sigreturn':
        return this.line('iret', event.from, event.to);
      case 'exec':
        return `# exec ${event.path ?? ''}\n${this.line('tr strt', undefined, event.to)}`;
      case 'fork':
        return `# fork ${event.child}\n`;
      case 'exit':
        return `# exit${event.status === undefined ? '' : ` ${event.status}`}\n`;
      case 'lost':
        return `# lost ${event.count ?? 'an unknown number of'} branches\n`;
      case 'gap':
        return event.to === undefined
          ? `# gap: ${event.reason}\n`
          : this.line('tr strt', undefined, event.to);
      case 'debugger':
        return undefined;
    }
  }

  private line(flags: string, from: Address | undefined, to: Address | undefined): string {
    return `  ${flags.padEnd(21)} ${this.place(from)} => ${this.place(to)}\n`;
  }

  private place(address: Address | undefined): string {
    const hex = address === undefined ? '0' : formatAddress(address).slice(2);
    const symbol = address === undefined ? undefined : this.places.symbol(address);
    const module = address === undefined ? undefined : this.places.modulePath(address);
    return `${hex.padStart(16)} ${symbol ?? '[unknown]'} (${module ?? '[unknown]'})`;
  }
}
