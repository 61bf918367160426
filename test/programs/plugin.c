/* SPDX-License-Identifier: MIT */
/* Built into two libraries by VARIANT, for dlopen.c: the same addresses, other code. */
int plugin_run(int n);

int plugin_run(int n)
{
	int result = 0;

#if VARIANT == 1
	for (int i = 0; i < n; i++)
		result += i;
#else
	while (n > 0) {
		result += n & 1 ? 3 : 1;
		n >>= 1;
	}
#endif
	return result;
}
