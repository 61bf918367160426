import { Event } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Arrival } from './movement';

/** DAP's `stopped` for a place in the history. The description is what VS Code shows over the call stack. */
export function arrivalEvent(
  { body, hits }: Arrival,
  at: { readonly threadId: number; readonly reason: 'step' | 'goto'; readonly beginning: string },
): DebugProtocol.StoppedEvent {
  const { branchesAgo, live } = body.cursor;
  const branches = `${branchesAgo.toLocaleString('en-US')} ${branchesAgo === 1 ? 'branch' : 'branches'}`;
  const notes = [live ? 'back at the live end' : `in history, ${branches} ago`];
  if (body.kind === 'start') notes.push(`the history begins here (${at.beginning})`);
  if (body.kind === 'gap') notes.push(`beside a gap (${body.gap}); the next step crosses it`);
  if (body.kind === 'moved' && body.gap !== undefined) notes.push(`crossed a gap (${body.gap})`);
  if (hits.some(({ condition }) => condition !== undefined))
    notes.push('condition not evaluated: values are not recorded');
  const description = notes.join('; ');
  return new Event('stopped', {
    reason: hits.length > 0 ? 'breakpoint' : at.reason,
    description,
    text: description,
    threadId: at.threadId,
    allThreadsStopped: true,
    ...(hits.length > 0 ? { hitBreakpointIds: hits.map(({ id }) => id) } : {}),
  }) as DebugProtocol.StoppedEvent;
}
