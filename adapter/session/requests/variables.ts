import { Scope } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { FrameReference } from 'cdt-gdb-adapter/dist/types/session';
import { staleReference } from '../../errors';
import type { Live } from '../live';
import { listChildren, listLocals, listRegisters } from '../variables/list-variables';

/** The frame of a frameId. @throws AdapterError (user) for one of an earlier stop. */
export function frameOf(live: Live, frameId: number): FrameReference {
  const frame = live.frames.get(frameId);
  if (!frame) throw staleReference('This stack frame');
  return frame;
}

/** DAP scopes. */
export async function scopes(
  live: Live,
  args: DebugProtocol.ScopesArguments,
): Promise<DebugProtocol.ScopesResponse['body']> {
  const frame = frameOf(live, args.frameId);
  const locals: DebugProtocol.Scope = new Scope(
    'Local',
    live.variables.add({ kind: 'locals', frame }),
    false,
  );
  const registers: DebugProtocol.Scope = new Scope(
    'Registers',
    live.variables.add({ kind: 'registers', frame }),
    true,
  );
  locals.presentationHint = 'locals';
  registers.presentationHint = 'registers';
  return { scopes: [locals, registers] };
}

/** DAP variables. */
export async function variables(
  live: Live,
  args: DebugProtocol.VariablesArguments,
): Promise<DebugProtocol.VariablesResponse['body']> {
  const reference = args.variablesReference;
  const node = live.variables.get(reference);
  switch (node.kind) {
    case 'locals':
      return { variables: await listLocals(live, reference, node.frame) };
    case 'registers':
      return { variables: await listRegisters(live, node.frame) };
    case 'object':
      return {
        variables: await listChildren(live, reference, node, args.start ?? 0, args.count || undefined),
      };
  }
}
