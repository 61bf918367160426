/* SPDX-License-Identifier: MIT */
/*
 * Calls and returns that do not pair: push-ret as a jump, a retpoline, call-pop to read the ip, ret that pops arguments, a
 * return address changed by the callee, a callee that drops its caller's frame. The call tree must repair these. No libc.
 */
	.text
	.globl _start
_start:
	mov $3, %ebx
round:	lea pushed(%rip), %rax
	push %rax
	ret				/* a jump */
	ud2
pushed:
	lea called(%rip), %r11
	call retpoline			/* an indirect call without an indirect branch */
	call read_ip
	push $1
	push $2
	call pops_two
	call returns_later
	ud2
	ud2
	call drops_caller
back:	dec %ebx
	jnz round
	mov $60, %eax
	xor %edi, %edi
	syscall

retpoline:
	call 2f
1:	pause				/* never executed: the return goes elsewhere */
	lfence
	jmp 1b
2:	mov %r11, (%rsp)
	ret

called:	ret
read_ip: call 1f
1:	pop %rax
	ret
pops_two: ret $16
returns_later:
	addq $4, (%rsp)			/* over the two ud2 */
	ret
drops_caller:
	call 1f				/* this frame never returns */
	ud2
1:	add $8, %rsp
	ret
	.section .note.GNU-stack, "", @progbits
