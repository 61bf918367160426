import { expect, test } from 'vitest';
import { IcedDecoder } from '../../../adapter/decoder/iced-decoder';
import type { Address } from '../../../src/address';
import type { CodeSource } from '../../../src/code/code-source';
import { BlockTable } from '../../../src/history/block-table';

const START = 0x1000;
/** mov $62,%eax; syscall; and as much of cmp $-4095,%rax as has been logged. */
const CODE = [0xb8, 0x3e, 0, 0, 0, 0x0f, 0x05, 0x48, 0x3d, 0x01, 0xf0, 0xff, 0xff];

/** The block up to the instruction behind the system call, when only `logged` bytes of it are known. */
function blockUpToSeven(logged: number) {
  const code: CodeSource = {
    read: (start, length) => {
      const bytes = Uint8Array.from(CODE.slice(start - START, Math.min(logged, start - START + length)));
      return bytes.length === 0 ? 'unreadable' : bytes;
    },
  };
  const blocks = new BlockTable(code, new IcedDecoder());
  const block = blocks.intern(START, START + 7, 0);
  const addresses = Array.from({ length: blocks.instructions(block) }, (_, i) => blocks.address(block, i));
  return { gap: blocks.gap(block), addresses: addresses.map((address: Address) => address - START) };
}

test('the instruction at which a block ends need not be known', () => {
  expect(blockUpToSeven(CODE.length)).toEqual({ gap: undefined, addresses: [0, 5, 7] });
  expect(blockUpToSeven(7)).toEqual({ gap: undefined, addresses: [0, 5, 7] });
});

test('those before it must', () => {
  for (const logged of [0, 3, 5, 6])
    expect(blockUpToSeven(logged)).toEqual({ gap: 'code unreadable', addresses: [7] });
});
