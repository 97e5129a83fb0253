// Program and Instance as their users see them.
#include "cajal/program/program.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "cajal/ops/elementwise.h"
#include "cajal/ops/indexing.h"
#include "cajal/ops/linear_algebra.h"
#include "cajal/ops/random.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"
#include "cajal/program/internal/test_programs.h"

namespace cajal {
namespace {

using program_test::random_tensor;
using Numbers = std::vector<double>;
const Dim batch = Dim::symbol("batch");

template <class F>
Error error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error;
  }
  return Error(Code::unsupported, "nothing was thrown");
}

// ------------------------------------------------------------------------------------------------ calling

TEST(Program, IsCalledLikeAFunction) {
  const Input x({2});
  Program f({x}, Var(x) * 3.0);
  EXPECT_EQ(f(Tensor::of<float>({1, 2, 3, 4}, {2, 2})).values<double>(), (Numbers{3, 6, 9, 12}));
  Program of_two({placeholder({}), placeholder({})}, [](Var a, Var b) { return a - b; });
  EXPECT_EQ(of_two(5.0f, 3.0f).item(), 2);
}

TEST(Program, CarriesOutWhatItsFunctionAssigns) {
  const Variable total(Tensor::full({}, 1), {"total"});
  Program add_up({placeholder({})}, [&](Var x) { return total.assign_add(x) * 10; });
  EXPECT_EQ(add_up(2.0f).item(), 30);
  EXPECT_EQ(add_up(4.0f).item(), 70);
  EXPECT_EQ(total.value().item(), 7);
}

TEST(Program, ReturnsCopies) {
  const Variable v(Tensor::full({2}, 1));
  Program next({}, Vars{v.assign(Var(v) * 2)}, {});
  const Tensor first = next(std::vector<Tensor>{})[0];
  next(std::vector<Tensor>{});
  EXPECT_EQ(first.values<double>(), (Numbers{2, 2}));
}

TEST(Program, CopiesShareTheirPlans) {
  const Input x({1});
  Program f({x}, Var(x) + 1), g = f;
  f(Tensor({3, 1}));
  EXPECT_EQ(g.plan_count(), 1u);
  EXPECT_EQ(g.steps(), 1u);
  g.reset();
  EXPECT_EQ(f.plan_count(), 0u);
  EXPECT_FALSE(Program().defined());
  EXPECT_THROW(Program()(std::vector<Tensor>{}), Error);
}

TEST(Program, SizesFollowTheInputs) {
  const Var x = placeholder({batch, Dim::symbol("time"), 4});
  Program f({x}, Vars{reshape(x, {-1, 4}), reshape(concatenate({x, x}, 0), {batch * 2, -1}), mean(x, {1})});
  const std::vector<Tensor> out = f(std::vector<Tensor>{random_tensor({3, 5, 4}, 1)});
  EXPECT_EQ(out[0].shape(), (Shape{15, 4}));
  EXPECT_EQ(out[1].shape(), (Shape{6, 20}));
  EXPECT_EQ(out[2].shape(), (Shape{3, 4}));
  EXPECT_EQ(f(std::vector<Tensor>{Tensor({1, 2, 4})})[0].shape(), (Shape{2, 4}));
}

TEST(Program, MeansAreOfTheSizesAtHand) {
  const Var x = placeholder({batch});
  const Variable w(Tensor::full({}, 1));
  const Var loss = mean(x * w);
  Program f({x}, Vars{loss, gradient(loss, std::vector<Variable>{w})[0]});
  EXPECT_EQ(f({Tensor::of<float>({2, 4})})[1].item(), 3);
  EXPECT_EQ(f({Tensor::of<float>({3, 6, 9})})[1].item(), 6);
}

TEST(Program, WrongInputsAreRefused) {
  Program::Options options;
  options.name = "digits";
  Program f(
      {placeholder({batch, 28}, DType::float32, "image"), placeholder({batch}, DType::int32, "label")},
      [](Var x, Var y) { return sum(x) + cast(sum(y), DType::float32); }, options);
  const Tensor image({3, 28}), label(Shape{3}, DType::int32);
  auto message = [&](const std::vector<Tensor>& inputs) { return error_of([&] { f(inputs); }).message(); };
  EXPECT_EQ(message({Tensor({3, 27}), label}), "input 'image' of 'digits' has the shape [3, 27]; expected [batch, 28]");
  EXPECT_EQ(message({image, Tensor(Shape{4}, DType::int32)}),
            "input 'label' of 'digits' has the shape [4]; expected [batch]");
  EXPECT_EQ(message({image}), "'digits' takes 2 inputs and was given 1");
  EXPECT_EQ(message({image, Tensor()}), "'digits' was given an empty tensor");
  EXPECT_EQ(message({image, Tensor(Shape{3})}), "input 1 of 'digits' is int32 and was given float32");
  EXPECT_EQ(message({image.cast(DType::float64), label}), "input 0 of 'digits' is float32 and was given float64");
  EXPECT_EQ(error_of([&] {
              f(std::vector<Tensor>{image.cast(DType::float64), label});
            }).hint(),
            "x.cast(DType::float32)");
  EXPECT_EQ(message({image, label}), "nothing was thrown");
}

TEST(Program, TypesAreConvertedWhereNoValueChanges) {
  auto takes = [](DType wanted, DType given) {
    Program f({placeholder({1}, wanted)}, [](Var x) { return x; });
    try {
      return f(Tensor::full({1}, 1, given)).dtype() == wanted;
    } catch (const Error&) {
      return false;
    }
  };
  for (DType small : {DType::boolean, DType::uint8, DType::int8, DType::int16, DType::float16, DType::bfloat16})
    EXPECT_TRUE(takes(DType::float32, small)) << name(small);
  EXPECT_TRUE(takes(DType::float64, DType::float32));
  EXPECT_TRUE(takes(DType::float64, DType::int32));
  EXPECT_TRUE(takes(DType::int64, DType::int32));
  EXPECT_TRUE(takes(DType::bfloat16, DType::uint8));
  EXPECT_FALSE(takes(DType::float32, DType::int64));
  EXPECT_FALSE(takes(DType::float32, DType::float64));
  EXPECT_FALSE(takes(DType::int32, DType::int64));
  EXPECT_FALSE(takes(DType::int32, DType::float32));
  EXPECT_FALSE(takes(DType::bfloat16, DType::float16));
  EXPECT_FALSE(takes(DType::float16, DType::bfloat16));
  EXPECT_FALSE(takes(DType::float16, DType::int16));
}

// ------------------------------------------------------------------------------------------------ plans

TEST(Plans, AreKeptUpToANumber) {
  std::vector<std::string> told;
  Program::Options options;
  options.max_plans = 2;
  options.on_new_plan = [&](const std::string& shapes) { told.push_back(shapes); };
  const Input x({2});
  Program f({x}, Var(x) * 2, options);
  for (int64_t size : {4, 4, 8, 4, 16, 4, 8}) f(Tensor({size, 2}));
  EXPECT_EQ(f.plan_count(), 2u);
  EXPECT_EQ(told, (std::vector<std::string>{"batch = 4", "batch = 8", "batch = 16", "batch = 8"}))
      << "the one that was not used for longest is forgotten";
}

TEST(Plans, AreReadable) {
  const Input x({3});
  const Variable w(random_tensor({3, 2}, 1), {"w"});
  Program f({x}, matmul(x, w));
  const std::string text = f.instance({Shape{5, 3}}).plan().text();
  EXPECT_NE(text.find("1 steps"), std::string::npos) << text;
  EXPECT_NE(text.find("float32 [5, 3] @ input 0"), std::string::npos) << text;
  EXPECT_NE(text.find("float32 [3, 2] @ variable 0"), std::string::npos) << text;
}

TEST(Plans, AreSharedByInstances) {
  const Var x = placeholder({2});
  const auto plan = compile(Graph::of({x}, {x * 2}), Bindings());
  Instance a(plan), b(plan);
  a.feed(0, Tensor::of<float>({1, 2}));
  b.feed(0, Tensor::of<float>({3, 4}));
  a.run();
  b.run();
  EXPECT_EQ(a.output(0).values<double>(), (Numbers{2, 4}));
  EXPECT_EQ(b.output(0).values<double>(), (Numbers{6, 8}));
}

TEST(Plans, FollowVariablesThatMove) {
  Variable v(Tensor::full({2}, 1));
  Program f({}, Vars{v.assign(Var(v) + 1)}, {});
  f(std::vector<Tensor>{});
  Tensor row(Shape{32});
  v.place(row.slice(0, {16, 18}));
  EXPECT_EQ(f(std::vector<Tensor>{})[0].values<double>(), (Numbers{3, 3}));
  EXPECT_EQ(row.flat(17), 3);
}

TEST(Plans, AFrozenLayersFlagIsReadWhenTheyAreMade) {
  const auto trainable = std::make_shared<bool>(true);
  Program::Options options;
  options.training = true;
  Program f({}, Vars{cast(training(trainable), DType::float32)}, options);
  auto value = [&] { return f(std::vector<Tensor>{})[0].item(); };
  EXPECT_EQ(value(), 1);
  *trainable = false;
  EXPECT_EQ(value(), 1);
  f.reset();
  EXPECT_EQ(value(), 0);
}

// ------------------------------------------------------------------------------------------------ feeding

TEST(Feeding, TakesAlignedMemoryAsItIs) {
  const Var x = placeholder({4});
  Instance instance(compile(Graph::of({x}, {x * 2}), Bindings()));
  Tensor value = Tensor::full({4}, 1);
  instance.feed(0, value);
  instance.run();
  EXPECT_EQ(instance.output(0).flat(3), 2);
  value.set_flat(3, 5);
  instance.run();
  EXPECT_EQ(instance.output(0).flat(3), 10) << "the tensor itself is read";
}

TEST(Feeding, CopiesWhatIsNotAlignedOrNotInARow) {
  const Var x = placeholder({4});
  Instance instance(compile(Graph::of({x}, {x * 2}), Bindings()));
  Tensor row = random_tensor({9}, 1), square = random_tensor({4, 4}, 2);
  for (const Tensor& view : {row.slice(0, {1, 5}), square.slice(1, {2, 3}).squeeze(1)}) {
    const Tensor before = view.copy();
    instance.feed(0, view);
    row.set_flat(2, 100);
    square.set_flat(6, 100);
    instance.run();
    for (int64_t i = 0; i < 4; ++i) EXPECT_EQ(instance.output(0).flat(i), 2 * before.flat(i));
  }
}

TEST(Feeding, ByWritingIntoItsInput) {
  const Var x = placeholder({2});
  Instance instance(compile(Graph::of({x}, {exp(x)}), Bindings()));
  instance.input(0).assign(Tensor::of<float>({0, 0}));
  for (int run = 0; run < 2; ++run) {
    instance.run();
    EXPECT_EQ(instance.output(0).values<double>(), (Numbers{1, 1})) << "the input outlives the run";
  }
}

TEST(Feeding, RefusesAnotherShapeOrType) {
  const Var x = placeholder({2});
  Instance instance(compile(Graph::of({x}, {exp(x)}), Bindings()));
  EXPECT_EQ(error_of([&] { instance.feed(0, Tensor(Shape{3})); }).message(),
            "input 0 is float32 [2] and was given float32 [3]");
  EXPECT_THROW(instance.feed(0, Tensor(Shape{2}, DType::float64)), Error);
  EXPECT_THROW(instance.feed(1, Tensor(Shape{2})), std::exception);
}

// ------------------------------------------------------------------------------------------------ bad indices

TEST(Status, ABadIndexNamesOpAndLayerAndTheRunCanGoOn) {
  for (Memory memory : {Memory::tight, Memory::keep, Memory::guard})
    for (const Backend* backend : default_backends()) {
      SCOPED_TRACE(std::string(backend->name) + " " + std::to_string(int(memory)));
      Program::Options options;
      options.memory = memory;
      options.backends = {backend, &reference_backend()};
      const Variable table(random_tensor({5, 2}, 1));
      Program f(
          {placeholder({3}, DType::int32)},
          [&](Var index) {
            const Scope scope("words/embedding");
            return take(table, index, 0) * 1.5;
          },
          options);
      const Error error = error_of([&] { f(Tensor::of<int32_t>({1, 7, 9})); });
      EXPECT_EQ(error.message(), "take met the index 7; expected 0 to 4");
      EXPECT_EQ(error.where(), "'words/embedding'");
      EXPECT_NE(error.hint(), "");
      EXPECT_FLOAT_EQ(float(f(Tensor::of<int32_t>({1, 4, 0})).at({1, 0})), float(table.value().at({4, 0}) * 1.5));
    }
}

TEST(Status, ABadIndexReachesNoVariable) {
  const Var index = placeholder({2}, DType::int32);
  const Variable table(random_tensor({4, 2}, 1)), total(Tensor({2, 2}));
  Recording recording;
  total.assign_add(take(table, index, 0));
  table.assign(Var(table) * 2);
  Instance instance(compile(Graph::of({index}, {}, recording.effects()), Bindings()));
  const Tensor before = table.value().copy();
  instance.feed(0, Tensor::of<int32_t>({0, -9}));
  EXPECT_THROW(instance.run(), Error);
  EXPECT_TRUE(identical(total.value(), Tensor({2, 2})));
  EXPECT_TRUE(identical(table.value(), before));
}

// ------------------------------------------------------------------------------------------------ steps

TEST(Stepping, NodeByNodeGivesWhatARunGives) {
  program_test::Example example = program_test::examples()[0].make(), other = program_test::examples()[0].make();
  Instance stepped(program_test::plan_of(example, {.memory = Memory::keep}));
  Instance whole(program_test::plan_of(other, {}));
  for (size_t i = 0; i < example.inputs.size(); ++i)
    stepped.feed(int(i), example.inputs[i]), whole.feed(int(i), example.inputs[i]);
  stepped.start();
  int count = 1;
  for (int at = 0; stepped.step(); ++count) EXPECT_EQ(stepped.next_step(), ++at);
  EXPECT_EQ(size_t(count), stepped.plan().steps.size());
  EXPECT_FALSE(stepped.step()) << "after the end nothing happens";
  whole.run();
  EXPECT_TRUE(identical(stepped.output(0), whole.output(0)));
  for (size_t i = 0; i < example.variables.size(); ++i)
    EXPECT_TRUE(identical(example.variables[i].value(), other.variables[i].value()));
}

TEST(Profiling, HasARowForEachStep) {
  program_test::Example example = program_test::examples()[0].make();
  Instance instance(program_test::plan_of(example, {}));
  for (size_t i = 0; i < example.inputs.size(); ++i) instance.feed(int(i), example.inputs[i]);
  const std::vector<StepProfile> rows = instance.profile();
  ASSERT_EQ(rows.size(), instance.plan().steps.size());
  double flops = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].kernel.find(instance.plan().steps[i].name), 0u);
    EXPECT_GE(rows[i].seconds, 0);
    EXPECT_GT(rows[i].bytes, 0);
    flops = std::max(flops, rows[i].flops);
  }
  EXPECT_GE(flops, 2 * 5 * 6 * 8) << "a product counts two for each multiplication";
  const std::string table = text(rows, 1e11, 1e10);
  EXPECT_EQ(size_t(std::count(table.begin(), table.end(), '\n')), rows.size() + 2);
  EXPECT_NE(table.find("GFLOP/s"), std::string::npos);
}

TEST(Profiling, CountsTheWorkOfAProduct) {
  for (const auto& [a, b, ta, tb, flops] : {std::tuple(Shape{3, 5}, Shape{5, 7}, false, false, 210.0),
                                            std::tuple(Shape{5, 3}, Shape{7, 5}, true, true, 210.0),
                                            std::tuple(Shape{4, 3, 5}, Shape{4, 5, 7}, false, false, 840.0)}) {
    const Var x = placeholder(a), y = placeholder(b);
    Instance instance(compile(Graph::of({x, y}, {matmul(x, y, ta, tb)}), Bindings()));
    EXPECT_NEAR(instance.profile()[0].flops, flops, 1e-6) << a.text();
  }
}

// ------------------------------------------------------------------------------------------------ random numbers

Program noise_program(uint64_t seed) {
  Program::Options options;
  options.seed = seed;
  const Var x = placeholder({batch, 8});
  return Program(
      {x},
      [](const Vars& in) {
        return Vars{random_uniform_like(in[0]), random_uniform_like(in[0])};
      },
      options);
}

TEST(RandomNumbers, FollowSeedAndStep) {
  const std::vector<Tensor> input{Tensor({4, 8})};
  Program f = noise_program(7), same = noise_program(7), other = noise_program(8);
  const std::vector<Tensor> first = f(input), second = f(input);
  EXPECT_FALSE(identical(first[0], first[1])) << "two ops draw different numbers";
  EXPECT_FALSE(identical(first[0], second[0])) << "so do two runs";
  EXPECT_TRUE(identical(same(input)[0], first[0]));
  EXPECT_FALSE(identical(other(input)[0], first[0]));
  EXPECT_EQ(f.steps(), 2u);
  f.set_steps(0);
  EXPECT_TRUE(identical(f(input)[0], first[0])) << "any step can be repeated";
  EXPECT_TRUE(identical(f(input)[1], second[1]));
}

TEST(RandomNumbers, FollowTheSampleNotTheBatch) {
  Program f = noise_program(7);
  const Tensor whole = f(std::vector<Tensor>{Tensor({6, 8})})[0];
  Program g = noise_program(7);
  Instance& part = g.instance({Shape{2, 8}});
  part.feed(0, Tensor({2, 8}));
  g.run(part, 4);
  EXPECT_TRUE(identical(part.output(0).copy(), whole.slice(0, {4, 6}).copy()));
}

TEST(RandomNumbers, UnseededProgramsDiffer) {
  const std::vector<Tensor> input{Tensor({4, 8})};
  EXPECT_FALSE(identical(noise_program(0)(input)[0], noise_program(0)(input)[0]));
  random::set_seed(3);
  const Tensor once = noise_program(0)(input)[0];
  random::set_seed(3);
  EXPECT_TRUE(identical(noise_program(0)(input)[0], once));
}

// ------------------------------------------------------------------------------------------------ steps that stand

int counted = 0;
void count_exp(const Call& call) noexcept {
  ++counted;
  for (int64_t i = 0; i < call.out[0].size; ++i) call.out[0].as<float>()[i] = std::exp(call.in[0].as<float>()[i]);
}

struct Counting {
  std::vector<Kernel> kernels{{.op = "exp", .name = "counted", .run = count_exp}};
  Backend backend{.name = "counting", .kernels = kernels};
  const Variable weight{Tensor::full({3}, 0), {"weight"}};
  Program::Options options(Memory memory = Memory::tight) const {
    Program::Options out;
    out.memory = memory;
    out.backends = {&backend, &reference_backend()};
    return out;
  }
  Program program(Memory memory = Memory::tight) const {
    counted = 0;
    const Var x = placeholder({});
    return Program({x}, {x * exp(Var(weight))}, options(memory));
  }
};

TEST(StandingSteps, AreCarriedOutWhenAVariableChanged) {
  Counting counting;
  Program f = counting.program();
  const Tensor two = Tensor::full({}, 2);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(f(two).flat(1), 2);
  EXPECT_EQ(f(Tensor::full({}, 5)).flat(2), 5);
  EXPECT_EQ(counted, 1);
  Variable weight = counting.weight;
  weight.set(Tensor::full({3}, std::log(3.0)));
  EXPECT_NEAR(f(two).flat(0), 6, 1e-5);
  EXPECT_EQ(counted, 2);
  Program train({placeholder({})}, [&](Var step) { return weight.assign_add(step); });
  train(float(std::log(2.0)));
  EXPECT_NEAR(f(two).flat(0), 12, 1e-5);
  EXPECT_EQ(counted, 3);
  weight.place(Tensor({3}));
  EXPECT_NEAR(f(two).flat(0), 12, 1e-5);
}

TEST(StandingSteps, AreThoseOfVariablesThatThePlanLeavesAlone) {
  Counting counting;
  const Var x = placeholder({});
  counted = 0;
  Program f(
      {x},
      [&](const Vars& in) -> Vars {
        const Var y = in[0] * exp(Var(counting.weight));
        counting.weight.assign_add(in[0]);
        return {y};
      },
      counting.options());
  for (int i = 0; i < 3; ++i) f(Tensor::full({}, 0));
  EXPECT_EQ(counted, 3);
}

// As evaluating does, which counts in Variables of its own.
TEST(StandingSteps, AreNotMadeAgainForWhatTheRunItselfAssigns) {
  Counting counting;
  const Variable total(Tensor({}), {"total"});
  counted = 0;
  Program f(
      {placeholder({})},
      [&](const Vars& in) -> Vars {
        const Var y = in[0] * exp(Var(counting.weight));
        total.assign_add(sum(y));
        return {y};
      },
      counting.options());
  for (int i = 0; i < 3; ++i) f(2.0f);
  EXPECT_EQ(counted, 1);
  EXPECT_EQ(total.value().item(), 18);
  Variable(counting.weight).set(Tensor::full({3}, 1));
  f(2.0f);
  EXPECT_EQ(counted, 2);
}

TEST(StandingSteps, AreNoneWhereEveryValueIsKept) {
  Counting counting;
  Program f = counting.program(Memory::keep);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(f(Tensor::full({}, 2)).flat(0), 2);
  EXPECT_EQ(counted, 3);
}

TEST(StandingSteps, ResultsMayStand) {
  Counting counting;
  Program f(
      {},
      [&](const Vars&) -> Vars {
        return {exp(Var(counting.weight)), exp(Var(counting.weight)) * 2};
      },
      counting.options());
  for (int i = 0; i < 3; ++i) {
    const std::vector<Tensor> out = f(std::vector<Tensor>{});
    EXPECT_EQ(out[0].flat(0), 1);
    EXPECT_EQ(out[1].flat(2), 2);
  }
}

}  // namespace
}  // namespace cajal
