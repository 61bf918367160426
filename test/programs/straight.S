/* SPDX-License-Identifier: MIT */
/*
 * Blocks of 1200 instructions without a branch, in a loop, and one cut by a never taken jump in the middle: longer than any
 * translator's unit, which must go on to the next one without a branch being recorded. No libc.
 */
	.text
	.globl _start
_start:
	mov $3, %ecx
again:
	.rept 400
	add $1, %eax
	lea 3(%rax, %rdx), %rdx
	xor %edx, %esi
	.endr
	dec %ecx
	jnz again
	mov $2, %ecx
cut:
	.rept 600
	inc %eax
	.endr
	test %rsp, %rsp
	jz leave
	.rept 600
	imul $3, %eax, %eax
	.endr
	dec %ecx
	jnz cut
leave:	mov $60, %eax
	xor %edi, %edi
	syscall
	.section .note.GNU-stack, "", @progbits
