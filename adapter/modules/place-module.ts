import type { Address } from '../../src/address';
import type { Module } from '../../src/modules/module';
import { type ElfHeader, type ElfSegment, PF_X, PT_LOAD } from './elf-file';

const PAGE = 4096;

/**
 * Where a whole file lies, given where one of its executable segments is mapped: bias = map start − p_vaddr. Undefined
 * when what is mapped there is no program's text.
 *
 * @param text address and file offset of the mapping
 */
export function placeModule(
  path: string,
  header: ElfHeader,
  text: { readonly start: number; readonly offset: number },
): Module | undefined {
  const loaded = header.segments.filter(({ type }) => type === PT_LOAD);
  const segment = loaded.find((candidate) => holds(candidate, text.offset) && (candidate.flags & PF_X) !== 0);
  if (!segment) return undefined;
  const bias = text.start - pageOf(segment.vaddr) - (text.offset - pageOf(segment.offset));
  const lowest = Math.min(...loaded.map(({ vaddr }) => pageOf(vaddr)));
  const highest = Math.max(...loaded.map(({ vaddr, memorySize }) => pageOf(vaddr + memorySize + PAGE - 1)));
  return {
    path,
    ...(header.buildId === undefined ? {} : { buildId: header.buildId }),
    start: (bias + lowest) as Address,
    end: (bias + highest) as Address,
    bias: bias as Address,
    mapped: true,
  };
}

function holds({ offset, fileSize }: ElfSegment, at: number): boolean {
  return at >= pageOf(offset) && at < offset + fileSize;
}

function pageOf(value: number): number {
  return value - (value % PAGE);
}
