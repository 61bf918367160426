import type { RequestHandler } from '../live';
import { breakpointLocations, goto, gotoTargets } from './code-locations';
import { completions } from './completions';
import { dataBreakpointInfo, setDataBreakpoints } from './data-breakpoints';
import { disassemble } from './disassemble';
import { evaluate } from './evaluate';
import { exceptionInfo, setExceptionBreakpoints } from './exceptions';
import { readMemory, writeMemory } from './memory';
import { modules, pause } from './pause';
import { setBreakpoints, setFunctionBreakpoints, setInstructionBreakpoints } from './set-breakpoints';
import { setExpression, setVariable } from './set-value';
import { stackTrace } from './stack-trace';
import { scopes, variables } from './variables';

/** The requests that are answered here and not by the base class, by DAP's names. */
export const requests: Readonly<Record<string, RequestHandler>> = {
  breakpointLocations,
  completions,
  dataBreakpointInfo,
  disassemble,
  evaluate,
  exceptionInfo,
  goto,
  gotoTargets,
  modules,
  pause,
  readMemory,
  scopes,
  setBreakpoints,
  setDataBreakpoints,
  setExceptionBreakpoints,
  setExpression,
  setFunctionBreakpoints,
  setInstructionBreakpoints,
  setVariable,
  stackTrace,
  variables,
  writeMemory,
};
