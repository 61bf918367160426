/* SPDX-License-Identifier: MIT */
#include "module.h"

#include <stdlib.h>
#include <string.h>

static struct { char *name; bool own; } *modules;
static int count;
static const char *own_list;

static bool listed(const char *name)
{
	size_t length = strlen(name);

	if (!own_list)
		return true;
	for (const char *at = own_list; *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == length && strncmp(at, name, length) == 0)
			return true;
	return false;
}

void module_own_only(const char *comma_separated)
{
	own_list = comma_separated;
}

int module_intern(const char *name)
{
	for (int i = 0; i < count; i++)
		if (strcmp(modules[i].name, name) == 0)
			return i;
	modules = realloc(modules, sizeof *modules * (size_t)(count + 1));
	if (!modules)
		abort();
	modules[count].name = strdup(name);
	modules[count].own = listed(name);
	return count++;
}

const char *module_name(int module)
{
	return module == NO_MODULE ? "unmapped" : modules[module].name;
}

bool module_is_own(int module)
{
	return module == NO_MODULE ? own_list == NULL : modules[module].own;
}
