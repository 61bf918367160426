/* SPDX-License-Identifier: MIT */
#ifndef LIBOWN_H
#define LIBOWN_H

int own_add(int a, int b);
int own_sum(int n);
int own_each(int n, int (*visit)(int));

#endif
