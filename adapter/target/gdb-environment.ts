/** Variables that would break or change GDB itself when they are meant for the program. */
const dangerous =
  /^(LD_|PYTHON|GCONV_PATH$|MALLOC_|ASAN_|TSAN_|UBSAN_|LSAN_|MSAN_|GLIBC_TUNABLES$|SHELL$|LC_ALL$|LC_CTYPE$|LANG$)/;

/**
 * Two environments out of one: the program's, as the user asked for it, and GDB's, in which the base class has GDB run
 * with the program's too. GDB gets the harmless part of it, a POSIX shell to start the program with, and a UTF-8 locale
 * (in the C locale it would print é as \303\251).
 *
 * @param changes null removes a variable.
 * @returns `program`: the complete environment. `differences`: what GDB must set or unset for its inferior.
 */
export function gdbEnvironment(
  own: NodeJS.ProcessEnv,
  changes: Readonly<Record<string, string | null>>,
): { gdb: NodeJS.ProcessEnv; program: NodeJS.ProcessEnv; differences: Record<string, string | null> } {
  const program: NodeJS.ProcessEnv = { ...own };
  const gdb: NodeJS.ProcessEnv = { ...own };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete program[name];
    else program[name] = value;
    if (dangerous.test(name)) continue;
    if (value === null) delete gdb[name];
    else gdb[name] = value;
  }
  gdb['SHELL'] = '/bin/sh';
  const locale = gdb['LC_ALL'] || gdb['LC_CTYPE'] || gdb['LANG'] || '';
  if (!/utf-?8/i.test(locale)) {
    delete gdb['LC_ALL'];
    gdb['LC_CTYPE'] = 'C.UTF-8';
  }
  const differences: Record<string, string | null> = {};
  for (const name of Object.keys(program))
    if (program[name] !== gdb[name]) differences[name] = program[name]!;
  for (const name of Object.keys(gdb)) if (program[name] === undefined) differences[name] = null;
  // GDB tells its inferior the size of a terminal that is not the inferior's.
  for (const name of ['LINES', 'COLUMNS']) if (program[name] === undefined) differences[name] = null;
  return { gdb, program, differences };
}
