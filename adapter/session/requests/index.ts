import type { RequestHandler } from '../live';
import { setBreakpoints, setFunctionBreakpoints, setInstructionBreakpoints } from './set-breakpoints';
import { stackTrace } from './stack-trace';
import { scopes, variables } from './variables';

/** The requests that are answered here and not by the base class, by DAP's names. */
export const requests: Readonly<Record<string, RequestHandler>> = {
  setBreakpoints,
  setFunctionBreakpoints,
  setInstructionBreakpoints,
  stackTrace,
  scopes,
  variables,
};
