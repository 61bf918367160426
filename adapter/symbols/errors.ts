import { AdapterError } from '../errors';

export const gdbWithoutPython = (gdb: string, said: string) =>
  new AdapterError(
    'gdb-no-python',
    'user',
    `The GDB that reads symbols (${gdb}) could not run its Python script${said ? `: ${said}` : ''}. ` +
      'Names and lines of the history stay unknown. Install a GDB with Python (apt install gdb, not gdb-minimal), or set "gdb" to one.',
  );

export const symbolsLost = (how: string, said: string) =>
  new AdapterError(
    'symbols-lost',
    'user',
    `The GDB that reads symbols ended twice (${how})${said ? `: ${said}` : ''}. ` +
      'Names and lines that are not known yet stay unknown; start the session again to retry.',
  );
