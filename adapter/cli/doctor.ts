import { type Command, OK, parse, USER_ERROR, UsageError } from './command';
import { examine, type Finding } from './doctor-checks';
import { print } from './standard-output';

const MARKS: Readonly<Record<Finding['state'], string>> = {
  ok: '  ok      ',
  missing: '  MISSING ',
  absent: '  no      ',
  note: '  note    ',
};

export const doctor: Command = {
  help: `usage: bts doctor [--json]

Looks at what recording and debugging need (Valgrind, its tool, GDB, the kernel module, the
CPU's Branch Trace Store, ptrace permissions) and says what each lack means and what to do.

  --json   one JSON object: {"ok", "recorder", "findings": [{"name", "state", "what", "remedy"}]}

Exit status: 0 when programs can be debugged and recorded here, 1 when not.
`,
  async run(args) {
    const { values, positionals } = parse(args, { json: { type: 'boolean' } });
    if (positionals.length > 0) throw new UsageError(`unexpected operand '${positionals[0]}'`);
    const findings = await examine();
    const missing = findings.filter(({ state }) => state === 'missing');
    const recorder = missing.some(({ needed }) => needed === 'recording') ? 'off' : 'valgrind';
    if (values.json) {
      const shown = findings.map(({ name, state, what, remedy }) => ({ name, state, what, remedy }));
      await print(`${JSON.stringify({ ok: missing.length === 0, recorder, findings: shown }, null, 2)}\n`);
    } else {
      for (const { name, state, what, remedy } of findings) {
        await print(`${MARKS[state]}${name}: ${what}\n`);
        if (remedy !== undefined) await print(`            → ${remedy}\n`);
      }
      await print(`\n${verdict(missing, recorder)}\n`);
    }
    return missing.length === 0 ? OK : USER_ERROR;
  },
};

function verdict(missing: readonly Finding[], recorder: 'valgrind' | 'off'): string {
  if (missing.some(({ needed }) => needed === 'debugging'))
    return 'Programs cannot be debugged here yet: see above.';
  if (recorder === 'off') return 'Programs can be debugged here but not recorded yet: see above.';
  return 'Programs can be debugged and recorded here; the recorder "auto" takes Valgrind.';
}
