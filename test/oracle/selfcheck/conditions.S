/* SPDX-License-Identifier: MIT */
/*
 * All conditions with all flags: twice the same conditional branch with the same flags, first to its own next
 * instruction (site aN: the oracle must work out whether it is taken) and then over a nop (site bN: the ip tells). So
 * each aN in the listing must be followed by its bN and each bN be led by its aN.
 */
	.macro place from, to
	mov %ebx, %eax
	shr $\from, %eax
	and $1, %eax
	shl $\to, %eax
	or %eax, %edx
	.endm
	.macro both n, instruction
	push %rdx
	popfq
	mov %rsi, %rcx
a\n:	\instruction 1f
1:	push %rdx
	popfq
	mov %rsi, %rcx
b\n:	\instruction 1f
	nop
1:
	.endm

	.text
	.globl _start
_start:
	xor %ebx, %ebx
flags:	/* bit 0..4 of ebx -> CF PF ZF SF OF */
	xor %edx, %edx
	place 0, 0
	place 1, 2
	place 2, 6
	place 3, 7
	place 4, 11
	both 0, jo
	both 1, jno
	both 2, jb
	both 3, jnb
	both 4, jz
	both 5, jnz
	both 6, jbe
	both 7, ja
	both 8, js
	both 9, jns
	both 10, jp
	both 11, jnp
	both 12, jl
	both 13, jge
	both 14, jle
	both 15, jg
	lea counters(%rip), %r8
counts:	mov (%r8), %rsi
	both 16, loop
	both 17, loope
	both 18, loopne
	both 19, jrcxz
	both 20, jecxz
	both 21, "addr32 loop"
	add $8, %r8
	lea counters_end(%rip), %rax
	cmp %rax, %r8
	jne counts
	inc %ebx
	cmp $32, %ebx
	jne flags
	mov $60, %eax
	xor %edi, %edi
	syscall

	.section .rodata
counters: .quad 0, 1, 2, 0x100000000, 0x100000001, -1
counters_end:
	.section .note.GNU-stack, "", @progbits
