import { expect, it } from 'vitest';
import type { Address } from '../../src/address';
import { CodeBlocks } from '../../src/ring/code-blocks';

const PAGE = 4096;

it('the newest code counts, also when its block begins in the page before', () => {
  const blocks = new CodeBlocks();
  blocks.add(PAGE, Uint8Array.of(1, 1), 1);
  blocks.addChange(PAGE - 2, PAGE + 2, 2);
  blocks.add(PAGE - 2, Uint8Array.of(2, 2, 2, 2), 2);
  const at = PAGE as Address;
  expect(blocks.read(at, 2, blocks.generation(at, 1))).toEqual(Uint8Array.of(1, 1));
  expect(blocks.read(at, 2, blocks.generation(at, 2))).toEqual(Uint8Array.of(2, 2));
});
