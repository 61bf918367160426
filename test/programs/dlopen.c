/* SPDX-License-Identifier: MIT */
/*
 * dlopen, call, dlclose of an own library, then of another one, which the kernel usually maps at the same address, then of
 * the first again: an address means another module at another time.
 */
#include <dlfcn.h>
#include <stddef.h>

static int run(const char *library, int n)
{
	void *handle = dlopen(library, RTLD_NOW);
	int (*plugin_run)(int);
	int result;

	if (!handle)
		return -1000;
	plugin_run = (int (*)(int))dlsym(handle, "plugin_run");
	result = plugin_run(n);
	dlclose(handle);
	return result;
}

int main(void)
{
	int total = run("libplugin1.so", 5);

	total += run("libplugin2.so", 11);
	total += run("libplugin1.so", 3);
	return total == 10 + 10 + 3 ? 0 : 1;
}
