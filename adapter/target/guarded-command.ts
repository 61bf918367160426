import { findExecutable } from './find-executable';

let setpriv: string | undefined | null = null;

/**
 * Makes a command die with the adapter, however that ends (SIGKILL included): PR_SET_PDEATHSIG through setpriv(1),
 * which is in Debian's and Ubuntu's base system. Without setpriv the command is returned as it is, and the next
 * start's sweep of stale run directories is what is left. The setting survives exec but not fork: it is for the
 * process itself, not for its children.
 */
export function guardedCommand(command: readonly string[]): [string, ...string[]] {
  if (setpriv === null) setpriv = findExecutable('setpriv');
  return (setpriv ? [setpriv, '--pdeathsig', 'KILL', '--', ...command] : [...command]) as [
    string,
    ...string[],
  ];
}
