// What an operation is: its rule for shapes and types, its gradient, its reference kernel, samples that prove it.
//
// An op is one .cpp file under ops/: a plain struct of its attributes, with static members that this header turns into
// an Op record (see `define`). ops/README.md shows one, top to bottom.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cajal/base/error.h"
#include "cajal/graph/attributes.h"
#include "cajal/graph/var.h"

namespace cajal {

using Specs = std::vector<Spec>;
using Vars = std::vector<Var>;

// ------------------------------------------------------------------------------------------------ running

/// One operand of a running kernel: contiguous row-major memory.
struct Operand {
  std::byte* data = nullptr;
  DType dtype = DType::float32;
  int rank = 0;
  const int64_t* dims = nullptr;
  int64_t size = 0;

  template <class T>
  T* as() const {
    return reinterpret_cast<T*>(data);
  }
  std::span<const int64_t> shape() const { return {dims, size_t(rank)}; }
  int64_t dim(int axis) const { return dims[axis < 0 ? axis + rank : axis]; }
  /// Product of the dimensions [from, to).
  int64_t product(int from, int to) const {
    int64_t n = 1;
    for (int i = from; i < to; ++i) n *= dims[i];
    return n;
  }
};

/// What went wrong inside a run: kernels cannot throw, so the first one to see a bad index writes it here.
struct Status {
  std::atomic<int> node{-1};
  int64_t value = 0;
  int64_t limit = 0;
  /// Notes that `value` is not in [0, limit); the first report wins.
  void bad_index(int at_node, int64_t bad, int64_t bound) noexcept {
    int none = -1;
    if (node.compare_exchange_strong(none, at_node)) {
      value = bad;
      limit = bound;
    }
  }
};

/// What is the same for all nodes of one run.
struct Run {
  uint64_t seed = 0;          ///< key of all random numbers of the run
  uint64_t step = 0;          ///< which run this is: masks differ from step to step
  int64_t sample_offset = 0;  ///< global index of the first sample of the batch
  uint64_t iteration = 0;     ///< which turn of a scan
  Status status;
};

/// All that a kernel is given. Kernels are noexcept, allocate nothing, and write every element of their outputs.
struct Call {
  const void* attributes = nullptr;
  const void* prepared = nullptr;  ///< what the kernel's `prepare` made, if it has one
  std::span<const Operand> in, out;
  std::byte* workspace = nullptr;  ///< 64-byte aligned, as many bytes as the kernel asked for
  uint64_t random_id = 0;          ///< of ops that draw random numbers
  int node = 0;                    ///< for reports
  Run* run = nullptr;
  /// What the kernel's `pack` made of one operand, when that was last changed; null: the kernel does it itself.
  const std::byte* packed = nullptr;

  template <class T>
  const T& options() const {
    if constexpr (std::is_empty_v<T>) return no_fields<T>;
    else return *static_cast<const T*>(attributes);
  }
};
using KernelFunction = void (*)(const Call&) noexcept;

// ------------------------------------------------------------------------------------------------ recording

/// What a gradient rule is given.
struct Derivative {
  const Attributes& attributes;
  std::span<const Var> inputs;
  std::span<const Var> outputs;
  std::span<const Var> gradients;  ///< of each output; an empty Var where nothing depends on that output
  std::vector<bool> needed;        ///< which inputs' gradients will be used: the others may be left empty

  const Var& x(int i = 0) const { return inputs[size_t(i)]; }
  const Var& y(int i = 0) const { return outputs[size_t(i)]; }
  const Var& dy(int i = 0) const { return gradients[size_t(i)]; }
};

/// An example on which `every_op` proves an op: values are drawn uniformly from [low, high] for floats.
struct Sample {
  Attributes attributes;
  Specs inputs;
  double low = -1, high = 1;
  /// Values of single inputs that may not be random (indices, conditions, ...); empty tensors mean "draw".
  std::vector<Tensor> values = {};
  /// False at points where the function has a corner or the inputs are no floats: values are proved, gradients not.
  bool differentiable = true;
};

/// How an op may be fused: applied to each element by itself, inputs broadcast to the output.
enum class Pattern { opaque, elementwise };

struct Graph;
struct GraphNode;

/// One output of one node of a Graph.
struct Value {
  int node = -1;
  int output = 0;
  friend auto operator<=>(const Value&, const Value&) = default;
};

/// The record of an operation: one per op, in the table that `all_ops()` lists.
struct Op {
  std::string_view name;
  std::string_view summary;
  Pattern pattern = Pattern::opaque;
  bool random = false;      ///< draws random numbers: never merged with an equal node
  bool structural = false;  ///< input, constant, variable, ...: carried out by the program, no kernel
  bool passes = false;      ///< structural, and its value is that of its first input
  /// How many inputs give values; of those after them only the shape matters, and a Graph leaves them out. -1: all.
  int value_inputs = -1;
  /// Shapes and types of the outputs; throws Error for inputs that do not fit.
  Specs (*infer)(const Attributes&, std::span<const Spec>) = nullptr;
  /// Gradients of the inputs, one per input, empty Vars for none; null: no gradient flows.
  Vars (*gradient)(const Derivative&) = nullptr;
  /// The plain version, any type: what every fast kernel is measured against.
  KernelFunction reference = nullptr;
  std::vector<Sample> (*samples)() = nullptr;
  /// Outputs that may take the memory of an input: pairs (input, output).
  std::vector<std::pair<int, int>> in_place = {};
  /// The same where it depends on the call: ops of any number of inputs.
  std::vector<std::pair<int, int>> (*in_place_for)(const Attributes&, size_t inputs) = nullptr;
  /// A value of the graph that equals the node's only output (x * 1, a cast to the same type); node -1: none.
  Value (*simplify)(const Graph&, const GraphNode&) = nullptr;
  /// The attributes that `Attributes::config` described; null: the op has none that a file could hold.
  Attributes (*read_attributes)(const Config&) = nullptr;
  /// Bytes of scratch memory that the reference kernel wants, for concrete specs.
  size_t (*workspace)(const Attributes&, std::span<const Spec>) = nullptr;
};

/// One recorded call of an op.
struct Node {
  const Op* op;
  Attributes attributes;
  Vars inputs;
  Specs outputs;
  const std::string* scope;  ///< layer path; never null
  uint64_t sequence;         ///< place in the order of recording
  uint64_t random_id = 0;
  ~Node();
};

/// The inputs whose values a node reads: all but those that give only their shape.
inline std::span<const Var> value_inputs(const Node& node) {
  const std::span<const Var> all(node.inputs);
  return node.op->value_inputs < 0 ? all : all.first(std::min(all.size(), size_t(node.op->value_inputs)));
}

/// Checks the inputs by the op's rule and records the call. Throws Error, the op's name and the inputs' shapes added.
/// `random_id`, if given, is that of a node that is recorded again: it draws the same numbers.
std::shared_ptr<const Node> record_node(const Op& op, Attributes attributes, Vars inputs,
                                        std::optional<uint64_t> random_id = {});

/// Records an op of one output.
inline Var record(const Op& op, Attributes attributes, Vars inputs) {
  return {record_node(op, std::move(attributes), std::move(inputs)), 0};
}

/// Records an op of several outputs.
Vars record_all(const Op& op, Attributes attributes, Vars inputs);

// ------------------------------------------------------------------------------------------------ defining

/// Calls `f` with a zero of the operand's C++ type, for reference kernels that are templates over it.
template <class F>
void for_type(DType type, F&& f) noexcept {
  visit(type, std::forward<F>(f));
}

/// Makes an Op record out of a struct with these members:
///   static constexpr std::string_view name, summary;
///   Specs infer(std::span<const Spec>) const;
///   Vars gradient(const Derivative&) const;                 (left out: no gradient flows)
///   template <class T> void reference(const Call&) const;   (T: the type of the first output), or
///   void reference(const Call&) const;                      (handles types itself)
///   static std::vector<Sample> samples();
///   static constexpr Pattern pattern; static constexpr bool random, structural;    (left out: defaults)
///   static constexpr int value_inputs;                                             (left out: all)
///   static std::vector<std::pair<int, int>> in_place();                            (left out: none), or
///   std::vector<std::pair<int, int>> in_place(size_t inputs) const;                (ops of any number of inputs)
///   static Value simplify(const Graph&, const GraphNode&);                         (left out: never)
///   size_t workspace(std::span<const Spec> inputs) const;                          (left out: none)
template <class O>
Op define() {
  Op op;
  op.name = O::name;
  op.summary = O::summary;
  op.infer = [](const Attributes& a, std::span<const Spec> in) -> Specs { return a.as<O>().infer(in); };
  if constexpr (requires(const O& o, const Derivative& d) { o.gradient(d); })
    op.gradient = [](const Derivative& d) -> Vars { return d.attributes.as<O>().gradient(d); };
  if constexpr (requires(const O& o, const Call& c) { o.reference(c); }) {
    op.reference = [](const Call& c) noexcept { c.options<O>().reference(c); };
  } else if constexpr (requires(const O& o, const Call& c) { o.template reference<float>(c); }) {
    op.reference = [](const Call& c) noexcept {
      for_type(c.out[0].dtype, [&](auto zero) { c.options<O>().template reference<decltype(zero)>(c); });
    };
  }
  if constexpr (std::is_default_constructible_v<O>)
    op.read_attributes = [](const Config& config) {
      O attributes;
      FieldReader reader(config);
      if constexpr (requires { attributes.fields(reader); }) attributes.fields(reader);
      return Attributes(std::move(attributes));
    };
  if constexpr (requires { O::samples(); }) op.samples = O::samples;
  if constexpr (requires { O::pattern; }) op.pattern = O::pattern;
  if constexpr (requires { O::random; }) op.random = O::random;
  if constexpr (requires { O::structural; }) op.structural = O::structural;
  if constexpr (requires { O::passes; }) op.passes = O::passes;
  if constexpr (requires { O::value_inputs; }) op.value_inputs = O::value_inputs;
  if constexpr (requires { O::in_place(); }) op.in_place = O::in_place();
  if constexpr (requires(const O& o, size_t n) { o.in_place(n); })
    op.in_place_for = [](const Attributes& a, size_t inputs) { return a.as<O>().in_place(inputs); };
  if constexpr (requires(const Graph& g, const GraphNode& n) { O::simplify(g, n); }) op.simplify = O::simplify;
  if constexpr (requires(const O& o, std::span<const Spec> s) { o.workspace(s); })
    op.workspace = [](const Attributes& a, std::span<const Spec> in) { return a.as<O>().workspace(in); };
  return op;
}

/// At the end of an op's file: `CAJAL_OP(relu, Relu)` defines `const Op& relu_op()`, which the table lists.
#define CAJAL_OP(stem, type)             \
  const Op& stem##_op() {                \
    static const Op op = define<type>(); \
    return op;                           \
  }

}  // namespace cajal
