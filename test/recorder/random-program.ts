/** xorshift32: numbers below a bound, the same sequence for the same seed. */
export function generator(seed: number): (below: number) => number {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const CONDITIONS = 'o no b ae e ne be a s ns p np l ge le g'.split(' ');
/** All leave the flags as they were, or all of those that conditions look at defined: processors differ in the others. */
const BODY = [
  'imul %r12, %rbx; add $12345, %rbx',
  'xor %rbx, %rax',
  'rol $1, %rbx',
  'add %ebx, %edx',
  'sub $77, %al',
  'test %ebx, %eax',
  'cmp %rbx, %rdx',
  'mov %rbx, memory(%rip)',
  'add memory+8(%rip), %rdx',
  'cmovs %rbx, %rax',
  'setc %dl',
  'bt $5, %rbx; sbb %rax, %rdx',
  'nopw 512(%rax,%rax)',
  'xadd %rdx, memory+16(%rip)',
  'lock incq memory+24(%rip)',
  'mulsd %xmm1, %xmm0',
  'ucomisd %xmm1, %xmm0',
  'pushf; popf',
];

/**
 * A program in assembler, without libc, whose control flow is a random walk through blocks that end in every kind of
 * branch; most conditions depend on a random sequence in rbx. It ends with status 0 after `steps` blocks.
 */
export function randomProgram(seed: number, blocks: number, steps: number): string {
  const random = generator(seed);
  const label = (): string => `block${random(blocks)}`;
  const condition = (): string => CONDITIONS[random(CONDITIONS.length)]!;
  const body = (most: number): string[] =>
    Array.from({ length: random(most) }, () => BODY[random(BODY.length)]!);
  const small = (): number => random(6);

  const ways: (() => string[])[] = [
    () => [`j${condition()} ${label()}`],
    () => [`j${condition()} ${label()}`, `j${condition()} ${label()}`],
    () => [`jmp ${label()}`],
    () => ['inc %r14', `call ${label()}`],
    () => ['inc %r14', `lea ${label()}(%rip), %rsi`, 'call *%rsi'],
    () => [`lea ${label()}(%rip), %rsi`, 'jmp *%rsi'],
    () => [`lea ${label()}(%rip), %rsi`, 'mov %rsi, memory+32(%rip)', 'jmp *memory+32(%rip)'],
    () => [`lea ${label()}(%rip), %rsi`, 'push %rsi', 'ret'],
    () => ['test %r14, %r14', 'jz 1f', 'dec %r14', 'ret', '1:'],
    () => ['test %r14, %r14', 'jz 1f', 'dec %r14', 'rep ret', '1:'],
    () => [`mov $${1 + small()}, %ecx`, '1:', ...body(4), `${['loop', 'loope', 'loopne'][random(3)]!} 1b`],
    () => [`mov $${1 + small()}, %ecx`, '1: loop 1b'],
    () => [`mov $${1 + small()}, %ecx`, '1: dec %ecx', 'jnz 1b'],
    () => [`mov $${1 + small() * 9}, %ecx`, '1:', ...body(3), 'sub $1, %rcx', 'jne 1b'],
    () => [
      `mov $${1 + small()}, %ecx`,
      '1:',
      'test $1, %cl',
      'jz 2f',
      ...body(2),
      '2:',
      'dec %ecx',
      'jnz 1b',
    ],
    () => [`mov $${small()}, %ecx`, random(2) ? 'jrcxz 1f' : 'jecxz 1f', ...body(3), '1:'],
    () => [`j${condition()} 1f`, '1:'],
    () => [`mov $${small()}, %ecx`, random(2) ? 'loop 1f' : 'jrcxz 1f', '1:'],
    () => ['jmp 1f', '1:'],
    () => ['call 1f', '1: pop %rsi'],
    () => [
      `mov $${small()}, %ecx`,
      'lea memory(%rip), %rdi',
      'lea memory+64(%rip), %rsi',
      `rep ${['stosb', 'movsq', 'lodsb'][random(3)]}`,
    ],
    () => [
      `mov $${small()}, %ecx`,
      'lea memory(%rip), %rdi',
      'lea memory+64(%rip), %rsi',
      ['repe cmpsb', 'repne scasb'][random(2)]!,
    ],
    // The second half of an instruction is another one: jumps into it.
    () => [`j${condition()} 1f+1`, '1: .byte 0xb8, 0x90, 0x90, 0x90, 0x90'],
    () => [`.byte 0x3e; j${condition()} ${label()}`],
    () => [`bnd jmp ${label()}`],
    () => Array.from({ length: random(120) }, () => BODY[random(4)]!),
  ];

  const lines = [
    '.globl _start',
    '.text',
    '_start:',
    `mov $${steps}, %r15`,
    'xor %r14d, %r14d',
    'mov %rsp, %r13',
  ];
  lines.push('movabs $6364136223846793005, %r12', `mov $${seed}, %rbx`);
  for (let block = 0; block < blocks; block++) {
    if (random(6) === 0) {
      lines.push(`jmp block${block}`, '.p2align 12', `.skip ${4096 - 12 + random(12)}`); // the next lies over a page's end
    }
    lines.push(`block${block}:`, 'dec %r15', 'jz done', 'imul %r12, %rbx', 'add $12345, %rbx');
    if (random(3) === 0) lines.push('mov %rbx, %rsi', 'shr $40, %rsi', 'test $3, %sil');
    lines.push(...body(8), ...ways[random(ways.length)]!(), ...body(3));
  }
  lines.push('jmp block0', 'done:', 'mov %r13, %rsp', 'mov $231, %eax', 'xor %edi, %edi', 'syscall', 'hlt');
  lines.push('.bss', '.p2align 6', 'memory: .skip 4096');
  return `${lines.join('\n')}\n`;
}
