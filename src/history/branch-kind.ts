/** What a record is, from the code bytes at its `from`; never recorded. */
export enum BranchKind {
  other = 0,
  call = 1,
  ret = 2,
  jmp = 3,
  jcc = 4,
  /** Only in kernel mode: from user code into the kernel by instruction, and at any instruction. */
  syscall = 5,
  interrupt = 6,
}

export type BranchKindName = keyof typeof BranchKind;

export function branchKindName(kind: BranchKind): BranchKindName {
  return BranchKind[kind] as BranchKindName;
}
