// The planner: memory used again, results in place, and that nobody notices.
#include "cajal/program/internal/memory.h"

#include <gtest/gtest.h>

#include <climits>
#include <cmath>

#include "cajal/base/parallel.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/linear_algebra.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"
#include "cajal/program/internal/test_programs.h"

namespace cajal {
namespace {

using namespace program_test;

// ------------------------------------------------------------------------------------------------ pack

bool together(const Region& a, const Region& b) { return a.first <= b.last && b.first <= a.last; }

bool apart(const Region& a, const Region& b, size_t margin) {
  return a.offset + a.bytes + margin <= b.offset - margin || b.offset + b.bytes + margin <= a.offset - margin;
}

std::vector<Region> random_regions(random::Stream& stream) {
  std::vector<Region> regions;
  for (int64_t count = 1 + stream.below(40); count > 0; --count) {
    const int first = int(stream.below(20)) - 1;
    const int last = stream.below(10) == 0 ? INT_MAX : first + int(stream.below(8));
    regions.push_back({0, 64 * size_t(1 + stream.below(9)), first, last});
  }
  return regions;
}

TEST(Pack, NeverOverlapsWhatIsInUseTogether) {
  random::Stream stream(1);
  for (int trial = 0; trial < 2000; ++trial) {
    std::vector<Region> regions = random_regions(stream);
    const size_t margin = trial % 2 ? 64 : 0;
    const size_t total = pack(regions, margin, true);
    for (size_t i = 0; i < regions.size(); ++i) {
      EXPECT_GE(regions[i].offset, margin);
      EXPECT_LE(regions[i].offset + regions[i].bytes + margin, total);
      EXPECT_EQ(regions[i].offset % 64, 0u);
      for (size_t k = 0; k < i; ++k)
        ASSERT_TRUE(!together(regions[i], regions[k]) || apart(regions[i], regions[k], margin)) << "trial " << trial;
    }
  }
}

TEST(Pack, SharesOnlyWhereAsked) {
  std::vector<Region> regions = {{0, 128, 0, 1}, {0, 64, 2, 3}, {0, 128, 4, 5}};
  EXPECT_EQ(pack(regions, 0, true), 128u);
  EXPECT_EQ(pack(regions, 0, false), 320u);
  std::vector<Region> none;
  EXPECT_EQ(pack(none, 64, true), 0u);
}

// ------------------------------------------------------------------------------------------------ equal bits

struct Way {
  std::string name;
  CompileOptions options;
};

std::vector<Way> ways() {
  std::vector<Way> out;
  for (Memory memory : {Memory::tight, Memory::keep, Memory::guard})
    for (bool fuse : {true, false}) {
      const std::string name = memory == Memory::tight ? "tight" : memory == Memory::keep ? "keep" : "guard";
      out.push_back({name + (fuse ? "" : " not fused"), {.memory = memory, .fuse = fuse}});
    }
  return out;
}

void expect_equal_bits(const std::vector<Tensor>& got, const std::vector<Tensor>& wanted) {
  ASSERT_EQ(got.size(), wanted.size());
  for (size_t i = 0; i < got.size(); ++i)
    EXPECT_TRUE(identical(got[i], wanted[i])) << "result " << i << ":\n" << got[i] << "\nand\n" << wanted[i];
}

void expect_near(const std::vector<Tensor>& got, const std::vector<Tensor>& wanted, double tolerance) {
  ASSERT_EQ(got.size(), wanted.size());
  for (size_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(got[i].shape(), wanted[i].shape());
    for (int64_t k = 0; k < got[i].size(); ++k)
      ASSERT_NEAR(got[i].flat(k), wanted[i].flat(k), tolerance * std::max(1.0, std::abs(wanted[i].flat(k))))
          << "result " << i << ", element " << k;
  }
}

TEST(Planner, AllWaysLeaveTheSameBits) {
  for (const NamedExample& example : examples()) {
    SCOPED_TRACE(example.name);
    const std::vector<Tensor> wanted = left_by(example.make(), ways()[0].options);
    expect_near(wanted, left_by_oracle(example.make()), 1e-5);
    for (const Way& way : ways()) {
      SCOPED_TRACE(way.name);
      EXPECT_EQ(fault_of(*plan_of(example.make(), way.options)), "");
      expect_equal_bits(left_by(example.make(), way.options), wanted);
    }
  }
}

TEST(Planner, TheReferenceKernelsDoSoToo) {
  for (const NamedExample& example : examples()) {
    SCOPED_TRACE(example.name);
    const std::vector<Tensor> wanted = left_by_oracle(example.make());
    for (const Way& way : ways()) {
      SCOPED_TRACE(way.name);
      CompileOptions options = way.options;
      options.backends = {&reference_backend()};
      expect_equal_bits(left_by(example.make(), options), wanted);
    }
  }
}

TEST(Planner, RandomProgramsToo) {
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    for (const Way& way : ways()) ASSERT_EQ(fault_of(*plan_of(random_example(seed), way.options)), "") << way.name;
    const std::vector<Tensor> wanted = left_by(random_example(seed), ways()[0].options);
    expect_near(wanted, left_by_oracle(random_example(seed)), 1e-4);
    for (const Way& way : ways()) {
      SCOPED_TRACE(way.name);
      expect_equal_bits(left_by(random_example(seed), way.options), wanted);
    }
    if (HasFailure()) break;
  }
}

TEST(Planner, UsesMemoryAgain) {
  const Var x = placeholder({100, 100});
  Var y = x;
  for (int i = 0; i < 20; ++i) y = matmul(y, x);
  const Example example{Graph::of({x}, {y}), {Tensor({100, 100})}, {}};
  const size_t one = 100 * 100 * 4 + 64;
  EXPECT_LE(plan_of(example, {.memory = Memory::tight})->arena_bytes, 5 * one);
  EXPECT_GE(plan_of(example, {.memory = Memory::keep})->arena_bytes, 20 * 40000u);
}

TEST(Planner, WritesUpdatesWhereTheWeightsAre) {
  const Example example = examples()[0].make();  // the MLP with Adam
  int copies = 0;
  const auto plan = plan_of(example, {});
  for (const Step& step : plan->steps) copies += step.name == "copy";
  EXPECT_EQ(copies, 0);
}

TEST(Planner, KeepHasEveryValue) {
  const Example example = examples()[0].make();
  const auto plan = plan_of(example, {.memory = Memory::keep});
  Instance instance(plan);
  for (size_t i = 0; i < example.inputs.size(); ++i) instance.feed(int(i), example.inputs[i]);
  instance.run();
  for (size_t node = 0; node < plan->graph.nodes.size(); ++node) {
    const Tensor value = instance.value({int(node), 0});
    EXPECT_EQ(value.shape(), plan->graph.nodes[node].outputs[0].shape);
    for (int64_t i = 0; i < value.size(); ++i) ASSERT_TRUE(std::isfinite(value.flat(i))) << "node " << node;
  }
  Instance tight(plan_of(example, {}));
  EXPECT_THROW(tight.value({0, 0}), Error);
}

TEST(Planner, AnyNumberOfThreadsGivesTheSameBits) {
  const int before = threads();
  auto trained = [](int count) {
    set_threads(count);
    const Var x = placeholder({200, 300});
    const Variable w(random_tensor({300, 400}, 1)), b(random_tensor({400}, 2));
    Recording recording;
    const Var y = tanh(matmul(x, w) + b), loss = Var(0.001) * matmul(y, y, true, false);
    const Vars slopes = gradient(loss, std::vector<Variable>{w, b});
    w.assign_sub(slopes[0] * 1e-4);
    b.assign_sub(slopes[1] * 1e-4);
    Example example{Graph::of({x}, {y}, recording.effects()), {random_tensor({200, 300}, 3)}, {w, b}};
    return left_by(example, {}, 2);
  };
  const std::vector<Tensor> one = trained(1);
  expect_equal_bits(trained(2), one);
  expect_equal_bits(trained(3), one);
  set_threads(before);
}

// ------------------------------------------------------------------------------------------------ planted bugs

const float* remembered = nullptr;

void copy_and_write_beyond(const Call& call) noexcept {
  for (int64_t i = 0; i <= call.in[0].size; ++i) call.out[0].as<float>()[i] = i < call.in[0].size ? 1.0f : 9.0f;
}
void write_before(const Call& call) noexcept {
  call.out[0].as<float>()[-1] = 9;
  for (int64_t i = 0; i < call.in[0].size; ++i) call.out[0].as<float>()[i] = 1;
}
void remember_input(const Call& call) noexcept {
  remembered = call.in[0].as<float>();
  call.out[0].as<float>()[0] = call.in[0].as<float>()[0];
}
void add_remembered(const Call& call) noexcept {
  call.out[0].as<float>()[0] = call.in[0].as<float>()[0] + remembered[0];
}

// The result of expm1 lies in the arena, between others.
Example one_call(int64_t size) {
  const Var x = placeholder({size});
  return {Graph::of({x}, {matmul(reshape(expm1(x + 1), {1, size}), constant(random_tensor({size, 2}, 1)))}),
          {Tensor(Shape{size})},
          {}};
}

std::string guarded(KernelFunction function, int64_t size) {
  const Kernel kernels[] = {{"expm1", "planted", function}};
  const Backend planted{"test", kernels, nullptr, false};
  try {
    left_by(one_call(size), {.memory = Memory::guard, .backends = {&planted, &reference_backend()}}, 1);
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

TEST(Guard, CatchesAKernelThatWritesBeyondItsBuffer) {
  for (int64_t size : {1, 3, 15, 16, 17, 100}) {
    SCOPED_TRACE(size);
    EXPECT_EQ(guarded(copy_and_write_beyond, size), "the kernel 'test planted' wrote outside of its buffers");
    EXPECT_EQ(guarded(write_before, size), "the kernel 'test planted' wrote outside of its buffers");
  }
}

TEST(Guard, ShowsAKernelThatReadsADeadValue) {
  const Kernel kernels[] = {{"sum", "remembers", remember_input}, {"log1p", "reads what is dead", add_remembered}};
  const Backend planted{"test", kernels, nullptr, false};
  const Var x = placeholder({32, 32});
  const Example example{Graph::of({x}, {log1p(sum(matmul(x, x)))}), {random_tensor({32, 32}, 1)}, {}};
  const auto left = left_by(example, {.memory = Memory::guard, .backends = {&planted, &reference_backend()}}, 1);
  EXPECT_TRUE(std::isnan(left[0].flat(0)));
}

// Two values that are in use at the same time, put into the same place.
Plan overlapping(const Plan& sound) {
  Plan plan = sound;
  for (PlanValue& a : plan.values)
    for (PlanValue& b : plan.values) {
      const bool arena = a.location.kind == Location::Kind::arena && b.location.kind == Location::Kind::arena;
      if (&a == &b || !arena || a.location.offset == b.location.offset || a.first > b.last || b.first > a.last)
        continue;
      b.location.offset = a.location.offset;
      return plan;
    }
  return plan;
}

TEST(Guard, APlantedBugOfThePlannerIsCaught) {
  const Example example = examples()[0].make();
  const auto wanted = left_by_oracle(examples()[0].make(), 1);
  const Plan broken = overlapping(*plan_of(example, {.memory = Memory::guard, .fuse = false}));
  EXPECT_NE(fault_of(broken), "") << "the check of plans sees it";
  bool caught = false;
  try {
    Instance instance(std::make_shared<const Plan>(broken));
    for (size_t i = 0; i < example.inputs.size(); ++i) instance.feed(int(i), example.inputs[i]);
    instance.run();
    for (size_t i = 0; i < example.graph.outputs.size(); ++i)
      for (int64_t k = 0; k < wanted[i].size(); ++k)
        caught |= !(std::abs(instance.output(int(i)).flat(k) - wanted[i].flat(k)) < 1e-4);
    for (size_t i = 0; i < example.variables.size(); ++i)
      for (int64_t k = 0; k < example.variables[i].size(); ++k)
        caught |=
            !(std::abs(example.variables[i].value().flat(k) - wanted[example.graph.outputs.size() + i].flat(k)) < 1e-4);
  } catch (const Error&) {
    caught = true;
  }
  EXPECT_TRUE(caught) << "the run differs from the reference, or stops";
}

}  // namespace
}  // namespace cajal
