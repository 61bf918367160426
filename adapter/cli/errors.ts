import { AdapterError } from '../errors';

const user = (code: string, message: string): AdapterError => new AdapterError(code, 'user', message);

export const commandNotFound = (name: string) =>
  user(
    'program-missing',
    name.includes('/')
      ? `The program ${name} does not exist. Build it, or correct the path.`
      : `The program ${name} was not found in PATH. Give its path (./${name}), or correct the name.`,
  );

export const noKernelModule = (recorder: string) =>
  user(
    'recorder-unsupported',
    `The recorder "${recorder}" needs the kernel module, which this version does not have. ` +
      'Use --recorder valgrind. "bts doctor" tells what this machine can do.',
  );

export const noKernelMode = (mode: string) =>
  user(
    'mode-unsupported',
    `Valgrind runs programs in user mode and cannot see the kernel, so --mode ${mode} is not possible with it. Use --mode user.`,
  );

export const nothingRecorded = (how: string, said: string) =>
  user(
    'nothing-recorded',
    `Valgrind ended before the program began (${how}), so there is nothing to save${said ? `. It said: ${said}` : ''}. ` +
      'Try: bts doctor',
  );

export const cannotWriteInto = (directory: string, why: string) =>
  user(
    'output-unwritable',
    `The recording cannot be saved in ${directory}: ${why}. Name another place with -o FILE.`,
  );
