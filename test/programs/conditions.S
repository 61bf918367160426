/* SPDX-License-Identifier: MIT */
/*
 * loop, loope, loopne, jrcxz, jecxz; jz +0, jmp +0, call next; two conditionals in a row with the same target; every
 * condition both ways. The jumps to the next instruction are branches although the ip goes where it would have gone. No libc.
 */
	.text
	.globl _start

	/* Taken and not taken, short and near, and to the next instruction. */
	.macro try instruction
	push %rdx
	popfq
	\instruction 1f
	nop
1:	push %rdx
	popfq
	\instruction 2f
2:	push %rdx
	popfq
	\instruction 3f
	.skip 130, 0x90
3:
	.endm

_start:
	lea flags(%rip), %rbx
round:	mov (%rbx), %rdx
	.irp instruction, jo, jno, jb, jnb, jz, jnz, jbe, ja, js, jns, jp, jnp, jl, jge, jle, jg
	try \instruction
	.endr
	add $8, %rbx
	lea flags_end(%rip), %rax
	cmp %rax, %rbx
	jne round

	mov $4, %ecx
counted: nop
	loop counted
	mov $1, %ecx
	loop 1f				/* not taken, to the next instruction */
1:	mov $2, %ecx
	loop 1f				/* taken, to the next instruction */
1:	mov $5, %ecx
equal:	cmp $2, %ecx
	loopne equal			/* until ecx was 2 */
	mov $5, %ecx
	cmp %eax, %eax
same:	loope same
	xor %ecx, %ecx
	jrcxz 1f
	nop
1:	jrcxz 1f
1:	inc %ecx
	jrcxz 1f
1:	movabs $0x100000000, %rcx
	jrcxz 1f
	jecxz 1f
	nop
1:
	jmp 1f
1:	call 1f
1:	pop %rax
	call 2f
2:	call 3f
3:	add $16, %rsp

	mov $6, %esi
	/* The same target from two places of one straight line: which one was it? */
twice:	test $1, %esi
	jz joined
	test $2, %esi
	jz joined
	nop
joined:	test $4, %esi
	jz over
	jnz over
over:	dec %esi
	jnz twice

	mov $60, %eax
	xor %edi, %edi
	syscall

	.section .rodata
flags:	.quad 0, 0x1, 0x4, 0x40, 0x80, 0x800, 0x880, 0x8c5
flags_end:
	.section .note.GNU-stack, "", @progbits
