import type { DebugProtocol } from '@vscode/debugprotocol';

/** What the Breakpoints view offers beside breakpoints. */
export const exceptionFilters: readonly DebugProtocol.ExceptionBreakpointsFilter[] = [
  {
    filter: 'throw',
    label: 'C++: throw',
    description: 'Stops where a C++ exception is thrown',
    default: false,
    supportsCondition: true,
    conditionDescription: 'Regular expression for the type of the exception',
  },
  {
    filter: 'rethrow',
    label: 'C++: rethrow',
    description: 'Stops where a C++ exception is thrown again',
    default: false,
    supportsCondition: true,
    conditionDescription: 'Regular expression for the type of the exception',
  },
  {
    filter: 'catch',
    label: 'C++: catch',
    description: 'Stops where a C++ exception is caught',
    default: false,
    supportsCondition: true,
    conditionDescription: 'Regular expression for the type of the exception',
  },
  {
    filter: 'signal',
    label: 'Signals',
    description: 'Stops on the signals that GDB stops on; off: all are passed to the program, fatal ones too',
    default: true,
    supportsCondition: true,
    conditionDescription: 'Also stop on SIGUSR1; do not stop on -SIGPIPE',
  },
];

export function filterLabel(filter: string): string | undefined {
  return exceptionFilters.find((f) => f.filter === filter)?.label;
}
