import { type Difference, explain } from './differences';
import type { Command, Instruction, Oracle, WalkStop } from './oracle';
import type { RecordedRun } from './recorded-run';

/** What came of comparing movements with GDB's. */
export class Comparison {
  compared = 0;
  /** Movements that lead elsewhere on purpose, by the last of the reasons. */
  readonly different = new Map<Difference, number>();
  /** Those that no difference explains: none, if all is well. */
  readonly unexplained: string[] = [];

  constructor(private readonly oracle: Oracle) {}

  /** Each of the commands from instructions all over the run, one by one. */
  async moves(run: RecordedRun, commands: readonly Command[]): Promise<void> {
    const { trace, moves } = this.oracle;
    for (const command of commands) {
      const last = command.startsWith('reverse') ? trace.length : trace.length - 1;
      for (let from = 0; from < last; from++) {
        const theirs = moves[command][from] ?? null;
        if (theirs !== null && isCompared(trace[from]!, from, command))
          this.add(from, command, theirs, await run.move(from, command));
      }
    }
  }

  /** GDB's walk, as a client would go it. Where ours is elsewhere, on purpose, it is put where GDB is. */
  async walk(run: RecordedRun, stops: readonly WalkStop[]): Promise<void> {
    let from = this.oracle.trace.length - 1;
    await run.put(from);
    for (const { command, to, function: name, line } of stops) {
      const ours = await run.step(command);
      this.add(from, command, to, ours.number);
      if (ours.number !== to) await run.put(to);
      else if (ours.function !== name || ours.line !== line)
        this.unexplained.push(
          `at ${this.text(to)} GDB shows ${name}:${line}, we ${ours.function}:${ours.line}`,
        );
      from = to;
    }
  }

  private add(from: number, command: WalkStop['command'], theirs: number, ours: number): void {
    this.compared++;
    if (ours === theirs) return;
    const why =
      command in this.oracle.moves ? explain(this.oracle, from, command as Command, theirs, ours) : undefined;
    const reason = why?.at(-1);
    if (reason !== undefined) this.different.set(reason, (this.different.get(reason) ?? 0) + 1);
    else {
      const places = [from, theirs, ours].map((number) => this.text(number));
      this.unexplained.push(`${command} from ${places[0]}: GDB ${places[1]}, we ${places[2]}`);
    }
  }

  private text(number: number): string {
    const instruction = this.oracle.trace[number];
    if (instruction === undefined) return 'nowhere';
    const [place] = instruction.places;
    return `${number} (${instruction.pc.toString(16)} ${place!.function}:${place!.line})`;
  }
}

/** By line from all statements, and from a part of the rest, which is many times as much and mostly the same. */
function isCompared({ statement }: Instruction, number: number, command: Command): boolean {
  return statement || number % 5 === 0 || !/step$|next$/.test(command);
}
