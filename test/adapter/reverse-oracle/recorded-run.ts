import { type Address, formatAddress } from '../../../src/address';
import type { CursorBody, GotoArguments, GotoBody } from '../../../src/protocol/history';
import type { DapClient } from '../dap-client';
import type { Command, Place, WalkCommand } from './oracle';

type Movement = Extract<GotoArguments, { readonly by: unknown }>;

const MOVEMENTS: Readonly<Record<WalkCommand, Pick<Movement, 'direction' | 'by'>>> = {
  'reverse-stepi': { direction: 'back', by: 'instruction' },
  'reverse-nexti': { direction: 'back', by: 'instructionOver' },
  'reverse-step': { direction: 'back', by: 'into' },
  'reverse-next': { direction: 'back', by: 'over' },
  'reverse-finish': { direction: 'back', by: 'out' },
  'reverse-continue': { direction: 'back', by: 'breakpoint' },
  stepi: { direction: 'forward', by: 'instruction' },
  nexti: { direction: 'forward', by: 'instructionOver' },
  step: { direction: 'forward', by: 'into' },
  next: { direction: 'forward', by: 'over' },
  finish: { direction: 'forward', by: 'out' },
  continue: { direction: 'forward', by: 'breakpoint' },
};

/** Requests of DAP itself; for the others there is bts/goto alone. */
const REQUESTS: Partial<Record<WalkCommand, readonly [command: string, args?: object]>> = {
  'reverse-nexti': ['stepBack', { granularity: 'instruction' }],
  'reverse-next': ['stepBack'],
  stepi: ['stepIn', { granularity: 'instruction' }],
  nexti: ['next', { granularity: 'instruction' }],
  step: ['stepIn'],
  next: ['next'],
  finish: ['stepOut'],
};

/** The same run in the recording of a debug session, reached over DAP. Its instructions are numbered as GDB's. */
export class RecordedRun {
  private constructor(
    private readonly client: DapClient,
    private readonly thread: number,
    /** Oldest first; the last is the live end. */
    private readonly places: readonly CursorBody[],
    private readonly breakpoints: readonly string[],
  ) {}

  /** Walks back by instruction from the live end, where the session has stopped. `breakpoints` are addresses. */
  static async walk(client: DapClient, breakpoints: readonly number[]): Promise<RecordedRun> {
    const { cursor } = await client.request('bts/state');
    const { thread } = cursor;
    const places: CursorBody[] = [cursor];
    const addresses = breakpoints.map((address) => formatAddress(address as Address));
    const run = new RecordedRun(client, thread, places, addresses);
    for (;;) {
      const { kind, cursor } = await run.goto({ thread, direction: 'back', by: 'instruction' });
      if (kind !== 'moved') break;
      places.push(cursor);
    }
    places.reverse();
    return run;
  }

  /** What was executed, and where the session has stopped. */
  get trace(): readonly (Place & { readonly pc: number })[] {
    return this.places.map(({ place }) => ({
      pc: Number(place.address),
      function: place.function ?? null,
      line: place.line ?? 0,
    }));
  }

  /** The number of the instruction that `command` leads to from `number`. */
  async move(number: number, command: Command): Promise<number> {
    await this.put(number);
    const { cursor } = await this.goto(this.movement(command));
    return this.numberOf(cursor);
  }

  /** From where the cursor is, as a client would do it; what the client shows then. */
  async step(command: WalkCommand): Promise<Place & { readonly number: number }> {
    const request = REQUESTS[command];
    if (request === undefined) await this.goto(this.movement(command));
    else {
      await this.client.request(request[0], { threadId: 1, ...request[1] });
      await this.client.stopped('step');
    }
    const [{ cursor }, frame] = await Promise.all([this.client.request('bts/state'), this.client.topFrame()]);
    return { number: this.numberOf(cursor), function: frame.name, line: frame.line };
  }

  async put(number: number): Promise<void> {
    const { record, instruction } = this.places[number]!;
    await this.goto({ thread: this.thread, record, instruction });
  }

  private movement(command: WalkCommand): GotoArguments {
    const movement = { thread: this.thread, ...MOVEMENTS[command] };
    return movement.by === 'breakpoint' ? { ...movement, addresses: this.breakpoints } : movement;
  }

  private async goto(args: GotoArguments): Promise<GotoBody> {
    const body = await this.client.request('bts/goto', args);
    await this.client.stopped('goto');
    return body;
  }

  private numberOf({ record, instruction }: CursorBody): number {
    return this.places.findIndex((place) => place.record === record && place.instruction === instruction);
  }
}
