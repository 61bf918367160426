/* SPDX-License-Identifier: MIT */
/* Jump tables: a byte code interpreter with a dense switch, one with computed gotos, and a sparse switch. */
enum { PUSH, ADD, MUL, DUP, DROP, SWAP, DEC, JNZ, HALT };
static const signed char program[] = { PUSH, 1, PUSH, 5, SWAP, PUSH, 2, MUL, SWAP, DEC, DUP, JNZ, -8, DROP, HALT };

__attribute__((noipa)) static int by_switch(const signed char *at)
{
	int stack[8], *top = stack, swap;

	for (;;) {
		switch (*at++) {
		case PUSH: *top++ = *at++; break;
		case ADD: top--; top[-1] += top[0]; break;
		case MUL: top--; top[-1] *= top[0]; break;
		case DUP: *top = top[-1]; top++; break;
		case DROP: top--; break;
		case SWAP: swap = top[-1]; top[-1] = top[-2]; top[-2] = swap; break;
		case DEC: top[-1]--; break;
		case JNZ: at += *--top ? *at : 1; break;
		case HALT: return top[-1];
		default: return -1;
		}
	}
}

__attribute__((noipa)) static int by_goto(const signed char *at)
{
	static const void *const labels[] = { &&push, &&add, &&mul, &&dup, &&drop, &&swap, &&dec, &&jnz, &&halt };
	int stack[8], *top = stack, other;

#define NEXT goto *labels[(int)*at++]
	NEXT;
push:	*top++ = *at++; NEXT;
add:	top--; top[-1] += top[0]; NEXT;
mul:	top--; top[-1] *= top[0]; NEXT;
dup:	*top = top[-1]; top++; NEXT;
drop:	top--; NEXT;
swap:	other = top[-1]; top[-1] = top[-2]; top[-2] = other; NEXT;
dec:	top[-1]--; NEXT;
jnz:	at += *--top ? *at : 1; NEXT;
halt:	return top[-1];
}

__attribute__((noipa)) static int sparse(int n)
{
	switch (n) {
	case -1000: return 1;
	case 3: return 2;
	case 77: return 3;
	case 4096: return 4;
	case 1 << 20: return 5;
	default: return 0;
	}
}

int main(void)
{
	int found = 0;

	for (int i = 0; i < 90; i += 7)
		found += sparse(i);
	found += sparse(-1000) + sparse(4096) + sparse(1 << 20) + sparse(3);
	return by_switch(program) == 32 && by_goto(program) == 32 && found == 15 ? 0 : 1;
}
