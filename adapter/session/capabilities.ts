import type { DebugProtocol } from '@vscode/debugprotocol';
import { exceptionFilters } from './exception-filters';

/** What this adapter answers. `restart` is absent on purpose: the client starts a new session, which loses nothing. */
export const capabilities: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsEvaluateForHovers: true,
  supportsSetVariable: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsFunctionBreakpoints: true,
  supportsDisassembleRequest: true,
  supportsReadMemoryRequest: true,
  supportsWriteMemoryRequest: true,
  supportsSteppingGranularity: true,
  supportsInstructionBreakpoints: true,
  supportsTerminateRequest: true,
  supportsDataBreakpoints: true,
  supportsDelayedStackTraceLoading: true,
  supportTerminateDebuggee: true,
  supportsSetExpression: true,
  supportsExceptionFilterOptions: true,
  supportsExceptionOptions: false,
  supportsExceptionInfoRequest: true,
  supportsValueFormattingOptions: true,
  supportsCompletionsRequest: true,
  supportsModulesRequest: true,
  supportsBreakpointLocationsRequest: true,
  supportsGotoTargetsRequest: true,
  supportsDataBreakpointBytes: true,
  supportsClipboardContext: true,
  exceptionBreakpointFilters: [...exceptionFilters],
};
