/*
 * The reverse-* programs run without libc, so that GDB's `record full` knows every instruction of them, and every
 * instruction is the program's own. They end in `finished`, where the walks back begin.
 */
__asm__(".globl _start\n"
	".type _start, @function\n"
	"_start:\n"
	"	.cfi_startproc\n"
	"	.cfi_undefined rip\n"
	"	xor %ebp, %ebp\n"
	"	and $-16, %rsp\n"
	"	call main\n"
	"	mov %eax, %edi\n"
	"	mov $60, %eax\n"
	"	syscall\n"
	"	.cfi_endproc\n"
	"	.size _start, . - _start\n");

/* Results go here: the compiler must keep what computes them. */
static volatile int sink;

static __attribute__((noinline, used)) void finished(void)
{
	__asm__ volatile("");
}
