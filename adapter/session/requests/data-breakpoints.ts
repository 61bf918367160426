import type { DebugProtocol } from '@vscode/debugprotocol';
import type { FrameReference } from 'cdt-gdb-adapter/dist/types/session';
import type { BreakpointSpec } from '../breakpoints/breakpoint-spec';
import type { Live } from '../live';
import { addressOf, evaluateText } from '../variables/show-object';
import { frameOf, variables } from './variables';

type Info = DebugProtocol.DataBreakpointInfoResponse['body'];

/**
 * DAP dataBreakpointInfo. A variable outside every stack is watched by its name for the whole session, and one on a
 * stack by its name in its frame until the frame is left (GDB then tells): `dataId` is `name`, or `name@thread:level`.
 */
export async function dataBreakpointInfo(
  live: Live,
  args: DebugProtocol.DataBreakpointInfoArguments,
): Promise<Info> {
  const none = (why: string): Info => ({ dataId: null, description: why });
  if (args.asAddress) return byAddress(args);
  const { expression, frame } = await resolve(live, args);
  if (expression === undefined) return none(`${args.name} has no expression that GDB could watch`);
  const address = await addressOf(live, expression, frame);
  if (address === undefined) return none(`${expression} has no address`);
  const symbol = await live.gdb.console(`info symbol ${address}`).catch(() => '');
  const global = !symbol.startsWith('No symbol');
  if (global && /in section \.(text|plt|init|fini)/.test(symbol)) return none(`${expression} is a function`);
  const local = !global && frame !== undefined && /^[A-Za-z_]\w*$/.test(expression);
  return {
    dataId: local
      ? `${expression}@${frame.threadId}:${frame.frameId}`
      : global
        ? expression
        : await fixed(live, expression, frame, address),
    description: `${expression}${live.target.hardwareWatchpoints ? '' : ' (by single-stepping: some thousand instructions a second)'}`,
    accessTypes: live.target.hardwareWatchpoints ? ['read', 'write', 'readWrite'] : ['write'],
    canPersist: global,
  };
}

function byAddress(args: DebugProtocol.DataBreakpointInfoArguments): Info {
  const address = `0x${BigInt(args.name).toString(16)}`;
  const type = { 1: 'char', 2: 'short', 4: 'int', 8: 'long' }[args.bytes ?? 1] ?? `char[${args.bytes}]`;
  const pointer = type.endsWith(']') ? type.replace('[', '(*)[') : `${type} *`;
  return {
    dataId: `*(${pointer})${address}`,
    description: `${args.bytes ?? 1} bytes at ${address}`,
    accessTypes: ['read', 'write', 'readWrite'],
    canPersist: false,
  };
}

/** What the client means: a child of something listed, or an expression in a frame. */
async function resolve(
  live: Live,
  args: DebugProtocol.DataBreakpointInfoArguments,
): Promise<{ expression: string | undefined; frame: FrameReference | undefined }> {
  if (!args.variablesReference)
    return {
      expression: args.name,
      frame: args.frameId === undefined ? undefined : frameOf(live, args.frameId),
    };
  const node = live.variables.get(args.variablesReference);
  if (node.kind === 'registers') return { expression: undefined, frame: node.frame };
  if (node.kind === 'locals') return { expression: args.name, frame: node.frame };
  const listed = (await variables(live, { variablesReference: args.variablesReference })).variables;
  return { expression: listed.find((v) => v.name === args.name)?.evaluateName, frame: node.frame };
}

/** What hangs on a pointer or on a frame, by its place: the pointer may turn elsewhere. */
async function fixed(
  live: Live,
  expression: string,
  frame: FrameReference | undefined,
  address: string,
): Promise<string> {
  const size = Number(await evaluateText(live, `sizeof(${expression})`, frame));
  return byAddress({ name: address, bytes: size } as DebugProtocol.DataBreakpointInfoArguments).dataId!;
}

/** DAP setDataBreakpoints. */
export async function setDataBreakpoints(live: Live, args: DebugProtocol.SetDataBreakpointsArguments) {
  const specs = args.breakpoints.map(
    (b): BreakpointSpec => ({
      kind: 'data',
      location: b.dataId,
      access: b.accessType ?? 'write',
      ...(b.condition ? { condition: b.condition } : {}),
      ...(b.hitCondition ? { hitCondition: b.hitCondition } : {}),
    }),
  );
  if (specs.length === 0 && !live.breakpoints.has('data', undefined)) return { breakpoints: [] };
  return { breakpoints: await live.whilePaused(() => live.breakpoints.set('data', undefined, specs)) };
}
