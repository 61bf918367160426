// SPDX-License-Identifier: MIT
// C++ exceptions: through several frames with destructors, rethrown, caught by base class and by value, in a loop, from a
// constructor. The unwinder leaves frames without return and enters landing pads by a jump from outside. -O0 and -O2.
#include <stdexcept>
#include <string>

namespace {
int unwound;

struct Guard {
	~Guard() { unwound++; }
};

struct Failure : std::runtime_error {
	explicit Failure(int code) : std::runtime_error("failure"), code(code) {}
	int code;
};

struct Fragile {
	Guard first;
	explicit Fragile(bool fail)
	{
		if (fail)
			throw 42;
	}
};

[[gnu::noinline]] void deep(int depth)
{
	Guard guard;

	if (depth == 0)
		throw Failure(3);
	deep(depth - 1);
	asm volatile("" ::: "memory");
}

[[gnu::noinline]] void middle()
{
	Guard guard;

	try {
		deep(2);
	} catch (const std::logic_error &) {
		unwound = -100;
	} catch (...) {
		unwound += 10;
		throw;
	}
}

[[gnu::noinline]] int parse(const char *text)
{
	return *text >= '0' && *text <= '9' ? *text - '0' : throw std::invalid_argument(text);
}
} // namespace

int main()
{
	int code = 0;

	try {
		middle();
	} catch (const std::exception &e) {
		code = static_cast<const Failure &>(e).code;
	}
	for (const char *text : {"7", "x", "2"}) {
		try {
			code += parse(text);
		} catch (const std::invalid_argument &) {
			code += 100;
		}
	}
	try {
		Fragile whole(false), broken(true);
	} catch (int value) {
		code += value;
	}
	return code == 154 && unwound == 16 ? 0 : 1;
}
