/* SPDX-License-Identifier: MIT */
/*
 * Loops at the edge of what a block is: one block that jumps to its own start, a body of one instruction, a jump into the
 * middle of a block that ran before, a jump into the middle of an instruction, blocks that overlap. A recorder that
 * translates blocks may merge, unroll or split them; the branches must not change. No libc.
 */
	.text
	.globl _start
_start:
	mov $40, %ecx
self:	dec %ecx			/* the block is its own target */
	jnz self

	mov $9, %ecx
	jmp test_first			/* while: the test is behind the body */
body:	inc %edx			/* a body of one instruction */
test_first:
	dec %ecx
	jns body

	mov $5, %ecx
long_block:
	add $1, %eax
	add $2, %eax
middle:	add $3, %eax			/* the second round begins here */
	add $4, %eax
	dec %ecx
	jz left
	test $1, %ecx
	jz middle
	jmp long_block
left:
	mov $6, %ecx
single:	loop single			/* an instruction that is a block and a loop */

	mov $6, %ecx
inside:	.byte 0xb8, 0x90, 0x90, 0xeb, 0x02 /* mov $..., %eax; from inside + 1: nop, nop, jmp landing */
	inc %edx
landing: dec %ecx
	jz out
	test $1, %ecx
	jz inside
	jmp inside + 1
out:
	mov $4, %ecx
far1:	jmp far2			/* a loop of jumps only */
back:	loop far1
	jmp done
	.skip 300, 0xcc			/* jumps with 4 bytes of distance */
far2:	jmp back
done:
	mov $60, %eax
	xor %edi, %edi
	syscall
	.section .note.GNU-stack, "", @progbits
