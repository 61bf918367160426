/* SPDX-License-Identifier: MIT */
/*
 * rep movs, stos, lods, cmps, scas: with count 0, across a page, backwards, stopped early by the comparison. Each iteration
 * is a step and none is a branch; a translator makes jumps to the same ip of them. No libc.
 */
	.text
	.globl _start
_start:
	cld
	lea text(%rip), %rsi
	lea near_page_end(%rip), %rdi
	mov $20, %ecx
	rep movsb			/* crosses into the next page */
	xor %ecx, %ecx
	rep movsb			/* count 0: nothing moves */
	lea near_page_end(%rip), %rdi
	mov $5, %ecx
	rep stosq
	xor %ecx, %ecx
	rep stosq

	mov $4, %ebx
again:	lea text(%rip), %rdi
	mov $'e', %al
	mov $20, %ecx
	repne scasb			/* stops at the 'e' */
	jnz missing
	cmp $16, %ecx
	jne missing
	lea text(%rip), %rdi
	mov $'x', %al
	mov $3, %ecx
	repne scasb			/* not there: runs to the end */
	jz missing
	xor %ecx, %ecx
	cmp %ecx, %ecx
	repne scasb			/* count 0: ZF stays as it was */
	jnz missing
	dec %ebx
	jnz again

	lea text(%rip), %rsi
	lea other(%rip), %rdi
	mov $20, %ecx
	repe cmpsb			/* differ in the 8th byte */
	je missing
	cmp $12, %ecx
	jne missing
	std
	lea text + 19(%rip), %rsi
	lea near_page_end + 19(%rip), %rdi
	mov $20, %ecx
	rep movsb			/* backwards over the page */
	cld
	lea text(%rip), %rsi
	mov $6, %ecx
	rep lodsb
	xor %edi, %edi
	jmp leave
missing:
	mov $1, %edi
leave:	mov $60, %eax
	syscall

	.section .rodata
text:	.ascii "thread of an old web"
other:	.ascii "thread 0f an old web"
	.bss
	.balign 4096
	.skip 4096 - 10
near_page_end:
	.skip 4106
	.section .note.GNU-stack, "", @progbits
