// Which kernel is bound to a call when several can carry it out.
#include "cajal/program/tuning.h"

#include <gtest/gtest.h>

#include "cajal/ops/elementwise.h"

namespace cajal {
namespace {

// exp as two backends have it: what they write tells which of them ran.
template <int number>
void write_number(const Call& call) noexcept {
  for (int64_t i = 0; i < call.out[0].size; ++i) call.out[0].as<float>()[i] = number;
}
bool is_small(const KernelQuery& query) { return query.inputs[0].shape.size().value() < 10; }
bool never(const KernelQuery&) { return false; }
std::shared_ptr<const void> nothing(const KernelQuery&) { return nullptr; }

const Kernel first_kernels[] = {{.op = "exp", .name = "one", .run = write_number<1>, .preferred = is_small},
                                {.op = "exp", .name = "two", .run = write_number<2>, .supports = never}};
const Kernel second_kernels[] = {{.op = "exp", .name = "three", .run = write_number<3>}};
// It takes every call, and finds out too late that it has nothing for it: a library that is not there.
const Kernel absent_kernels[] = {{.op = "exp", .name = "four", .run = write_number<4>, .prepare = nothing}};
const Backend first{.name = "first", .kernels = first_kernels};
const Backend second{.name = "second", .kernels = second_kernels};
const Backend absent{.name = "absent", .kernels = absent_kernels};

std::shared_ptr<const Plan> plan_of(int64_t size, std::vector<const Backend*> backends, KernelTable settled = {}) {
  const Var x = placeholder({size});
  CompileOptions options;
  options.backends = std::move(backends);
  options.kernels = std::make_shared<const KernelTable>(std::move(settled));
  return compile(Graph::of({x}, {exp(x)}), Bindings(), options);
}

std::string kernel_for(int64_t size, std::vector<const Backend*> backends, KernelTable settled = {}) {
  const auto plan = plan_of(size, std::move(backends), std::move(settled));
  Instance instance(plan);
  instance.feed(0, Tensor::full(Shape{size}, 0));
  instance.run();
  return plan->steps.at(0).name + " " + std::to_string(int(instance.output(0).at({0})));
}

TEST(KernelChoice, TakesTheFirstThatShould) {
  EXPECT_EQ(kernel_for(4, {&first, &second}), "first one 1");
  EXPECT_EQ(kernel_for(40, {&first, &second}), "second three 3");
  EXPECT_EQ(kernel_for(4, {&second, &first}), "second three 3");
  EXPECT_EQ(kernel_for(40, {&first}), "first one 1") << "better than the plain one";
}

TEST(KernelChoice, PassesOverOneThatHasNothingForTheCall) {
  EXPECT_EQ(kernel_for(4, {&absent, &first}), "first one 1");
  EXPECT_EQ(kernel_for(4, {&absent, &second}, {{"exp() float32 [4]", "absent four"}}), "second three 3");
  EXPECT_EQ(plan_of(4, {&absent})->steps.at(0).name, "reference exp");
}

TEST(KernelChoice, ATableDecidesWhatItKnows) {
  const std::string call = "exp() float32 [40]";
  EXPECT_EQ(kernel_for(40, {&first, &second}, {{call, "first one"}}), "first one 1");
  EXPECT_EQ(kernel_for(41, {&first, &second}, {{call, "first one"}}), "second three 3");
  EXPECT_EQ(kernel_for(40, {&first, &second}, {{call, "first two"}}), "second three 3") << "it cannot";
  EXPECT_EQ(kernel_for(40, {&first, &second}, {{call, "third gone"}}), "second three 3") << "it is not there";
}

TEST(KernelChoice, PlansTellWhatTheyChose) {
  EXPECT_EQ(plan_of(40, {&first, &second})->kernels, (KernelTable{{"exp() float32 [40]", "second three"}}));
  EXPECT_TRUE(plan_of(40, {&second})->kernels.empty()) << "there was no choice";
  EXPECT_TRUE(plan_of(40, {&first})->kernels.empty()) << "the other cannot carry it out";
  EXPECT_EQ(kernels_of(*plan_of(40, {&first})), (KernelTable{{"exp() float32 [40]", "first one"}}));
  EXPECT_EQ(kernels_of(*plan_of(40, {})).size(), 1u);
}

TEST(KernelChoice, TuningTimesEachKernelThatCan) {
  CompileOptions options;
  options.backends = {&first, &second};
  const std::vector<TunedCall> calls = tune(*plan_of(40, {&first, &second}), options, 0);
  options.backends = {&absent, &first};
  EXPECT_TRUE(tune(*plan_of(40, {&absent, &first}), options, 0).empty()) << "only one can";
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls[0].call, "exp() float32 [40]");
  EXPECT_EQ(calls[0].given, "second three");
  ASSERT_EQ(calls[0].seconds.size(), 2u);
  EXPECT_EQ(calls[0].seconds[0].first, "first one");
  EXPECT_EQ(calls[0].seconds[1].first, "second three");
  for (const auto& [name, seconds] : calls[0].seconds) EXPECT_GE(seconds, 0) << name;
  EXPECT_TRUE(calls[0].best == "first one" || calls[0].best == "second three");
}

}  // namespace
}  // namespace cajal
