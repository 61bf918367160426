/* SPDX-License-Identifier: MIT */
/* 512 functions, each with its own branches and called twice: many distinct edges, for the tables that intern them. */
#define F1(n) __attribute__((noipa)) static int f##n(int x) { int y = 0x##n; while (x > 0) { y ^= x; x -= 2; } return y & 1 ? y : -y; }
#define F8(n) F1(n##0) F1(n##1) F1(n##2) F1(n##3) F1(n##4) F1(n##5) F1(n##6) F1(n##7)
#define F64(n) F8(n##0) F8(n##1) F8(n##2) F8(n##3) F8(n##4) F8(n##5) F8(n##6) F8(n##7)
#define C1(n) f##n,
#define C8(n) C1(n##0) C1(n##1) C1(n##2) C1(n##3) C1(n##4) C1(n##5) C1(n##6) C1(n##7)
#define C64(n) C8(n##0) C8(n##1) C8(n##2) C8(n##3) C8(n##4) C8(n##5) C8(n##6) C8(n##7)
#define ALL(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)

ALL(F64)
static int (*const functions[])(int) = { ALL(C64) };

int main(void)
{
	unsigned count = sizeof functions / sizeof *functions, called = 0;
	volatile int sink = 0;

	for (unsigned i = 0; i < count; i++) {
		sink += functions[i](1);
		sink += functions[(i * 37) % count]((int)(i % 4));
		called += 2;
	}
	return called == 1024 ? 0 : 1;
}
