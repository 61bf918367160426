import type { Address } from '../../address';

/** What a frame is besides a called function: something that unwinding treats in a way of its own. */
export enum Boundary {
  none = 0,
  signal = 1,
  debugger = 2,
  /** Called by code that is not known. */
  obscure = 3,
}

export interface StackedFrame {
  /** The sink's. */
  readonly id: number;
  /** Where it was entered; NaN when that is not known. */
  readonly address: Address;
  /** NaN when it is not known. */
  readonly returnTo: number;
  /** The record that entered it. */
  readonly record: number;
  readonly boundary: Boundary;
}

/** The frames at hand as columns, bottom first: millions come and go. Never empty between records. */
export class FrameStack {
  readonly ids: number[] = [];
  readonly addresses: Address[] = [];
  readonly returns: number[] = [];
  readonly records: number[] = [];
  readonly boundaries: Boundary[] = [];

  get length(): number {
    return this.ids.length;
  }

  /** Index of the top frame. */
  get top(): number {
    return this.ids.length - 1;
  }

  knownAddresses(): Address[] {
    return this.addresses.filter((address) => !Number.isNaN(address));
  }

  push(frame: StackedFrame): void {
    this.ids.push(frame.id);
    this.addresses.push(frame.address);
    this.returns.push(frame.returnTo);
    this.records.push(frame.record);
    this.boundaries.push(frame.boundary);
  }

  /** Takes the top frame away; gives its id. */
  pop(): number {
    this.addresses.pop();
    this.returns.pop();
    this.records.pop();
    this.boundaries.pop();
    return this.ids.pop()!;
  }
}
