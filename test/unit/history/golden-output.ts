import { type Address, formatAddress } from '../../../src/address';
import { branchKindName } from '../../../src/history/branch-kind';
import { type Chain, NO_BLOCK } from '../../../src/history/chain';
import { History } from '../../../src/history/history';
import { byBranch } from '../../../src/history/move/by-branch';
import { byInstruction } from '../../../src/history/move/by-instruction';
import { lineBack } from '../../../src/history/move/line-back';
import { lineForward } from '../../../src/history/move/line-forward';
import { type Direction, type Move, toLimit } from '../../../src/history/move/move';
import { out } from '../../../src/history/move/out';
import { toBreakpoint } from '../../../src/history/move/to-breakpoint';
import { toRecord } from '../../../src/history/move/to-place';
import type { Position } from '../../../src/history/position';
import { withSymbols } from '../../../src/history/with-symbols';
import type { RecordIndex } from '../../../src/record/record';
import { fakeSnapshot, immediate } from './fake-recorder';
import { type Fixture, parseFixture } from './fixture';

/** Everything the history makes of a fixture: each input line, and indented below it what it caused. */
export async function goldenOutput(text: string): Promise<string> {
  const fixture = parseFixture(text);
  const { program, records, stopPc } = fixture;
  const history = new History({ decoder: program, code: program, records: 1000 });
  const snapshot = fakeSnapshot({ records, ...(stopPc === undefined ? {} : { stopPc }) });
  await history.ingest(snapshot).rest(immediate());
  program.resolveAll();
  const report = new Report(history.chain(0), fixture);
  for (const line of fixture.script) {
    if (line.kind === 'record') report.record(line.index, line.text);
    else if (line.kind === 'stop') report.record(records.length, line.text);
    else if (line.kind === 'query') await report.query(line.text);
    else report.line(line.text);
  }
  return report.text;
}

class Report {
  private readonly lines: string[] = [];

  constructor(
    private readonly chain: Chain,
    private readonly fixture: Fixture,
  ) {}

  get text(): string {
    return `${this.lines.join('\n')}\n`;
  }

  line(text: string): void {
    this.lines.push(text);
  }

  record(index: number, text: string): void {
    const { chain } = this;
    this.line(text);
    const record = chain.thread.first + index;
    const gap = chain.gap(record);
    if (gap !== undefined) this.line(`      gap: ${gap}`);
    const block = chain.block(record);
    if (block !== NO_BLOCK) {
      const { blocks } = chain.history;
      const last = blocks.instructions(block);
      const addresses = Array.from({ length: last }, (_, at) => blocks.address(block, at).toString(16));
      const executed = chain.executed(record);
      if (executed < last) addresses.splice(executed, 0, '|');
      const stack = this.stack(record);
      this.line(`      ${record}: ${addresses.join(' ')}    ${stack}`);
    }
    if (record < chain.thread.end && chain.thread.event(record) === undefined) {
      const kind = chain.history.facts.kind(chain.thread.value(record));
      this.line(`      ${branchKindName(kind)}${chain.isDebugger(record) ? ', debugger' : ''}`);
    }
  }

  /** The frames at a record, bottom first; `?` is one whose caller is not recorded. */
  private stack(record: number): string {
    const { chain, fixture } = this;
    const window = chain.frames.around(chain.thread.first, fixture.program);
    const names: string[] = [];
    let frame: ReturnType<typeof window.frame> | undefined = window.frame(record);
    while (frame !== undefined) {
      const mark = ['?', '', 'tail ', 'signal ', 'debugger '][window.entry(frame)]!;
      names.unshift(mark + this.functionAt(window.address(frame)));
      frame = window.parent(frame);
    }
    return `[${names.join(' > ')}]`;
  }

  async query(text: string): Promise<void> {
    this.line(text);
    const words = text.slice(1).trim().split(/\s+/);
    const repeat = words[0] === 'repeat';
    if (repeat) words.shift();
    const [direction, how, place, ...addresses] = words as [Direction, string, string, ...string[]];
    let from = this.position(place);
    for (let count = 0; count < 50; count++) {
      const move = await this.move(direction, how, from, addresses);
      this.line(`      ${this.moveText(move)}`);
      if (!repeat || move.kind === 'start' || move.kind === 'end') return;
      from = move.position;
    }
  }

  private async move(
    direction: Direction,
    how: string,
    from: Position,
    rest: readonly string[],
  ): Promise<Move> {
    const { chain } = this;
    const symbolic = (move: (symbols: typeof this.fixture.program) => Move) =>
      withSymbols(this.fixture.program, immediate(), () => move(this.fixture.program));
    switch (how) {
      case 'instruction':
        return byInstruction(chain, from, direction);
      case 'branch':
        return byBranch(chain, from, direction);
      case 'over':
      case 'into':
        return symbolic((symbols) =>
          (direction === 'back' ? lineBack : lineForward)(chain, symbols, from, how === 'into'),
        );
      case 'out':
        return symbolic((symbols) => out(chain, symbols, from, direction));
      case 'breakpoint': {
        const addresses = new Set(rest.map((word) => Number.parseInt(word, 16) as Address));
        return toBreakpoint(chain, from, direction, addresses, immediate());
      }
      case 'limit':
        return toLimit(chain, direction, from);
      default:
        throw new Error(`no such movement: ${how}`);
    }
  }

  /** `7.2`, `start`, `end`, or `7`: about to take record 7. */
  private position(text: string): Position {
    const { chain } = this;
    if (text === 'end') return chain.lastPosition()!;
    if (text === 'start') return chain.firstPosition()!;
    const [record, instruction] = text.split('.').map(Number);
    const at = (chain.thread.first + record!) as RecordIndex;
    const position = instruction === undefined ? toRecord(chain, at)! : { record: at, instruction };
    if (!chain.isValid(position)) throw new Error(`no position ${text}`);
    return position;
  }

  private moveText(move: Move): string {
    const { position } = move;
    const pc = this.chain.pc(position);
    const location = this.fixture.program.lookup(pc);
    const frame = location?.frames[0];
    const line =
      frame?.line === undefined ? '' : ` ${frame.file}:${frame.line}${location?.isStatement ? '*' : ''}`;
    const place = `${position.record}.${position.instruction} ${formatAddress(pc)} ${frame?.name ?? '?'}${line}`;
    if (move.kind === 'gap') return `gap (${move.gap}): ${place}`;
    if (move.kind === 'moved')
      return `${place}${move.crossed === undefined ? '' : ` across gap (${move.crossed})`}`;
    return `${move.kind}: ${place}`;
  }

  private functionAt(address: Address): string {
    if (Number.isNaN(address)) return '?';
    return this.fixture.program.lookup(address)?.frames.at(-1)?.name ?? formatAddress(address);
  }
}
