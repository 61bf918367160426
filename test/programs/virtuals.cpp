// SPDX-License-Identifier: MIT
// C++ dispatch: virtual calls, thunks of multiple inheritance, pointers to members, lambdas in std::function, templates
// inlined into one another (-O2): indirect calls with many targets from one site, and inline frames.
#include <functional>
#include <memory>
#include <vector>

namespace {
struct Counter {
	virtual ~Counter() = default;
	virtual int count(int n) const = 0;
};
struct Named {
	virtual ~Named() = default;
	virtual int name() const { return 1; }
};
struct Twice : Counter {
	int count(int n) const override { return 2 * n; }
};
struct Both : Counter, Named {
	int count(int n) const override { return n + 1; }
	int name() const override { return 5; }
};
struct Plain {
	int factor;
	int scale(int n) const { return factor * n; }
	int shift(int n) const { return factor + n; }
};

template <class Function> [[gnu::noinline]] int fold(const std::vector<int> &values, Function f)
{
	int total = 0;

	for (int value : values)
		total = f(total, value);
	return total;
}
[[gnu::noinline]] int name_of(const Named &named) { return named.name(); }
} // namespace

int main()
{
	std::vector<std::unique_ptr<Counter>> counters;
	std::vector<int> values{3, 1, 4, 1, 5};
	std::vector<std::function<int(int)>> functions;
	int (Plain::*methods[])(int) const = {&Plain::scale, &Plain::shift};
	int total = 0;

	for (int i = 0; i < 6; i++)
		if (i % 3)
			counters.push_back(std::make_unique<Twice>());
		else
			counters.push_back(std::make_unique<Both>());
	for (const auto &counter : counters)
		total += counter->count(total % 7);
	functions.emplace_back([&](int n) { return n + static_cast<int>(values.size()); });
	functions.emplace_back([](int n) { return n * 3; });
	for (int i = 0; i < 6; i++)
		total += functions[i % 2](i) + (Plain{i}.*methods[i % 2])(2);
	total += fold(values, [](int a, int b) { return a + b; }) + fold(values, [](int a, int b) { return a > b ? a : b; });
	return total + name_of(Both{}) + name_of(Named{}) == 124 ? 0 : 1;
}
