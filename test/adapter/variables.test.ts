import { describe, expect, test } from 'vitest';
import { lineOf, program, source } from './program';
import { newClient, useSessions } from './session';

useSessions();

const file = source('data.cc');
const at = (marker: string) => lineOf('data.cc', marker);

describe.each(['off', 'valgrind'])('variables, recorder %s', (recorder) => {
  const stopAt = async (marker: string) => {
    const client = newClient();
    await client.launch({ program: program('data'), branchHistory: { recorder } });
    await client.breakpoints(file, [{ line: at(marker) }]);
    await client.request('configurationDone');
    await client.stopped('breakpoint');
    return client;
  };

  test('locals of every shape', async () => {
    const client = await stopAt('look');
    const locals = await client.locals();
    expect(locals).toMatchObject({
      number: {
        value: '7',
        type: 'int',
        evaluateName: 'number',
        memoryReference: expect.stringMatching(/^0x/),
      },
      byte: { value: expect.stringContaining('200'), type: 'unsigned char' },
      flag: { value: 'true', type: 'bool' },
      real: { value: '1.5', type: 'double' },
      point: { type: 'Point', value: '{x = 1, y = 2}' },
      numbers: { value: 'std::vector of length 3, capacity 3 = {10, 20, 30}' },
      name: { value: '"string value"' },
    });
    expect(await client.children(locals['point']!.variablesReference)).toMatchObject({
      x: { value: '1', evaluateName: 'point.x' },
      y: { value: '2' },
    });
    const pointed = await client.children(locals['pointer']!.variablesReference);
    expect(pointed['y']).toMatchObject({ value: '2' });
    expect(await client.evaluate(pointed['y']!.evaluateName!)).toBe('2');
    const rows = await client.children(locals['matrix']!.variablesReference);
    expect(Object.keys(rows)).toEqual(['[0]', '[1]']);
    expect((await client.children(rows['[1]']!.variablesReference))['[2]']).toMatchObject({
      value: '6',
      evaluateName: 'matrix[1][2]',
    });
  });

  test('members of a class without their access, its base, and a string with quotes', async () => {
    const client = await stopAt('look');
    const shape = await client.children((await client.locals())['shape']!.variablesReference);
    expect(Object.keys(shape).sort()).toEqual(['Base', 'corner', 'label', 'weight']);
    expect(shape['label']!.value).toContain('"shape \\"one\\""');
    const base = await client.children(shape['Base']!.variablesReference);
    expect(base).toMatchObject({ base_value: { value: '11' }, hidden: { value: '12' } });
  });

  test('containers of the standard library have elements', async () => {
    const client = await stopAt('look');
    const locals = await client.locals();
    expect(await client.children(locals['numbers']!.variablesReference)).toMatchObject({
      '[0]': { value: '10' },
      '[2]': { value: '30' },
    });
    expect(await client.children(locals['ages']!.variablesReference)).toMatchObject({
      '["ann"]': { value: '30' },
      '["bob"]': { value: '40' },
    });
    const owned = await client.children(locals['owned']!.variablesReference);
    expect(owned['get()']!.value).toMatch(/^0x/);
  });

  test('a large array comes in pages', async () => {
    const client = await stopAt('look');
    const { big } = await client.locals();
    expect(big).toMatchObject({ indexedVariables: 500 });
    const page = await client.request('variables', {
      variablesReference: big!.variablesReference,
      start: 300,
      count: 2,
    });
    expect(page.variables).toMatchObject([
      { name: '[300]', value: '300', evaluateName: 'big[300]' },
      { name: '[301]', value: '301' },
    ]);
  });

  test('an inner variable hides the outer one of its name, which is shown too', async () => {
    const client = await stopAt('shadow');
    expect(await client.locals()).toMatchObject({
      number: { value: '99' },
      'number (outer block)': { value: '7' },
    });
  });

  test("setVariable: a number, a member, an element, a register; errors are GDB's", async () => {
    const client = await stopAt('look');
    const frame = await client.topFrame();
    const { scopes } = await client.request('scopes', { frameId: frame.id });
    const [locals, registers] = scopes.map((s: { variablesReference: number }) => s.variablesReference);
    const set = (variablesReference: number, name: string, value: string) =>
      client.request('setVariable', { variablesReference, name, value });
    expect(await set(locals, 'number', 'point.x + 41')).toMatchObject({ value: '42', type: 'int' });
    expect(await client.evaluate('number')).toBe('42');
    const all = await client.children(locals);
    await set(all['point']!.variablesReference, 'y', '-5');
    await client.children(all['matrix']!.variablesReference);
    const row = (await client.children(all['matrix']!.variablesReference))['[0]']!;
    await client.children(row.variablesReference);
    await set(row.variablesReference, '[1]', '77');
    expect(await client.evaluate('point.y + matrix[0][1]')).toBe('72');
    await set(registers, 'rbx', '0x1234');
    expect(await client.evaluate('$rbx')).toBe('4660');
    expect(
      await client.failing('setVariable', { variablesReference: locals, name: 'number', value: 'nonsense' }),
    ).toContain('nonsense');
  });

  test('setExpression', async () => {
    const client = await stopAt('look');
    const { id: frameId } = await client.topFrame();
    expect(
      await client.request('setExpression', { expression: 'shape.corner.x', value: '6 * 7', frameId }),
    ).toMatchObject({
      value: '42',
    });
    expect(await client.evaluate('shape.corner.x')).toBe('42');
    await client.request('setExpression', { expression: 'global_value', value: '1' });
    expect(await client.evaluate('global_value')).toBe('1');
    expect(await client.failing('setExpression', { expression: '1 + 1', value: '3', frameId })).not.toBe('');
  });

  test('evaluate: strings, calls, frames, formats, errors', async () => {
    const client = await stopAt('look');
    expect(await client.evaluate('text[0] == "h"[0] && true')).toBe('true');
    expect(await client.evaluate('twice(number)')).toBe('14');
    const frame = await client.topFrame();
    const evaluate = (args: object) =>
      client.request('evaluate', { frameId: frame.id, context: 'watch', ...args });
    expect((await evaluate({ expression: 'number', format: { hex: true } })).result).toBe('0x7');
    expect((await evaluate({ expression: 'point', context: 'clipboard' })).result).toBe('{x = 1, y = 2}');
    expect(JSON.parse((await evaluate({ expression: 'point', context: 'variables' })).result)).toEqual({
      x: 1,
      y: 2,
    });
    const expandable = await evaluate({ expression: 'numbers' });
    expect(await client.children(expandable.variablesReference)).toMatchObject({ '[1]': { value: '20' } });
    expect(
      await client.failing('evaluate', { expression: 'no_such', context: 'watch', frameId: frame.id }),
    ).toContain('no_such');
    expect(
      await client.failing('evaluate', { expression: '*(int*)0', context: 'watch', frameId: frame.id }),
    ).toContain('0x0');
    expect(
      await client.failing('evaluate', { expression: 'twice(1)', context: 'hover', frameId: frame.id }),
    ).toContain('call');
    // No frame: globals.
    expect((await client.request('evaluate', { expression: 'global_value', context: 'watch' })).result).toBe(
      '142',
    );
  });

  test('the debug console takes GDB commands', async () => {
    const client = await stopAt('look');
    const { id: frameId } = await client.topFrame();
    const type = (expression: string) => client.request('evaluate', { expression, context: 'repl', frameId });
    await type('>print "quoted \\"text\\"" ');
    await client.untilText('console', '"quoted \\"text\\""');
    await type('-exec info symbol main');
    await client.untilText('console', 'main in section .text');
    await type('info line main');
    await client.untilText('console', 'starts at address');
    await type('>-gdb-set var number = 5');
    expect((await type('number')).result).toBe('5');
    expect(
      await client.failing('evaluate', { expression: '>no-such-command', context: 'repl', frameId }),
    ).toContain('no-such-command');
    expect(await client.failing('evaluate', { expression: '>run', context: 'repl', frameId })).toContain(
      'Restart',
    );
    expect(await client.failing('evaluate', { expression: 'del', context: 'repl', frameId })).toContain(
      '"del"',
    );
  });

  test('deep in a recursion every frame has its own values', async () => {
    const client = await stopAt('deep-end');
    const first = await client.request('stackTrace', { threadId: 1, startFrame: 0, levels: 20 });
    expect(first.stackFrames).toHaveLength(20);
    expect(first.totalFrames).toBeGreaterThan(20);
    const later = await client.request('stackTrace', { threadId: 1, startFrame: 200, levels: 1000 });
    expect(later.stackFrames).toHaveLength(52);
    expect(later.totalFrames).toBe(252);
    expect(later.stackFrames.at(-1)).toMatchObject({ name: 'main' });
    for (const [index, n] of [
      [0, 200],
      [49, 249],
      [50, 250],
    ] as const) {
      const { scopes } = await client.request('scopes', { frameId: later.stackFrames[index].id });
      expect(await client.children(scopes[0].variablesReference)).toMatchObject({
        n: { value: String(n) },
        here: { value: String(n * 10) },
      });
    }
    expect(
      (await client.request('stackTrace', { threadId: 1, startFrame: 400, levels: 5 })).stackFrames,
    ).toEqual([]);
    expect((await client.request('stackTrace', { threadId: 1 })).stackFrames).toHaveLength(252);
  });

  test('what was shown at one stop is refused at the next', async () => {
    const client = await stopAt('look');
    const frame = await client.topFrame();
    const { scopes } = await client.request('scopes', { frameId: frame.id });
    await client.request('next', { threadId: 1 });
    await client.stopped();
    expect(await client.failing('variables', { variablesReference: scopes[0].variablesReference })).toContain(
      'earlier stop',
    );
    expect(await client.failing('scopes', { frameId: frame.id })).toContain('earlier stop');
  });

  test('registers', async () => {
    const client = await stopAt('look');
    const frame = await client.topFrame();
    const { scopes } = await client.request('scopes', { frameId: frame.id });
    const registers = await client.children(scopes[1].variablesReference);
    expect(BigInt(registers['rip']!.value)).toBe(BigInt(frame.instructionPointerReference!));
    expect(registers['rip']!.evaluateName).toBe('$rip');
  });

  test('memory: read, write, what cannot be read', async () => {
    const client = await stopAt('look');
    const { text } = await client.locals();
    const memoryReference = text!.memoryReference!;
    const read = await client.request('readMemory', { memoryReference, count: 6 });
    expect(Buffer.from(read.data, 'base64').toString()).toBe('héllo');
    await client.request('writeMemory', {
      memoryReference,
      offset: 3,
      data: Buffer.from('LL').toString('base64'),
    });
    expect(await client.evaluate('text[3]')).toContain("'L'");
    expect(
      Buffer.from(
        (await client.request('readMemory', { memoryReference: '&text', offset: 3, count: 2 })).data,
        'base64',
      ).toString(),
    ).toBe('LL');
    const none = await client.request('readMemory', { memoryReference: '0x10', count: 8 });
    expect(none).toMatchObject({ address: '0x10', unreadableBytes: 8 });
    expect(await client.failing('writeMemory', { memoryReference: '0x10', data: 'AAAA' })).not.toBe('');
  });

  test('disassemble: forward, and backward on the boundaries the program runs', async () => {
    const client = await stopAt('look');
    const { instructionPointerReference: pc } = await client.topFrame();
    const ahead = await client.request('disassemble', { memoryReference: pc, instructionCount: 10 });
    expect(ahead.instructions).toHaveLength(10);
    expect(ahead.instructions[0]).toMatchObject({
      address: expect.stringContaining(pc!.replace(/^0x0*/, '')),
      line: at('look'),
      location: { path: file },
    });
    const around = await client.request('disassemble', {
      memoryReference: pc,
      instructionOffset: -20,
      instructionCount: 30,
    });
    expect(around.instructions.slice(20)).toEqual(ahead.instructions);
    // Read forward from the first, the same instructions come.
    const again = await client.request('disassemble', {
      memoryReference: around.instructions[0].address,
      instructionCount: 30,
    });
    expect(again.instructions).toEqual(around.instructions);
    expect(around.instructions.every((i: { instruction: string }) => !i.instruction.includes('(bad)'))).toBe(
      true,
    );
    const far = await client.request('disassemble', {
      memoryReference: pc,
      instructionOffset: -400,
      instructionCount: 5,
    });
    expect(far.instructions).toHaveLength(5);
    const unmapped = await client.request('disassemble', { memoryReference: '0x10', instructionCount: 3 });
    expect(unmapped.instructions).toMatchObject([{ presentationHint: 'invalid' }, {}, {}]);
  });

  test('completions: names and commands', async () => {
    const client = await stopAt('look');
    const { id: frameId } = await client.topFrame();
    const complete = async (text: string) =>
      (await client.request('completions', { text, column: text.length + 1, frameId })).targets.map(
        (t: { label: string }) => t.label,
      );
    expect(await complete('numb')).toEqual(expect.arrayContaining(['number', 'numbers']));
    expect(await complete('1 + point.')).toEqual(expect.arrayContaining(['point.x', 'point.y']));
    expect(await complete('>info sourc')).toEqual(expect.arrayContaining(['source', 'sources']));
  });
});

test('text is UTF-8 also where the locale is not', async () => {
  const client = newClient({ ...process.env, LANG: 'C', LC_ALL: 'C' });
  await client.launch({ program: program('data'), branchHistory: { recorder: 'off' } });
  await client.breakpoints(file, [{ line: at('look') }]);
  await client.request('configurationDone');
  await client.stopped('breakpoint');
  expect(await client.evaluate('&text[0]')).toContain('"héllo"');
});
