import { type Address, formatAddress } from '../../../src/address';
import { branchKindName } from '../../../src/history/branch-kind';
import { callStack } from '../../../src/history/call-stack';
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
import { callTree } from '../../../src/history/service/call-tree';
import { counts } from '../../../src/history/service/counts';
import { rows } from '../../../src/history/service/rows';
import { depthProfile } from '../../../src/history/tree/depth-profile';
import { withSymbols } from '../../../src/history/with-symbols';
import { ModuleMap } from '../../../src/modules/module-map';
import type {
  CallNodeBody,
  PlaceBody,
  RowBody,
  RowsArguments,
  RowsBody,
} from '../../../src/protocol/history';
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
  private readonly modules: ModuleMap;

  constructor(
    private readonly chain: Chain,
    private readonly fixture: Fixture,
  ) {
    this.modules = new ModuleMap(fixture.modules);
  }

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
    if (words[0] === 'stack') {
      await this.callStack(words[1]!);
      return;
    }
    if (await this.wholeHistory(words[0]!)) return;
    if (words[0] === 'rows') {
      const args = JSON.parse(text.slice(text.indexOf('{'))) as Partial<RowsArguments>;
      const body = await withSymbols(this.fixture.program, immediate(), (symbols) =>
        rows(this.chain.history, { symbols, modules: this.modules }, { ...args, thread: 0 }),
      );
      this.rows(body);
      return;
    }
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

  /** The questions about all records. */
  private async wholeHistory(what: string): Promise<boolean> {
    const { chain, fixture } = this;
    const { history } = chain;
    if (what === 'tree') {
      const { nodes } = await callTree(history, fixture.program, immediate(), { thread: 0, levels: 100 });
      this.tree(nodes, '      ');
    } else if (what === 'counts') {
      const { sites, lines } = await counts(history, fixture.program, immediate(), { thread: 0 });
      for (const site of sites) {
        this.line(`      ${placeText(site.place)} taken ${site.taken}, not taken ${site.notTaken}`);
      }
      for (const line of lines) this.line(`      ${line.file}:${line.line} ${line.count}`);
    } else if (what === 'depth') {
      const profile = await depthProfile(chain, fixture.program, immediate(), 1000);
      this.line(`      ${profile.least.join(' ')}`);
    } else return false;
    return true;
  }

  private tree(nodes: readonly CallNodeBody[], indent: string): void {
    for (const node of nodes) {
      const entry = node.entry === 'call' ? '' : `${node.entry} `;
      const records = node.firstRecord === undefined ? '' : ` (${node.firstRecord}…${node.lastRecord})`;
      const name = node.place.function ?? (node.place.address || '?');
      this.line(`${indent}${entry}${name} × ${node.calls}, ${node.self} of ${node.total}${records}`);
      this.tree(node.children ?? [], `${indent}  `);
    }
  }

  private async callStack(place: string): Promise<void> {
    const { chain, fixture } = this;
    const position = this.position(place);
    const stack = await withSymbols(fixture.program, immediate(), (symbols) =>
      callStack(chain, symbols, position, 10),
    );
    for (const entry of stack.entries) this.line(`      ${this.placeText(entry.position)}`);
    this.line(`      (${stack.beginning ?? 'most'})`);
  }

  private rows(body: RowsBody): void {
    const { older, newer, above = '?', below } = body;
    this.line(`      ${above} above${older ? ', more' : ''}; ${below} below${newer ? ', more' : ''}`);
    for (const row of body.rows) this.line(`      ${rowText(row)}`);
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
    const place = this.placeText(move.position);
    if (move.kind === 'gap') return `gap (${move.gap}): ${place}`;
    if (move.kind === 'moved')
      return `${place}${move.crossed === undefined ? '' : ` across gap (${move.crossed})`}`;
    return `${move.kind}: ${place}`;
  }

  private placeText(position: Position): string {
    const pc = this.chain.pc(position);
    const location = this.fixture.program.lookup(pc);
    const frame = location?.frames[0];
    const line =
      frame?.line === undefined ? '' : ` ${frame.file}:${frame.line}${location?.isStatement ? '*' : ''}`;
    return `${position.record}.${position.instruction} ${formatAddress(pc)} ${frame?.name ?? '?'}${line}`;
  }

  private functionAt(address: Address): string {
    if (Number.isNaN(address)) return '?';
    return this.fixture.program.lookup(address)?.frames.at(-1)?.name ?? formatAddress(address);
  }
}

function rowText(row: RowBody): string {
  switch (row.kind) {
    case 'gap':
      return `${row.record} gap: ${row.reason}`;
    case 'tail':
      return `${row.record} tail ${row.from === undefined ? '?' : placeText(row.from)} → ${placeText(row.to)}`;
    case 'loop': {
      const body = row.body.map(rowText).join(' | ');
      const marks = `${row.gap === undefined ? '' : ` gap: ${row.gap}`}${row.expanded ? ' open' : ''}`;
      return `${row.first}…${row.last} × ${row.times}${marks} [${body}]`;
    }
    case 'branch':
      return `${row.record} ${row.branch} ${placeText(row.from)} → ${placeText(row.to)}${row.debugger ? ' debugger' : ''}`;
    case 'event': {
      const { kind: _, record, from, to, event, ...rest } = row;
      const places = `${from === undefined ? '' : ` ${placeText(from)}`}${to === undefined ? '' : ` → ${placeText(to)}`}`;
      return `${record} ${event}${places} ${JSON.stringify(rest)}`;
    }
  }
}

function placeText(place: PlaceBody): string {
  const offset = place.offset ? `+${place.offset}` : '';
  const line = place.line === undefined ? '' : ` ${place.file}:${place.line}`;
  return `${place.function === undefined ? place.address : `${place.function}${offset}${line}`}`;
}
