/* Functions without source, between some that have it, and below them. */
#include "reverse.h"

/* Calls its argument twice, as qsort of a C library without debug information would. */
void foreign_each(int (*callback)(int));
__asm__(".pushsection .text.foreign, \"ax\"\n"
	".type foreign_each, @function\n"
	"foreign_each:\n"
	"	.cfi_startproc\n"
	"	push %rbx\n"
	"	.cfi_adjust_cfa_offset 8\n"
	"	.cfi_offset rbx, -16\n"
	"	mov %rdi, %rbx\n"
	"	mov $1, %edi\n"
	"	call *%rbx\n"
	"	mov %eax, %edi\n"
	"	call *%rbx\n"
	"	pop %rbx\n"
	"	.cfi_adjust_cfa_offset -8\n"
	"	ret\n"
	"	.cfi_endproc\n"
	"	.size foreign_each, . - foreign_each\n"
	"	.popsection\n");

int foreign_leaf(int x);
__asm__(".pushsection .text.foreign, \"ax\"\n"
	".type foreign_leaf, @function\n"
	"foreign_leaf:\n"
	"	.cfi_startproc\n"
	"	lea 1(%rdi), %eax\n"
	"	cmp $3, %eax\n"
	"	jg 1f\n"
	"	add %eax, %eax\n"
	"1:	ret\n"
	"	.cfi_endproc\n"
	"	.size foreign_leaf, . - foreign_leaf\n"
	"	.popsection\n");

static __attribute__((noinline)) int callback(int x)
{
	int y = foreign_leaf(x);

	sink = y;
	return y + 1;
}

static __attribute__((noinline)) void all(void)
{
	foreign_each(callback);
	sink = foreign_leaf(sink) + foreign_leaf(2);
}

int main(void)
{
	all();
	foreign_each(callback);
	sink++;
	finished();
	return 0;
}
