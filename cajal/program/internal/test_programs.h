// Programs that are hard on a planner, and a check of plans that runs nothing.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cajal/base/random.h"
#include "cajal/program/plan.h"

namespace cajal::program_test {

/// A program with Variables of its own: made anew for each way in which it is run.
struct Example {
  Graph graph;
  std::vector<Tensor> inputs;
  std::vector<Variable> variables;
};
struct NamedExample {
  std::string name;
  std::function<Example()> make;
};
const std::vector<NamedExample>& examples();
/// Networks of convolutions; they are among the examples too.
const std::vector<NamedExample>& image_examples();

/// A random program: element-wise ops, products, reshapes and sums, whose values are assigned and returned at random.
Example random_example(uint64_t seed);

/// Uniform in [-1, 1).
Tensor random_tensor(const Shape& shape, uint64_t seed);

/// Follows which value each stretch of memory holds, step by step. Says what is wrong with the plan; nothing if it is
/// sound: every step reads what it means to read, and results and variables hold what they should at the end.
std::string fault_of(const Plan& plan);

/// What a few runs leave: the results of the last one, then the Variables.
std::vector<Tensor> left_by(Example example, const CompileOptions& options, int steps = 3);
/// The same by the oracle.
std::vector<Tensor> left_by_oracle(Example example, int steps = 3);

std::shared_ptr<const Plan> plan_of(const Example& example, const CompileOptions& options);

}  // namespace cajal::program_test
