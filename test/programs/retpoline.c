/* SPDX-License-Identifier: MIT */
/* Indirect calls and a jump table as the compiler makes them with -mindirect-branch=thunk: all through call, mov, ret. */
__attribute__((noipa)) static int one(int n) { return n + 1; }
__attribute__((noipa)) static int two(int n) { return n * 2; }
__attribute__((noipa)) static int three(int n) { return n - 3; }
static int (*volatile functions[])(int) = { one, two, three };

__attribute__((noipa)) static int tail(int n) { return functions[n % 3](n); }

int main(void)
{
	int n = 1;

	for (int i = 0; i < 9; i++)
		n = functions[i % 3](n) + tail(i);
	return n == 82 ? 0 : 1;
}
