import { describe, expect, test } from 'vitest';
import { lineOf, program, source } from './program';
import { newClient, useSessions } from './session';

useSessions();

const file = source('basic.c');
const at = (marker: string) => lineOf('basic.c', marker);

describe.each(['off', 'valgrind'])('recorder %s', (recorder) => {
  const branchHistory = { recorder };

  test('launch, break, look, step, run to the end', async () => {
    const client = newClient();
    await client.launch({ program: program('basic'), args: ['a b'], branchHistory });
    const [breakpoint] = await client.breakpoints(file, [{ line: at('add') }]);
    expect(breakpoint).toMatchObject({ verified: true, line: at('add'), source: { path: file } });
    await client.request('configurationDone');
    const stop = await client.stopped('breakpoint');
    expect(stop.hitBreakpointIds).toEqual([breakpoint!.id]);
    const { stackFrames, totalFrames } = await client.request('stackTrace', { threadId: stop.threadId });
    expect(stackFrames.slice(0, 2)).toMatchObject([
      { name: 'add', line: at('add'), source: { name: 'basic.c', path: file } },
      { name: 'main', line: at('loop') },
    ]);
    expect(stackFrames[0].instructionPointerReference).toMatch(/^0x/);
    expect(totalFrames).toBe(2);
    expect(await client.locals()).toMatchObject({ a: { value: '0', type: 'int' }, b: { value: '0' } });
    await client.request('next', { threadId: 1 });
    await client.stopped('step');
    expect(await client.topFrame()).toMatchObject({ name: 'add', line: at('add-return') });
    await client.request('stepOut', { threadId: 1 });
    await client.stopped('step');
    expect(await client.topFrame()).toMatchObject({ name: 'main' });
    await client.breakpoints(file, []);
    expect(await client.toExit()).toBe(9);
    expect(client.text('stdout')).toBe('total 10 argc 2\n');
    expect(client.text('stderr')).toBe('err a b\n');
    expect(
      client.messages.filter((m) => m.type === 'event' && 'event' in m && m.event === 'terminated'),
    ).toHaveLength(1);
    expect(await client.disconnect()).toBeLessThan(1000);
  });

  test('stopAtEntry stops at the first line of main', async () => {
    const client = newClient();
    await client.launch({ program: program('basic'), stopAtEntry: true, branchHistory });
    await client.request('configurationDone');
    await client.stopped('entry');
    expect(await client.topFrame()).toMatchObject({ name: 'main', line: at('main-first') });
  });
});
