import type { Address } from '../../address';
import type { RecordEvent } from '../../record/event';
import { EVENT_BIT } from '../../record/record';
import { BranchKind } from '../branch-kind';
import type { Chain } from '../chain';
import { EdgeRoles, Role } from './edge-roles';
import { FrameEntry, type FrameSink } from './frame-sink';
import { Boundary, FrameStack } from './frame-stack';
import type { FunctionIndex } from './function-index';

/*
 * The stack of frames, rebuilt from records alone: no stack pointer was recorded. The stack is written bottom first, a
 * frame as FUNCTION(return address); `?` is a frame whose caller is not recorded.
 *
 *  1. Call: pushes a frame with the address behind the call.
 *         ?main               call f        → ?main f(12)
 *  2. Return to the top frame's return address: pops it.
 *         ?main f(12)         ret 12        → ?main
 *  3. Return to a return address farther down: what lies above was unwound without returning (longjmp or an exception
 *     landing right behind a call, or returns that were lost).
 *         ?main f(12) g(34)   ret 12        → ?main
 *  4. Return to what is on no frame: the record began inside; the caller of the bottom frame is a new bottom.
 *         ?f                  ret 12        → ?main
 *  5. Call to the instruction behind it (`call next; pop`): no frame.
 *  6. Return used as a jump: `push f; ret`, and the retpoline, whose own call is dropped when the
 *     return is the first branch after it. Then as a jump (7, 8).
 *         ?main               ret f         → ?f tail
 *         ?main thunk(12) t(56)   ret f     → ?main f(12) tail
 *  7. Jump to the start of another function: a tail call; the new frame keeps the return address.
 *         ?main f(12)         jmp g         → ?main g(12) tail
 *     The stubs of the PLT are this too, and marked: for the call tree they are no functions. stub(12) → _dl_runtime_resolve(12) → g(12), each replacing the one before.
 *  8. Indirect jump, or return, into the middle of another function (longjmp; an exception's landing pad): the nearest
 *     frame of that function is where execution goes on. When there is none a jump changes nothing, a return is rule 4.
 *         ?main f(12) g(34) longjmp(56)   jmp into f   → ?main f(12)
 *  9. Signal: pushes the handler. It returns to the restorer, which stays in its frame, until sigreturn pops it with all
 *     above it; siglongjmp does so by rule 8.
 * 10. Lost records, gap, exec: nothing is known any more; a new bottom.
 * 11. Inferior call: a frame that its end pops with all above it; it returns to an address of the debugger's own, which
 *     stays in its frame. The debugger's jump within a function changes nothing,
 *     any other is rule 10.
 * 12. Fork and exit change nothing.
 * 13. A branch out of code that is not known (a JIT's): to a return address on the stack it is that return; to the start
 *     of a function it is a call whose return address is not known, and the first return that fits no frame returns
 *     from it. To anywhere else it changes nothing.
 *         ?main jit(12)       from ? to f   → ?main jit(12) f(?)      ret into ?   → ?main jit(12)
 */

/** The most that a retpoline's call jumps over: pause, lfence, a jump and some padding. */
const RETPOLINE_BYTES = 64;

/** The most that stands in a stub before its jump. */
const STUB_BYTES = 8;

export class StackMachine {
  private readonly stack = new FrameStack();
  private offset = 0;
  private readonly roles: EdgeRoles;

  constructor(
    private readonly chain: Chain,
    private readonly functions: FunctionIndex,
    private readonly sink: FrameSink,
    /** The first record that will be applied. */
    first: number,
  ) {
    this.roles = new EdgeRoles(chain.history, functions);
    this.rebase(first - 1);
  }

  /** Id of the frame execution is in. */
  get top(): number {
    return this.stack.ids[this.stack.top]!;
  }

  /** Frames on the stack, relative to the bottom first seen; below 1 when the stack has grown downwards. */
  get depth(): number {
    return this.offset + this.stack.length;
  }

  /** Applies the next record. When it throws NeedSymbols nothing has changed and it can be applied again. */
  apply(record: number, value: number): void {
    if (value >= EVENT_BIT) {
      this.event(record, this.chain.thread.eventOf(value));
      return;
    }
    const role = this.roles.of(value);
    if (role === Role.plain) return;
    const to = this.chain.history.edges.to[value]! as Address;
    if (role === Role.call) this.push(record, to, this.returnAddress(value), FrameEntry.call, Boundary.none);
    else if (role === Role.ret) this.ret(record, to);
    else if (role === Role.tail) this.tail(record, to, this.isStub(record, value));
    else if (role === Role.obscure) this.obscure(record, value);
    else this.unwindTo(record, this.functions.startOf(to));
  }

  private returnAddress(edge: number): number {
    const { edges, facts } = this.chain.history;
    return facts.kind(edge) === BranchKind.interrupt ? edges.from[edge]! : facts.after(edge);
  }

  private ret(record: number, to: Address): void {
    if (this.returnTo(record, to)) return;
    const { top } = this.stack;
    if (this.stack.boundaries[top] === Boundary.signal || this.stack.boundaries[top] === Boundary.debugger)
      return;
    const obscure = this.stack.boundaries.lastIndexOf(Boundary.obscure);
    if (obscure >= 0) {
      this.pop(record, obscure);
      return;
    }
    if (this.isThunk(record, top)) this.jump(record, to, top - 1);
    else if (top === 0 && !this.functions.isKnownStart(to)) this.grow(record, to);
    else this.jump(record, to, top);
  }

  /** Whether the top frame is a retpoline's own call: over a few bytes, and the return its first branch. */
  private isThunk(record: number, top: number): boolean {
    if (top === 0 || this.stack.records[top] !== record - 1 || this.stack.boundaries[top] !== Boundary.none)
      return false;
    const address = this.stack.addresses[top]!;
    const over = address - this.stack.returns[top]!;
    if (!(over > 0 && over <= RETPOLINE_BYTES)) return false;
    return this.functions.symbols.lookup(address)?.functionStart !== address;
  }

  private obscure(record: number, edge: number): void {
    const { edges } = this.chain.history;
    const to = edges.to[edge]! as Address;
    const isStart = this.functions.isStart(to);
    if (this.returnTo(record, to) || !isStart) return;
    // A loop back to the beginning of its own function.
    if (this.functions.knownStartOf(edges.from[edge]! as Address) === to) return;
    this.push(record, to, Number.NaN, FrameEntry.call, Boundary.obscure);
  }

  /** Rules 2 and 3. */
  private returnTo(record: number, to: Address): boolean {
    const at = this.stack.returns.lastIndexOf(to);
    if (at < 0) return false;
    this.pop(record, at);
    return true;
  }

  /** Rule 6: a return to no return address, taken as a jump out of the frame at `top`. */
  private jump(record: number, to: Address, top: number): void {
    const start = this.functions.startOf(to);
    const isStart = this.functions.isStart(to);
    const target = isStart ? top : this.frameOf(start, top);
    if (target === undefined) {
      this.grow(record, to);
      return;
    }
    this.pop(record, target + 1);
    if (isStart) this.tail(record, to, false);
  }

  private unwindTo(record: number, start: Address): void {
    const frame = this.frameOf(start, this.stack.top);
    if (frame !== undefined) this.pop(record, frame + 1);
  }

  /** The nearest frame of the function that starts at `start`, from `top` down. */
  private frameOf(start: Address, top: number): number | undefined {
    for (let at = top; at >= 0; at--) {
      const address = this.stack.addresses[at]!;
      if (Number.isNaN(address)) continue;
      if (this.functions.startOf(address, () => this.stack.knownAddresses()) === start) return at;
    }
    return undefined;
  }

  private event(record: number, event: RecordEvent): void {
    switch (event.kind) {
      case 'signal':
        this.push(record, event.to, Number.NaN, FrameEntry.signal, Boundary.signal);
        break;
      case 'sigreturn':
        if (!this.popBoundary(record, Boundary.signal)) {
          if (event.to === undefined) this.rebase(record);
          else this.grow(record, event.to);
        }
        break;
      case 'debugger':
        this.debugger(record, event);
        break;
      case 'lost':
      case 'gap':
      case 'exec':
        this.rebase(record);
    }
  }

  private debugger(record: number, event: RecordEvent & { readonly kind: 'debugger' }): void {
    const { action, from, to } = event;
    if (action === 'call') {
      const address = to ?? (Number.NaN as Address);
      this.push(record, address, Number.NaN, FrameEntry.debugger, Boundary.debugger);
    } else if (action === 'return') {
      if (!this.popBoundary(record, Boundary.debugger)) this.rebase(record);
    } else {
      const within =
        from !== undefined &&
        to !== undefined &&
        this.functions.startOf(from, () => [to]) === this.functions.startOf(to);
      if (!within) this.rebase(record);
    }
  }

  private popBoundary(record: number, boundary: Boundary): boolean {
    const at = this.stack.boundaries.lastIndexOf(boundary);
    if (at < 0) return false;
    this.pop(record, at);
    return true;
  }

  private push(record: number, to: Address, returnTo: number, entry: FrameEntry, boundary: Boundary): void {
    const id = this.sink.enter({ parent: this.top, entry, address: to, record });
    this.stack.push({ id, address: to, returnTo, record, boundary });
  }

  /** Whether the jump is all there is of the top frame: `endbr64; bnd jmp *slot`, at most. */
  private isStub(record: number, edge: number): boolean {
    const { edges, facts } = this.chain.history;
    const { top, records, addresses } = this.stack;
    const before = edges.from[edge]! - addresses[top]!;
    return records[top] === record - 1 && facts.isIndirect(edge) && before >= 0 && before <= STUB_BYTES;
  }

  private tail(record: number, to: Address, stub: boolean): void {
    const { top } = this.stack;
    const returnTo = this.stack.returns[top]!;
    const boundary = this.stack.boundaries[top]!;
    const replaced = this.top;
    this.pop(record, top);
    const id = this.sink.enter({
      parent: this.stack.ids[top - 1],
      entry: FrameEntry.tail,
      address: to,
      record,
      stub: stub ? replaced : undefined,
    });
    this.stack.push({ id, address: to, returnTo, record, boundary });
  }

  private grow(record: number, to: Address): void {
    const bottom = this.stack.ids[0]!;
    this.pop(record, 0);
    this.stack.push({
      id: this.sink.grow(bottom, to, record),
      address: to,
      returnTo: Number.NaN,
      record,
      boundary: Boundary.none,
    });
    this.offset--;
  }

  private rebase(record: number): void {
    this.pop(record, 0);
    const next = record + 1;
    const address = (next >= this.chain.thread.first ? this.chain.endOf(next) : Number.NaN) as Address;
    const id = this.sink.enter({ parent: undefined, entry: FrameEntry.lost, address, record });
    this.stack.push({ id, address, returnTo: Number.NaN, record, boundary: Boundary.none });
    this.offset = 0;
  }

  /** Takes away the frames from `size` up, the top one first. */
  private pop(record: number, size: number): void {
    while (this.stack.length > size) this.sink.leave(this.stack.pop(), record);
  }
}
