import { describe, expect, test } from 'vitest';
import { IcedDecoder } from '../../../adapter/decoder/iced-decoder';
import type { Address } from '../../../src/address';
import { type DecodedCode, InstructionKind } from '../../../src/code/decoder';

const decoder = new IcedDecoder();
const at = (value: number): Address => value as Address;

function decode(hex: string, start = 0x401000, last?: number): DecodedCode | undefined {
  return decoder.decode(bytesOf(hex), at(start), last === undefined ? undefined : at(last));
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

function kinds(code: DecodedCode | undefined): string[] | undefined {
  return code && [...code.kinds].map((kind) => InstructionKind[kind]!);
}

describe('the kind of one instruction, from its bytes', () => {
  test.each([
    ['90', 'other'],
    ['e8 00000000', 'call'],
    ['ff 10', 'call'],
    ['ff 18', 'far'], // lcall *(%rax)
    ['c3', 'ret'],
    ['c2 0800', 'ret'],
    ['f3 c3', 'ret'],
    ['cb', 'far'], // lret
    ['48 cf', 'far'], // iretq
    ['eb 00', 'jmp'],
    ['e9 00000000', 'jmp'],
    ['ff e0', 'jmp'],
    ['f2 ff 25 00000000', 'jmp'], // bnd jmp *(%rip)
    ['ff 28', 'far'], // ljmp *(%rax)
    ['74 00', 'jcc'],
    ['0f 84 00000000', 'jcc'],
    ['e2 fe', 'jcc'], // loop
    ['e3 fe', 'jcc'], // jrcxz
    ['67 e3 fd', 'jcc'], // jecxz
    ['0f 05', 'syscall'],
    ['cd 80', 'syscall'],
    ['0f 34', 'far'], // sysenter: does not come back to the next instruction
    ['cc', 'other'],
    ['0f 0b', 'other'], // ud2
    ['c7 f8 00000000', 'far'], // xbegin
    ['c6 f8 01', 'other'], // xabort: an abort is no retired branch
    ['0f 01 d5', 'other'], // xend
    ['f3 a4', 'other'], // rep movsb
    ['f3 0f 1e fa', 'other'], // endbr64
  ])('%s is %s', (hex, kind) => {
    expect(kinds(decode(hex, 0x401000, 0x401000))).toEqual([kind]);
  });
});

describe('a block', () => {
  test('runs through conditional branches and system calls until the last instruction', () => {
    // nop; je +2; syscall; nop; jmp *%rax; (never read) nop
    const code = decode('90 7402 0f05 90 ffe0 90', 0x401000, 0x401006);
    expect(kinds(code)).toEqual(['other', 'jcc', 'syscall', 'other', 'jmp']);
    expect([...code!.offsets]).toEqual([0, 1, 3, 5, 6]);
    expect(code!.length).toBe(8);
    expect(code!.start).toBe(0x401000);
  });

  test('without a last instruction ends with the first that never falls through', () => {
    expect(kinds(decode('90 7402 c3 90'))).toEqual(['other', 'jcc', 'ret']);
    expect(kinds(decode('90 0f0b 90'))).toEqual(['other', 'other']);
  });

  test('cannot run through a jump, call or return', () => {
    expect(decode('eb00 90', 0x401000, 0x401002)).toBeUndefined();
    expect(decode('e800000000 90', 0x401000, 0x401005)).toBeUndefined();
    expect(decode('c3 90', 0x401000, 0x401001)).toBeUndefined();
  });

  test('is undefined when no instruction starts at the last address', () => {
    expect(decode('4889c3 c3', 0x401000, 0x401001)).toBeUndefined();
    expect(decode('90 c3', 0x401000, 0x402000)).toBeUndefined();
    expect(decode('90 c3', 0x401000, 0x400fff)).toBeUndefined();
  });

  test('is undefined when the bytes are no code or end early', () => {
    expect(decode('90 06 c3')).toBeUndefined(); // push %es: not in 64-bit mode
    expect(decode('90 90')).toBeUndefined();
    expect(decode('90 e800', 0x401000, 0x401001)).toBeUndefined();
    expect(decode('')).toBeUndefined();
  });

  test('may be longer than any column set aside for it', () => {
    const code = decode(`${'90'.repeat(5000)}c3`, 0x401000, 0x401000 + 5000);
    expect(code!.kinds.length).toBe(5001);
    expect(code!.offsets[5000]).toBe(5000);
    expect(code!.kinds[5000]).toBe(InstructionKind.ret);
  });

  test('blocks do not share columns', () => {
    const first = decode('90 c3')!;
    decode('7400 ffe0');
    expect(kinds(first)).toEqual(['other', 'ret']);
  });
});

describe('direct targets', () => {
  test('are absolute, and NaN for indirect branches and for what is no branch', () => {
    const code = decode('90 74fd e8f8ffffff', 0x7fff_0000_0000, 0x7fff_0000_0003)!;
    expect([...code.targets]).toEqual([Number.NaN, 0x7fff_0000_0000, 0x7fff_0000_0000]);
    expect([...decode('ff e0')!.targets]).toEqual([Number.NaN]);
    expect([...decode('c3')!.targets]).toEqual([Number.NaN]);
  });

  test('are small negatives in the kernel', () => {
    const kernel = -0x7f00_0000; // 0xffffffff81000000
    const code = decode('7402', kernel, kernel)!;
    expect(code.start).toBe(kernel);
    expect([...code.targets]).toEqual([kernel + 4]);
  });
});

describe('text', () => {
  // Each line is what GDB's x/i prints for the bytes at 0x401000, symbol names apart.
  test.each([
    ['55', 'push   %rbp', 'push   rbp'],
    ['4889e5', 'mov    %rsp,%rbp', 'mov    rbp,rsp'],
    ['c745fc00000000', 'movl   $0x0,-0x4(%rbp)', 'mov    DWORD PTR [rbp-0x4],0x0'],
    ['8b0485c0404000', 'mov    0x4040c0(,%rax,4),%eax', 'mov    eax,DWORD PTR [rax*4+0x4040c0]'],
    [
      '488d05f90f0000',
      'lea    0xff9(%rip),%rax        # 0x402000',
      'lea    rax,[rip+0xff9]        # 0x402000',
    ],
    ['e8fb0f0000', 'call   0x402000', 'call   0x402000'],
    ['ff5030', 'call   *0x30(%rax)', 'call   QWORD PTR [rax+0x30]'],
    [
      'ff25fa0f0000',
      'jmp    *0xffa(%rip)        # 0x402000',
      'jmp    QWORD PTR [rip+0xffa]        # 0x402000',
    ],
    ['7405', 'je     0x401007', 'je     0x401007'],
    ['c3', 'ret', 'ret'],
    ['0f1f4000', 'nopl   0x0(%rax)', 'nop    DWORD PTR [rax+0x0]'],
    ['64488b042528000000', 'mov    %fs:0x28,%rax', 'mov    rax,QWORD PTR fs:0x28'],
    ['f30f1efa', 'endbr64', 'endbr64'],
    ['4883ec08', 'sub    $0x8,%rsp', 'sub    rsp,0x8'],
    ['06', '(bad)', '(bad)'],
  ])('%s', (hex, att, intel) => {
    expect(decoder.format(bytesOf(hex), at(0x401000), 'att')).toBe(att);
    expect(decoder.format(bytesOf(hex), at(0x401000), 'intel')).toBe(intel);
  });
});

test('WebAssembly memory stays flat over many blocks', () => {
  const code = bytesOf('90 7402 0f05 90 ffe0');
  const run = (count: number): void => {
    for (let i = 0; i < count; i++) decoder.decode(code, at(0x401000), at(0x401006));
  };
  run(5_000);
  const before = process.memoryUsage().arrayBuffers + process.memoryUsage().external;
  run(50_000);
  const after = process.memoryUsage().arrayBuffers + process.memoryUsage().external;
  expect(after - before).toBeLessThan(4_000_000);
});
