import type { DebugProtocol } from '@vscode/debugprotocol';
import { notSupported } from '../../errors';
import type { BreakpointSpec } from '../breakpoints/breakpoint-spec';
import { filterLabel } from '../exception-filters';
import type { Live } from '../live';
import { applySignals } from '../signal-filter';
import { createObject, evaluateText } from '../variables/show-object';

/** DAP setExceptionBreakpoints: `throw`, `rethrow`, `catch` become catchpoints, `signal` GDB's signal table. */
export async function setExceptionBreakpoints(
  live: Live,
  args: DebugProtocol.SetExceptionBreakpointsArguments,
) {
  const options = [
    ...args.filters.map((filterId) => ({ filterId })),
    ...(args.filterOptions ?? []),
  ] as readonly DebugProtocol.ExceptionFilterOptions[];
  const specs = options
    .filter((o) => o.filterId !== 'signal')
    .map(
      (o): BreakpointSpec => ({
        kind: 'exception',
        location: o.filterId,
        ...(o.condition ? { condition: o.condition } : {}),
      }),
    );
  const signal = options.find((o) => o.filterId === 'signal');
  return live.whilePaused(async () => {
    const problem = await applySignals(live, signal !== undefined, signal?.condition ?? '');
    const set = await live.breakpoints.set('exception', undefined, specs);
    const breakpoints = options.map((o) =>
      o.filterId !== 'signal'
        ? set.shift()!
        : problem === undefined
          ? { verified: true }
          : { verified: false, message: problem },
    );
    return { breakpoints };
  });
}

/** DAP exceptionInfo. */
export async function exceptionInfo(
  live: Live,
  args: DebugProtocol.ExceptionInfoArguments,
): Promise<DebugProtocol.ExceptionInfoResponse['body']> {
  const stop = live.lastStop;
  if (stop?.threadId === args.threadId && stop.signal) {
    const { name, meaning } = stop.signal;
    const address = await faultAddress(live, name);
    const description = address === undefined ? meaning : `${meaning}, address ${address}`;
    return { exceptionId: name, description, breakMode: 'always' };
  }
  if (stop?.threadId !== args.threadId || stop.filter === undefined)
    throw notSupported('This thread did not stop for an exception or a signal.');
  const { type, text } = await thrown(live, stop.filter);
  return {
    exceptionId: type,
    description: [filterLabel(stop.filter), text].filter(Boolean).join(': '),
    breakMode: 'always',
    details: { typeName: type, evaluateName: '$_exception', ...(text === '' ? {} : { message: text }) },
  };
}

/** The address that a fault is about (siginfo_t's si_addr), as far as GDB can tell. */
async function faultAddress(live: Live, signal: string): Promise<string | undefined> {
  if (!/^SIG(SEGV|BUS|ILL|FPE)$/.test(signal)) return undefined;
  return readText(live, '$_siginfo._sifields._sigfault.si_addr').then(
    (text) => /0x[0-9a-f]+/.exec(text ?? '')?.[0],
  );
}

/** Standard exceptions that libstdc++ lays out as a virtual table pointer and a `char *` to the message (its ABI). */
const withMessage =
  /^std::(runtime_error|range_error|overflow_error|underflow_error|system_error|logic_error|domain_error|invalid_argument|length_error|out_of_range)$/;

/**
 * Type and message of the C++ exception in flight. GDB knows it through libstdc++'s probes, if the program has debug
 * information for the type; otherwise the arguments of __cxa_throw(object, type_info, …) tell. The message is read from
 * the object, not asked for with what(): a call would run the program.
 */
async function thrown(live: Live, filter: string): Promise<{ type: string; text: string }> {
  try {
    const object = await createObject(live, '$_exception', undefined);
    const text = (await readText(live, '$_exception')) ?? '';
    return { type: object.type ?? 'exception', text: /"(?:[^"\\]|\\.)*"/.exec(text)?.[0] ?? text };
  } catch {
    if (filter !== 'throw') return { type: 'C++ exception', text: '' };
    const symbol = await live.gdb.console('info symbol $rsi').catch(() => '');
    const type = /^typeinfo for (.*?)(?:@| in section| \+|\s*$)/.exec(symbol)?.[1] ?? 'C++ exception';
    const message = withMessage.test(type) ? await readText(live, '*(char **)($rdi + 8)') : undefined;
    return { type, text: /"(?:[^"\\]|\\.)*"/.exec(message ?? '')?.[0] ?? '' };
  }
}

const readText = (live: Live, expression: string): Promise<string | undefined> =>
  evaluateText(live, expression, undefined).catch(() => undefined);
