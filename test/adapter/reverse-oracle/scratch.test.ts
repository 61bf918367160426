import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { program } from '../program';
import { newClient, useSessions } from '../session';
import { askGdb, type Command } from './oracle';
import { RecordedRun } from './recorded-run';

useSessions();
const COMMANDS: Command[] = ['reverse-step','reverse-next','reverse-finish','reverse-continue','step','next','finish','continue'];
const names = (process.env['P'] ?? 'calls-O0').split(',');
test.each(names)('%s', async (name) => {
  const file = program(`reverse-${name}`);
  let t = Date.now();
  const oracle = await askGdb(file);
  const out: string[] = [`gdb ${Date.now() - t} ms`]; t = Date.now();
  const client = newClient();
  await client.launch({ program: file, branchHistory: { recorder: 'valgrind', startAt: 'entry' } });
  await client.request('setFunctionBreakpoints', { breakpoints: [{ name: 'finished' }] });
  await client.request('configurationDone');
  await client.stopped();
  const last = oracle.trace.length - 1;
  const run = await RecordedRun.walk(client, last, oracle.breakpoints);
  out.push(`${name}: instructions ${oracle.trace.length} first known ${run.first} ${Date.now() - t}`); t = Date.now();
  let bad = 0;
  for (let n = run.first; n <= last; n++) {
    const p = run.place(n); const g = oracle.trace[n]!;
    if (Number(p.address) !== g.pc || p.function !== g.function || (p.line ?? 0) !== g.line) { bad++; if (bad < 10) out.push(`trace ${n} ${JSON.stringify(p)} ${JSON.stringify(g)}`); }
  }
  out.push(`trace differences ${bad}`);
  const show = (n: number) => n < 0 ? 'refused' : `${n} ${oracle.trace[n]!.function}:${oracle.trace[n]!.line} ${oracle.trace[n]!.pc.toString(16)}${oracle.trace[n]!.pc === oracle.trace[n]!.entry ? '*' : ''}`;
  for (const command of COMMANDS) {
    let same = 0; const diff: string[] = [];
    for (let n = run.first; n <= last; n++) {
      const g = oracle.moves[command][n]!;
      if (n === last && !command.startsWith('reverse')) continue;
      const o = await run.move(n, command);
      if (o === g) same++; else diff.push(`   ${command} from ${show(n)} | gdb ${show(g)} | ours ${show(o)}`);
    }
    out.push(`${command}: same ${same} different ${diff.length}`, ...diff);
  }
  out.push(`${Date.now() - t} ms`);
  writeFileSync(`/tmp/rev.aVqj/cmp-${name}.txt`, out.join('\n') + '\n');
  expect(1).toBe(1);
}, 100000);
