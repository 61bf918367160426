/* Registers change within one straight run of instructions: what a debugger shows in its midst must be true there. */
int main(void)
{
	int result;

	__asm__("mov $1, %%ebx\n\t"
		"mov $11, %%ecx\n\t"
		"mov $2, %%ebx\n"
		"in_the_midst:\n\t"
		"mov $22, %%ecx\n\t"
		"mov $3, %%ebx\n\t"
		"lea (%%rbx,%%rcx), %0\n"
		: "=r"(result)
		:
		: "rbx", "rcx");
	return result;
}
