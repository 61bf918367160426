import { program } from '../program';
import { newClient } from '../session';
import { askGdb, type Oracle } from './oracle';
import { RecordedRun } from './recorded-run';

/** Records one of the reverse-* programs twice, in GDB and in a session of the adapter, up to `finished`. */
export async function recordBoth(
  name: string,
): Promise<{ readonly oracle: Oracle; readonly run: RecordedRun }> {
  const file = program(name);
  const client = newClient();
  const started = client
    .launch({ program: file, branchHistory: { recorder: 'valgrind', startAt: 'entry' } })
    .then(() => client.request('setFunctionBreakpoints', { breakpoints: [{ name: 'finished' }] }))
    .then(() => client.request('configurationDone'))
    .then(() => client.event('stopped'));
  const [oracle] = await Promise.all([askGdb(file), started]);
  return { oracle, run: await RecordedRun.walk(client, oracle.breakpoints) };
}
