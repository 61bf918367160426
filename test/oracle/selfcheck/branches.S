/* SPDX-License-Identifier: MIT */
/*
 * Every kind of branch, once or a known number of times. branches.expected says by hand what must come out, with these
 * labels: a label in front of each branch instruction and at each target.
 */
	.text
	.globl _start
_start:
j_next:	jmp at_j_next
at_j_next:
c_next:	call at_c_next		/* call and jmp to the next instruction are branches */
at_c_next:
	pop %rax
	xor %eax, %eax
z_next:	jz at_z_next		/* taken: where it ends does not tell, the flags do */
at_z_next:
nz_next: jnz at_nz_next		/* not taken: nothing */
at_nz_next:
	jnz at_nz_next		/* not taken */

	mov $3, %ecx
loop_self: loop loop_self	/* taken twice */
	mov $2, %ecx
loop_next: loop at_loop_next	/* 2 -> 1: taken */
at_loop_next:
loop_next2: loop at_loop_next2	/* 1 -> 0: not taken */
at_loop_next2:
rcx_next: jrcxz at_rcx_next	/* rcx is 0: taken */
at_rcx_next:
	mov $1, %rcx
	jrcxz at_rcx_next	/* not taken */
	mov $4, %rcx
	xor %eax, %eax
loope_b: loope loope_b		/* ZF stays 1: taken three times */
	mov $4, %rcx
	test %rsp, %rsp
loopne_b: loopne loopne_b	/* ZF stays 0: taken three times */
	mov $0x100000001, %rcx
	addr32 loop rcx_next	/* ecx 1 -> 0: not taken */
	mov $0x100000000, %rcx
ecx_b:	jecxz at_ecx		/* ecx is 0: taken */
	nop
at_ecx:
	cld
	lea buffer(%rip), %rdi
	mov $9, %ecx
	rep stosb		/* nine steps, no branch */
	xor %ecx, %ecx
	rep stosb		/* no step of its own iteration, no branch */
	mov $1, %eax
cmp_b:	test %eax, %eax
same1:	jnz at_same		/* the same target from two places in a row */
	nop
at_same:
same2:	jnz same2_over
	nop
same2_over:

call_d:	call callee
at_call_d:
	lea callee(%rip), %rax
call_r:	call *%rax
at_call_r:
call_m:	call *pointer(%rip)
at_call_m:
	lea at_jmp_r(%rip), %rax
jmp_r:	jmp *%rax
	nop
at_jmp_r:
	lea at_ret(%rip), %rax
	push %rax
push_ret: ret			/* a ret that no call belongs to */
	nop
at_ret:
	push $0
	lea at_ret_n(%rip), %rax
	push %rax
ret_n:	ret $8
	nop
at_ret_n:
	mov %cs, %eax
	push %rax
	lea at_lret(%rip), %rax
	push %rax
lret_b:	lretq			/* far */
	nop
at_lret:
	mov %ss, %eax
	mov %rsp, %rdx
	push %rax
	push %rdx
	pushfq
	mov %cs, %eax
	push %rax
	lea at_iret(%rip), %rax
	push %rax
iret_b:	iretq			/* far, both ends in user mode */
	nop
at_iret:
	mov $39, %eax
	syscall			/* getpid: an instruction inside a block */
bnd_b:	bnd jmp at_bnd
	nop
at_bnd:
	mov $60, %eax
	xor %edi, %edi
exit_call: syscall

callee:	.byte 0xf3		/* rep ret */
callee_ret: ret

	.data
pointer: .quad callee
	.bss
buffer:	.skip 16
	.section .note.GNU-stack, "", @progbits
