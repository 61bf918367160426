import { formatAddress } from '../../../src/address';
import type { CursorBody, GotoArguments, GotoBody } from '../../../src/protocol/history';
import type { DapClient } from '../dap-client';
import type { Command } from './oracle';

type Movement = Extract<GotoArguments, { readonly by: unknown }>;

const MOVEMENTS: Readonly<Record<Command, Pick<Movement, 'direction' | 'by'>>> = {
  'reverse-step': { direction: 'back', by: 'into' },
  'reverse-next': { direction: 'back', by: 'over' },
  'reverse-finish': { direction: 'back', by: 'out' },
  'reverse-continue': { direction: 'back', by: 'breakpoint' },
  step: { direction: 'forward', by: 'into' },
  next: { direction: 'forward', by: 'over' },
  finish: { direction: 'forward', by: 'out' },
  continue: { direction: 'forward', by: 'breakpoint' },
};

/** The same run in the recording of a debug session, reached over DAP. Its instructions are numbered as GDB's. */
export class RecordedRun {
  private constructor(
    private readonly client: DapClient,
    private readonly thread: number,
    /** Oldest first; the last is the live end. */
    private readonly places: readonly CursorBody[],
    /** GDB's number of the first instruction that is known: before the first branch nothing is. */
    readonly first: number,
    private readonly breakpoints: readonly string[],
  ) {}

  /**
   * Walks back by instruction from the live end, where the session has stopped; `last` is GDB's number of that.
   * `breakpoints` are addresses.
   */
  static async walk(client: DapClient, last: number, breakpoints: readonly number[]): Promise<RecordedRun> {
    const { cursor } = await client.request('bts/state');
    const { thread } = cursor;
    const places: CursorBody[] = [cursor];
    for (;;) {
      const body: GotoBody = await client.request('bts/goto', { thread, direction: 'back', by: 'instruction' });
      if (body.kind !== 'moved') break;
      places.push(body.cursor);
    }
    places.reverse();
    const addresses = breakpoints.map((address) => formatAddress(address as never));
    return new RecordedRun(client, thread, places, last + 1 - places.length, addresses);
  }

  get last(): number {
    return this.first + this.places.length - 1;
  }

  place(number: number): CursorBody['place'] {
    return this.places[number - this.first]!.place;
  }

  /** The number of the instruction that `command` leads to from `number`. */
  async move(number: number, command: Command): Promise<number> {
    await this.put(number);
    const movement = MOVEMENTS[command];
    const args = movement.by === 'breakpoint' ? { ...movement, addresses: this.breakpoints } : movement;
    const { cursor }: GotoBody = await this.client.request('bts/goto', { thread: this.thread, ...args });
    return this.numberOf(cursor);
  }

  async put(number: number): Promise<void> {
    const { record, instruction } = this.places[number - this.first]!;
    await this.client.request('bts/goto', { thread: this.thread, record, instruction });
  }

  private numberOf({ record, instruction }: CursorBody): number {
    let low = 0;
    let high = this.places.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const place = this.places[middle]!;
      if (place.record < record || (place.record === record && place.instruction < instruction))
        low = middle + 1;
      else high = middle;
    }
    return this.first + low;
  }
}
