import { expect, test } from 'vitest';
import { program } from './program';
import { newClient, useSessions } from './session';

useSessions();

// Valgrind keeps registers in its own places within a superblock, unless it is told to have them true everywhere.
test.each(['off', 'valgrind'])('registers within a run of instructions, recorder %s', async (recorder) => {
  const client = newClient();
  await client.launch({ program: program('registers'), branchHistory: { recorder }, stopAtEntry: true });
  await client.request('configurationDone');
  await client.stopped('entry');
  const address = BigInt(await client.evaluate('(long)&in_the_midst'));
  const instructionReference = `0x${address.toString(16)}`;
  await client.request('setInstructionBreakpoints', { breakpoints: [{ instructionReference }] });
  await client.request('continue', { threadId: 1 });
  await client.stopped('instruction breakpoint');
  const values = await Promise.all(['(int)$rbx', '(int)$rcx'].map((name) => client.evaluate(name)));
  expect(values).toEqual(['2', '11']);
  expect(await client.toExit()).toBe(25);
});
