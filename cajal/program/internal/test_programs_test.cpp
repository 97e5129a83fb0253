// The examples themselves. Ends in _test.cpp so that it is part of the tests and not of the library.
#include "cajal/program/internal/test_programs.h"

#include <algorithm>
#include <map>

#include "cajal/ops/activation.h"
#include "cajal/ops/control.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/linear_algebra.h"
#include "cajal/ops/losses.h"
#include "cajal/ops/optimizer.h"
#include "cajal/ops/random.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"

namespace cajal::program_test {

Tensor random_tensor(const Shape& shape, uint64_t seed) {
  random::Stream stream(seed);
  Tensor out(shape);
  for (int64_t i = 0; i < out.size(); ++i) out.data<float>()[i] = float(stream.uniform(-1, 1));
  return out;
}

namespace {

Variable weight(const Shape& shape, uint64_t seed, const std::string& name = "w") {
  return Variable(random_tensor(shape, seed), {name});
}

// Records `body`, with what it assigns.
Example recorded(const Vars& inputs, const std::vector<Tensor>& values, const std::vector<Variable>& variables,
                 const std::function<Vars()>& body) {
  Recording recording;
  const Vars outputs = body();
  return {Graph::of(inputs, outputs, recording.effects()), values, variables};
}

Example mlp_with_adam() {
  const Var x = placeholder({Dim::symbol("batch"), 6}), labels = placeholder({Dim::symbol("batch")}, DType::int32);
  std::vector<Variable> weights = {weight({6, 8}, 1), weight({8}, 2), weight({8, 3}, 3), weight({3}, 4)}, all = weights;
  for (int slot = 0; slot < 2; ++slot)
    for (const Variable& w : weights) all.emplace_back(Tensor(w.shape()), Variable::Options{"slot"});
  const Variable step(Tensor({}, DType::int64), {"step"}), rate(Tensor::full({}, 0.05), {"rate"});
  all.push_back(step);
  return recorded({x, labels}, {random_tensor({5, 6}, 9), Tensor::of<int32_t>({0, 2, 1, 1, 0})}, all, [&]() -> Vars {
    const Var hidden = relu(matmul(x, weights[0]) + weights[1]);
    const Var loss = mean(sparse_softmax_crossentropy(matmul(hidden, weights[2]) + weights[3], labels));
    const Vars gradients = gradient(loss, weights);
    const Vars now(weights.begin(), weights.end()), slots(all.begin() + 4, all.begin() + 12);
    const Vars next = adam_update(now, gradients, slots, rate, step);
    for (size_t i = 0; i < next.size(); ++i) all[i].assign(next[i]);
    step.assign(Var(step) + 1);
    return {loss, hidden};
  });
}

Example shared_weight() {
  const Var x = placeholder({4, 5});
  const Variable w = weight({5, 5}, 1);
  return recorded({x}, {random_tensor({4, 5}, 2)}, {w}, [&]() -> Vars {
    const Var y = tanh(matmul(matmul(x, w), w, false, true));
    const Var loss = sum(square(y));
    w.assign_sub(0.1 * gradient(loss, std::vector<Variable>{w})[0]);
    return {loss, Var(w) + 1};
  });
}

Example swap() {
  const Variable a = weight({7}, 1, "a"), b = weight({7}, 2, "b");
  return recorded({}, {}, {a, b}, [&]() -> Vars {
    const Var old_a = a, old_b = b;
    a.assign(old_b);
    b.assign(old_a);
    return {};
  });
}

Example rotation() {
  const Variable a = weight({3}, 1, "a"), b = weight({3}, 2, "b"), c = weight({3}, 3, "c");
  return recorded({}, {}, {a, b, c}, [&]() -> Vars {
    const Var old_a = a, old_b = b, old_c = c;
    a.assign(old_b * 2);
    b.assign(old_c);
    c.assign(old_a);
    return {a, old_a, b, old_b, c, old_c};
  });
}

Example old_value_returned() {
  const Variable v = weight({9}, 1);
  return recorded({}, {}, {v}, [&]() -> Vars {
    const Var before = v;
    v.assign(exp(before));
    return {before};
  });
}

Example new_value_returned() {
  const Variable v = weight({9}, 1);
  return recorded({}, {}, {v}, [&]() -> Vars {
    v.assign(exp(v));
    return {v, Var(v) + 1};
  });
}

Example reshaped() {
  const Var x = placeholder({2, 6});
  const Variable v = weight({12}, 1), w = weight({3, 4}, 2);
  return recorded({x}, {random_tensor({2, 6}, 3)}, {v, w}, [&]() -> Vars {
    const Var old = reshape(v, {3, 4});
    v.assign(reshape(x + reshape(w, {2, 6}), {-1}));
    w.assign(reshape(reshape(exp(old), {4, 3}), {3, 4}));
    return {old, reshape(v, {6, 2}), reshape(w, {12}), reshape(x, {3, 4})};
  });
}

Example one_value_for_two() {
  const Var x = placeholder({8});
  const Variable a = weight({8}, 1), b = weight({8}, 2);
  return recorded({x}, {random_tensor({8}, 3)}, {a, b}, [&]() -> Vars {
    const Var next = sin(x) + a;
    a.assign(next);
    b.assign(next);
    return {next};
  });
}

Example inputs_and_constants_kept() {
  const Var x = placeholder({4}), y = placeholder({4});
  const Variable a = weight({4}, 1), b = weight({4}, 2), c = weight({4}, 3);
  return recorded({x, y}, {random_tensor({4}, 4), random_tensor({4}, 5)}, {a, b, c}, [&]() -> Vars {
    const Var old = a;
    a.assign(x);
    b.assign(constant(random_tensor({4}, 6)));
    return {old, x, y, b, c, constant(random_tensor({4}, 7))};
  });
}

Example read_after_it_is_overwritten() {
  const Variable v = weight({5, 5}, 1);
  return recorded({}, {}, {v}, [&]() -> Vars {
    const Var old = v;
    v.assign(exp(old) * 0.1);
    return {matmul(v, old), matmul(old, v)};
  });
}

Example in_place_chain() {
  const Var x = placeholder({6, 4}), row = placeholder({4}), column = placeholder({6, 1});
  return recorded({x, row, column}, {random_tensor({6, 4}, 1), random_tensor({4}, 2), random_tensor({6, 1}, 3)}, {},
                  [&]() -> Vars {
                    Var y = x;
                    Vars kept;
                    for (int i = 0; i < 6; ++i) {
                      y = where(y > 0, y * row + column, square(y) - 0.25 * column);
                      if (i % 2 == 0) kept.push_back(y);
                      if (i == 3) y = softmax(y);
                    }
                    kept.push_back(sum(y, {0}));
                    return kept;
                  });
}

Example scanned() {
  const Var x = placeholder({5, 2, 3});
  const Variable w = weight({3, 3}, 1);
  return recorded({x}, {random_tensor({5, 2, 3}, 2)}, {w}, [&]() -> Vars {
    const auto cell = [&](const Vars& carries, const Vars& slices) {
      const Var next = tanh(matmul(carries[0], w) + slices[0]);
      return std::pair(Vars{next}, Vars{next * 2});
    };
    const ScanResult result = scan(cell, {constant(Tensor({2, 3}))}, {x});
    const Var loss = sum(square(result.outputs[0]));
    w.assign_sub(0.01 * gradient(loss, std::vector<Variable>{w})[0]);
    return {loss, result.carries[0]};
  });
}

Example random_numbers() {
  const Var x = placeholder({4, 16});
  const Variable v = weight({4, 16}, 1);
  return recorded({x}, {random_tensor({4, 16}, 2)}, {v}, [&]() -> Vars {
    const Var noise = random_uniform_like(x);
    v.assign(Var(v) * dropout_mask(x, 0.5) + noise);
    return {noise, v};
  });
}

}  // namespace

const std::vector<NamedExample>& examples() {
  static const std::vector<NamedExample> own = {
      {"mlp_with_adam", mlp_with_adam},
      {"shared_weight", shared_weight},
      {"swap", swap},
      {"rotation", rotation},
      {"old_value_returned", old_value_returned},
      {"new_value_returned", new_value_returned},
      {"reshaped", reshaped},
      {"one_value_for_two", one_value_for_two},
      {"inputs_and_constants_kept", inputs_and_constants_kept},
      {"read_after_it_is_overwritten", read_after_it_is_overwritten},
      {"in_place_chain", in_place_chain},
      {"scanned", scanned},
      {"random_numbers", random_numbers},
  };
  static const std::vector<NamedExample> table = [] {
    std::vector<NamedExample> all = own;
    all.insert(all.end(), image_examples().begin(), image_examples().end());
    return all;
  }();
  return table;
}

namespace {

// All values are [6, 6] or, reshaped, [36]: any may be assigned to any variable.
class RandomProgram {
 public:
  explicit RandomProgram(uint64_t seed) : stream_(seed) {}

  Example make() {
    for (int i = 0; i < 2; ++i) inputs_.push_back(placeholder({6, 6}));
    for (int i = 0; i < 3; ++i) variables_.push_back(weight({6, 6}, random::mix(stream_()), "v" + std::to_string(i)));
    values_ = inputs_;
    Recording recording;
    for (int i = 0; i < 14; ++i) {
      values_.push_back(next());
      if (chance(4)) any_of(variables_).assign(square_form(any_of(values_)));
    }
    Vars outputs;
    for (int i = 0; i < 3; ++i) outputs.push_back(any_of(values_));
    return {Graph::of(inputs_, outputs, recording.effects()),
            {random_tensor({6, 6}, 1), random_tensor({6, 6}, 2)},
            variables_};
  }

 private:
  bool chance(int64_t of) { return stream_.below(of) == 0; }
  template <class T>
  const T& any_of(const std::vector<T>& list) {
    return list[size_t(stream_.below(int64_t(list.size())))];
  }
  static Var square_form(const Var& x) { return x.rank() == 2 ? x : reshape(x, {6, 6}); }
  Var operand() { return square_form(chance(3) ? Var(any_of(variables_)) : any_of(values_)); }

  // Values stay small, whatever follows what.
  Var next() {
    const Var a = operand(), b = operand();
    switch (stream_.below(10)) {
      case 0: return (a + b) * 0.5;
      case 1: return a * tanh(b);
      case 2: return maximum(a, b);
      case 3: return where(a > b, a, sin(b));
      case 4: return matmul(a, b, chance(2), chance(2)) * 0.2;
      case 5: return relu(matmul(a, b) * 0.2 + sum(a, {0}) * 0.1);
      case 6: return reshape(a, {36});
      case 7: return transpose(a);
      case 8: return a - mean(b, {chance(2) ? 0 : 1}, true);
      default: return softmax(a) + sigmoid(b);
    }
  }

  random::Stream stream_;
  Vars inputs_, values_;
  std::vector<Variable> variables_;
};

}  // namespace

Example random_example(uint64_t seed) { return RandomProgram(seed).make(); }

// ------------------------------------------------------------------------------------------------ following memory

namespace {

class MemoryWalk {
 public:
  explicit MemoryWalk(const Plan& plan) : plan_(plan), content_(plan.values.size(), -1) {
    for (size_t i = 0; i < plan.values.size(); ++i) content_[i] = content_of(int(i));
    for (size_t i = 0; i < plan.values.size(); ++i)
      if (plan.values[i].location.kind != Location::Kind::arena && plan.values[i].source.node >= 0 && is_source(int(i)))
        hold(int(i), content_[i]);
  }

  std::string run() {
    for (size_t at = 0; at < plan_.steps.size(); ++at) {
      const Step& step = plan_.steps[at];
      for (int i = 0; i < step.inputs; ++i) expect(step.operands[size_t(i)], "step " + std::to_string(at) + " reads");
      if (step.packed >= 0) expect(step.packed, "step " + std::to_string(at) + " reads");
      if (step.workspace_bytes > 0) hold(step.workspace, step.workspace_bytes, scratch);
      if (step.name == "copy") content_[size_t(step.operands[1])] = content_[size_t(step.operands[0])];
      for (size_t k = size_t(step.inputs); k < step.operands.size(); ++k)
        hold(step.operands[k], content_[size_t(step.operands[k])]);
    }
    for (int output : plan_.outputs) expect(output, "the end returns");
    for (size_t at = size_t(plan_.standing_steps); at < plan_.steps.size(); ++at) expect_standing(plan_.steps[at]);
    for (const Assignment& assignment : plan_.graph.assignments) expect_assigned(assignment);
    return fault_;
  }

 private:
  static constexpr int scratch = -2;

  // A reshape has the content of its operand.
  int content_of(int index) const {
    while (plan_.values[size_t(index)].source.node >= 0) {
      const GraphNode& node = plan_.graph.nodes[size_t(plan_.values[size_t(index)].source.node)];
      if (node.op->name != "reshape") break;
      index = plan_.find(node.inputs[0]);
    }
    return index;
  }
  bool is_source(int index) const {
    return plan_.graph.nodes[size_t(plan_.values[size_t(index)].source.node)].op->structural;
  }
  size_t bytes(int index) const {
    const PlanValue& value = plan_.values[size_t(index)];
    size_t count = size_of(value.spec.dtype);
    for (int64_t dim : value.dims) count *= size_t(dim);
    return count;
  }

  using Cell = std::pair<std::pair<int, int>, size_t>;  // kind and index, block of 64 bytes
  Cell cell(const Location& location, size_t block) const {
    const bool arena = location.kind == Location::Kind::arena || location.kind == Location::Kind::input;
    if (!arena) return {{int(location.kind), location.index}, 0};
    return {{0, 0}, location.offset / 64 + block};
  }
  static size_t blocks(const Location& location, size_t bytes) {
    const bool arena = location.kind == Location::Kind::arena || location.kind == Location::Kind::input;
    return arena ? std::max<size_t>(1, (bytes + 63) / 64) : 1;
  }
  void hold(int index, int content) { hold(plan_.values[size_t(index)].location, bytes(index), content); }
  void hold(const Location& location, size_t bytes, int content) {
    for (size_t block = 0; block < blocks(location, bytes); ++block) held_[cell(location, block)] = content;
  }
  void expect(int index, const std::string& who) {
    const PlanValue& value = plan_.values[size_t(index)];
    for (size_t block = 0; block < blocks(value.location, bytes(index)); ++block) {
      auto found = held_.find(cell(value.location, block));
      const int there = found == held_.end() ? -1 : found->second;
      if (there != content_[size_t(index)] && fault_.empty())
        fault_ = who + " value " + std::to_string(index) + " where value " + std::to_string(there) + " lies";
    }
  }
  // What the next run reads without making it again.
  void expect_standing(const Step& step) {
    const auto stands = [&](int index) {
      for (int at = 0; at < plan_.standing_steps; ++at)
        for (size_t k = size_t(plan_.steps[size_t(at)].inputs); k < plan_.steps[size_t(at)].operands.size(); ++k)
          if (content_[size_t(plan_.steps[size_t(at)].operands[k])] == content_[size_t(index)]) return true;
      return false;
    };
    for (int i = 0; i < step.inputs; ++i)
      if (stands(step.operands[size_t(i)])) expect(step.operands[size_t(i)], "the next run reads");
    if (step.packed >= 0) expect(step.packed, "the next run reads");
  }
  void expect_assigned(const Assignment& assignment) {
    auto place = std::find(plan_.variables.begin(), plan_.variables.end(), assignment.variable);
    const Location location{Location::Kind::variable, int(place - plan_.variables.begin()), 0};
    const int wanted = content_[size_t(plan_.find(assignment.value))];
    auto found = held_.find(cell(location, 0));
    if ((found == held_.end() || found->second != wanted) && fault_.empty())
      fault_ = "'" + assignment.variable.name() + "' does not get value " + std::to_string(wanted);
  }

  const Plan& plan_;
  std::vector<int> content_;  // of each value: the value that was calculated
  std::map<Cell, int> held_;
  std::string fault_;
};

Bindings bindings_of(const Example& example) {
  Bindings bindings;
  for (size_t i = 0; i < example.inputs.size(); ++i)
    if (!bindings.match(example.graph.spec({example.graph.inputs[i], 0}).shape, example.inputs[i].shape().ints()))
      fail("an example has inputs that do not fit");
  return bindings;
}

}  // namespace

std::string fault_of(const Plan& plan) { return MemoryWalk(plan).run(); }

std::shared_ptr<const Plan> plan_of(const Example& example, const CompileOptions& options) {
  return compile(example.graph, bindings_of(example), options);
}

std::vector<Tensor> left_by(Example example, const CompileOptions& options, int steps) {
  Instance instance(plan_of(example, options));
  instance.set_seed(5);
  for (size_t i = 0; i < example.inputs.size(); ++i) instance.feed(int(i), example.inputs[i]);
  for (int step = 0; step < steps; ++step) instance.run(uint64_t(step));
  std::vector<Tensor> out;
  for (size_t i = 0; i < example.graph.outputs.size(); ++i) out.push_back(instance.output(int(i)).copy());
  for (const Variable& variable : example.variables) out.push_back(variable.value().copy());
  return out;
}

std::vector<Tensor> left_by_oracle(Example example, int steps) {
  Graph graph = example.graph;
  rewrite(graph, false);
  std::vector<Tensor> results;
  Run run;
  run.seed = 5;
  for (int step = 0; step < steps; ++step) {
    run.step = uint64_t(step);
    results = evaluate(graph, example.inputs, &run);
    for (Tensor& result : results) result = result.copy();
    for (size_t i = 0; i < graph.assignments.size(); ++i)
      graph.assignments[i].variable.set(results[graph.outputs.size() + i]);
  }
  results.resize(graph.outputs.size());
  for (const Variable& variable : example.variables) results.push_back(variable.value().copy());
  return results;
}

}  // namespace cajal::program_test
