/* SPDX-License-Identifier: MIT */
/*
 * Self-modifying code in the program's own text, made writable: a jump gets another target, a conditional jump becomes nops and
 * then another condition. Bytes read after the run are not those that ran. Valgrind needs --smc-check=all. No libc.
 */
	.text
	.globl _start
_start:
	mov $10, %eax			/* mprotect rwx */
	lea _start(%rip), %rdi
	and $-4096, %rdi
	mov $4096, %esi
	mov $7, %edx
	syscall
	xor %edx, %edx
	lea branch(%rip), %rbx
	call run			/* jz, not taken */
	movw $0x9090, (%rbx)		/* nop; nop */
	call run
	movw $0x0275, (%rbx)		/* jnz to branch + 4: taken */
	call run
	movw $0x05eb, (%rbx)		/* jmp to branch + 7 */
	call run
	xor %edi, %edi
	cmp $34, %edx			/* 11 + 11 + 1 + 11 counted by the four runs */
	je 1f
	mov $1, %edi
1:	mov $60, %eax
	syscall

run:	test %rsp, %rsp			/* ZF = 0 */
branch:	jz skipped
	jmp all				/* branch + 2 */
skipped: jmp none			/* branch + 4 */
	nop
all:	/* branch + 7 */
	add $11, %edx
	ret
none:	inc %edx
	ret
	.section .note.GNU-stack, "", @progbits
