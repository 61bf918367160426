import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BreakpointSpec } from '../breakpoints/breakpoint-spec';
import type { Live } from '../live';

/** Undefined where a property is absent: specs are compared. */
const given = (b: { condition?: string; hitCondition?: string; logMessage?: string }) => ({
  ...(b.condition ? { condition: b.condition } : {}),
  ...(b.hitCondition ? { hitCondition: b.hitCondition } : {}),
  ...(b.logMessage ? { logMessage: b.logMessage } : {}),
});

/** DAP setBreakpoints. */
export function setBreakpoints(live: Live, args: DebugProtocol.SetBreakpointsArguments) {
  const file = args.source.path ?? args.source.name ?? '';
  const specs = (args.breakpoints ?? []).map(
    (b): BreakpointSpec => ({
      kind: 'source',
      file,
      line: b.line,
      hardware: isHardware(live, b.mode),
      ...given(b),
    }),
  );
  return replace(live, 'source', file, specs);
}

/** DAP setFunctionBreakpoints. */
export function setFunctionBreakpoints(live: Live, args: DebugProtocol.SetFunctionBreakpointsArguments) {
  const specs = args.breakpoints.map(
    (b): BreakpointSpec => ({
      kind: 'function',
      location: b.name.trim(),
      hardware: isHardware(live, undefined),
      ...given(b),
    }),
  );
  return replace(live, 'function', undefined, specs);
}

/** DAP setInstructionBreakpoints. */
export function setInstructionBreakpoints(
  live: Live,
  args: DebugProtocol.SetInstructionBreakpointsArguments,
) {
  const specs = args.breakpoints.map((b): BreakpointSpec => {
    const address = BigInt(b.instructionReference) + BigInt(b.offset ?? 0);
    return {
      kind: 'instruction',
      location: `*0x${address.toString(16)}`,
      hardware: isHardware(live, b.mode),
      ...given(b),
    };
  });
  return replace(live, 'instruction', undefined, specs);
}

const isHardware = (live: Live, mode: string | undefined): boolean =>
  mode ? mode === 'hardware' : live.gdb.isUseHWBreakpoint();

/** Sets a list with the program stopped; an empty list that is empty already needs no stop. */
async function replace(
  live: Live,
  kind: BreakpointSpec['kind'],
  file: string | undefined,
  specs: readonly BreakpointSpec[],
) {
  if (specs.length === 0 && !live.breakpoints.has(kind, file)) return { breakpoints: [] };
  return { breakpoints: await live.whilePaused(() => live.breakpoints.set(kind, file, specs)) };
}

/** The answer when there is nothing left to set them in. */
export const unbound = (args: { readonly breakpoints?: readonly unknown[] } | undefined) => ({
  breakpoints: (args?.breakpoints ?? []).map(() => ({ verified: false, message: 'The program has ended.' })),
});
