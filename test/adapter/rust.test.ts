import { expect, test } from 'vitest';
import { hasProgram, lineOf, program, source } from './program';
import { newClient, useSessions } from './session';

useSessions();

const stopped = async (env: NodeJS.ProcessEnv = process.env) => {
  const client = newClient(env);
  await client.launch({ program: program('values'), branchHistory: { recorder: 'off' } });
  await client.breakpoints(source('values.rs'), [{ line: lineOf('values.rs', 'look') }]);
  await client.request('configurationDone');
  await client.stopped('breakpoint');
  return client;
};

test('values of Rust are shown as what they are', async (context) => {
  if (!hasProgram('values')) context.skip('there is no rustc');
  const client = await stopped();
  const locals = await client.locals();
  expect(locals).toMatchObject({ name: { value: '"ferris"' }, sum: { value: '3', type: 'i32' } });
  expect(locals['numbers']!.value).toMatch(/Vec\(size=3\) = \{1, 2, 3\}/);
  expect(await client.children(locals['numbers']!.variablesReference)).toMatchObject({
    '[2]': { value: '3' },
  });
  expect(Object.values(await client.children(locals['ages']!.variablesReference))).toMatchObject([
    { name: '["ann"]', value: '30' },
  ]);
  expect(await client.evaluate('sum + 1')).toBe('4');
});

test('without the compiler the reason is told', async (context) => {
  if (!hasProgram('values')) context.skip('there is no rustc');
  const client = await stopped({ ...process.env, PATH: '/usr/bin:/bin', HOME: '/nonexistent' });
  expect(client.text('console')).toContain('rustc was not found');
  expect(await client.locals()).toHaveProperty('numbers');
});
