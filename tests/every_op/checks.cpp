#include "checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "cajal/base/random.h"
#include "cajal/ops/elementwise.h"
#include "cajal/program/program.h"
#include "cajal/tensor/convert.h"

namespace cajal::every_op {
namespace {

constexpr double float_tolerance = 1e-5, gradient_tolerance = 1e-7;

// Piecewise constant functions and updates: no gradient flows, and that is right.
const std::vector<std::string_view> without_gradient = {"adadelta_update", "adagrad_update", "adam_update",    "ceil",
                                                        "floor",           "floor_divide",   "rmsprop_update", "round",
                                                        "searchsorted",    "sgd_update",     "sign",           "trunc"};

uint64_t seed_of(std::string_view name) {
  uint64_t seed = 1;
  for (char letter : name) seed = random::mix(seed ^ uint64_t(uint8_t(letter)));
  return seed;
}

Tensor drawn(const Spec& spec, double low, double high, random::Stream& stream) {
  Tensor out(spec.shape, DType::float64);
  for (int64_t i = 0; i < out.size(); ++i) {
    double value = float(stream.uniform(low, high));  // a float32, so that double starts from the same numbers
    if (spec.dtype == DType::boolean) value = double(stream.below(2));
    else if (is_integer(spec.dtype)) value = std::floor(value);
    out.data<double>()[i] = value;
  }
  return out.cast(spec.dtype);
}

// An op called once on placeholders.
struct Called {
  Vars inputs, outputs;
  Called(const Op& op, const Attributes& attributes, const Specs& specs) {
    for (const Spec& spec : specs) inputs.push_back(placeholder(spec.shape, spec.dtype));
    outputs = record_all(op, attributes, inputs);
  }
  Graph graph() const { return Graph::of(inputs, outputs); }
};

std::vector<Tensor> absolute(const std::vector<Tensor>& values) {
  std::vector<Tensor> out;
  for (const Tensor& value : values) {
    out.push_back(value.copy());
    if (!is_float(value.dtype())) continue;
    for (int64_t i = 0; i < value.size(); ++i) out.back().set_flat(i, std::abs(value.flat(i)));
  }
  return out;
}

bool near(double got, double wanted, double allowed) {
  if (std::isnan(wanted) || std::isinf(wanted)) return std::isnan(wanted) ? std::isnan(got) : got == wanted;
  return std::abs(got - wanted) <= allowed;
}

// The number as the type would hold it: infinite where it is too large.
double in_type(double value, DType type) {
  double out = value;
  visit(type, [&](auto zero) { out = double(convert<decltype(zero)>(value)); });
  return out;
}

// Results against those in double. The scale of an element is what the absolute inputs give: of a sum of products that
// is the sum of the absolute products. Element-wise ops have the element itself.
Complaints compare(const Case& c, const std::string& what, const std::vector<Tensor>& got,
                   const std::vector<Tensor>& wanted, const std::vector<Tensor>& scales, double tolerance) {
  for (size_t k = 0; k < got.size(); ++k) {
    if (!(got[k].shape() == wanted[k].shape())) return {what + ": shapes differ"};
    for (int64_t i = 0; i < got[k].size(); ++i) {
      const double value = got[k].flat(i), exact = wanted[k].flat(i);
      double scale = std::max(1.0, std::abs(exact));
      if (c.op.pattern == Pattern::opaque && std::isfinite(scales[k].flat(i)))
        scale = std::max(scale, scales[k].flat(i));
      const double allowed = is_float(got[k].dtype()) ? tolerance * scale : 0;
      if (!near(value, in_type(exact, got[k].dtype()), allowed))
        return {fmt::format("{}: output {}, element {} is {} and in double {}", what, k, i, value, exact)};
    }
  }
  return {};
}

std::string describe(const Case& c) {
  std::string out;
  for (const Spec& spec : c.sample.inputs) out += (out.empty() ? "" : ", ") + spec.text();
  const std::string options = c.sample.attributes.text();
  return fmt::format("{}({}{}{})", c.op.name, out, options.empty() ? "" : "; ", options);
}

// ------------------------------------------------------------------------------------------------ the kernel by hand

// Memory of a tensor with a guard behind it, all of one byte.
struct Guarded {
  std::vector<std::byte> bytes;
  size_t size;
  static constexpr size_t guard = 256;
  Guarded(const Tensor& like, std::byte fill) : bytes(like.bytes() + guard, fill), size(like.bytes()) {}
  bool intact(std::byte fill) const {
    return std::all_of(bytes.begin() + std::ptrdiff_t(size), bytes.end(), [fill](std::byte b) { return b == fill; });
  }
};

class KernelRun {
 public:
  KernelRun(const Case& c, const Specs& outputs) : c_(c) {
    const size_t inputs =
        c.op.value_inputs < 0 ? c.values.size() : std::min(c.values.size(), size_t(c.op.value_inputs));
    for (size_t i = 0; i < inputs; ++i) in_.push_back(c.values[i].copy());
    for (const Spec& spec : outputs) like_.emplace_back(spec.shape, spec.dtype);
  }

  /// The outputs' bytes. `shared`: pairs (input, output) that share memory.
  std::vector<std::vector<std::byte>> run(std::byte fill, const std::vector<std::pair<int, int>>& shared = {}) {
    std::vector<Guarded> memory;
    for (const Tensor& tensor : like_) memory.emplace_back(tensor, fill);
    std::vector<Tensor> inputs;
    for (const Tensor& tensor : in_) inputs.push_back(tensor.copy());
    std::vector<std::vector<int64_t>> dims;
    dims.reserve(in_.size() + like_.size());
    std::vector<Operand> in, out;
    for (const Tensor& tensor : inputs) in.push_back(operand(tensor, tensor.raw(), dims));
    for (size_t i = 0; i < like_.size(); ++i) out.push_back(operand(like_[i], memory[i].bytes.data(), dims));
    for (auto [input, output] : shared) {
      std::memcpy(out[size_t(output)].data, in[size_t(input)].data, like_[size_t(output)].bytes());
      in[size_t(input)].data = out[size_t(output)].data;
    }
    call(in, out);
    std::vector<std::vector<std::byte>> results;
    for (Guarded& block : memory) {
      beyond_ |= !block.intact(fill);
      block.bytes.resize(block.size);
      results.push_back(std::move(block.bytes));
    }
    return results;
  }
  bool wrote_beyond() const { return beyond_; }
  /// Whether an output may take the memory of that input in this call.
  bool may_share(std::pair<int, int> pair) const {
    const size_t input = size_t(pair.first), output = size_t(pair.second);
    return input < in_.size() && output < like_.size() && in_[input].bytes() == like_[output].bytes();
  }

 private:
  static Operand operand(const Tensor& tensor, std::byte* data, std::vector<std::vector<int64_t>>& dims) {
    dims.push_back(tensor.shape().ints());
    return {data, tensor.dtype(), tensor.rank(), dims.back().data(), tensor.size()};
  }
  void call(std::vector<Operand>& in, std::vector<Operand>& out) {
    Specs specs;
    for (const Tensor& tensor : in_) specs.push_back({tensor.shape(), tensor.dtype()});
    Buffer scratch(c_.op.workspace ? c_.op.workspace(c_.sample.attributes, specs) : 0);
    Run run;
    c_.op.reference(Call{c_.sample.attributes.get(), nullptr, in, out, scratch.data(), 1, 0, &run});
  }

  const Case& c_;
  std::vector<Tensor> in_, like_;
  bool beyond_ = false;
};

// ------------------------------------------------------------------------------------------------ differences

// The change of the weighted outputs with one element of one input: central differences of fourth order.
class Differences {
 public:
  Differences(const Vars& inputs, const Vars& outputs, std::vector<Tensor> values, const std::vector<Tensor>& seeds)
      : graph_(in_double(Graph::of(inputs, outputs))), values_(std::move(values)), seeds_(seeds) {
    for (Tensor& value : values_)
      if (is_float(value.dtype())) value = value.cast(DType::float64);
  }
  double at(size_t input, int64_t element) {
    const double x = values_[input].flat(element), h = 1e-4 * std::max(1.0, std::abs(x));
    const double wide = change(input, element, x, 2 * h), narrow = change(input, element, x, h);
    return (8 * narrow - wide) / (12 * h);
  }

 private:
  double change(size_t input, int64_t element, double x, double h) {
    const std::vector<Tensor> above = results(input, element, x + h), below = results(input, element, x - h);
    double total = 0;
    for (size_t k = 0; k < above.size(); ++k)
      for (int64_t i = 0; i < above[k].size(); ++i) total += seeds_[k].flat(i) * (above[k].flat(i) - below[k].flat(i));
    return total;
  }
  // An output that is an input shares its memory, so each run has inputs of its own.
  std::vector<Tensor> results(size_t input, int64_t element, double x) {
    std::vector<Tensor> moved = values_;
    moved[input] = values_[input].copy();
    moved[input].set_flat(element, x);
    return evaluate(graph_, moved);
  }

  Graph graph_;
  std::vector<Tensor> values_;
  const std::vector<Tensor>& seeds_;
};

// A function of placeholders, and its gradients weighted by more placeholders.
struct Differentiated {
  Vars inputs, outputs;        // of the function
  std::vector<size_t> chosen;  // the inputs that it is differentiated by
  Vars seeds, gradients;
  std::vector<Tensor> values, seed_values;

  Differentiated(const Vars& in, const Vars& out, const std::vector<Tensor>& at, random::Stream& stream)
      : inputs(in), values(at) {
    // Seeds of an unknown size are left to whoever knows it.
    for (const Var& output : out)
      if (is_float(output.dtype())) outputs.push_back(output);
    Vars xs;
    for (size_t i = 0; i < in.size(); ++i)
      if (is_float(in[i].dtype())) chosen.push_back(i), xs.push_back(in[i]);
    for (const Var& output : outputs) {
      seeds.push_back(placeholder(output.shape(), output.dtype()));
      if (!output.shape().is_symbolic()) seed_values.push_back(drawn(output.spec(), 0.3, 1, stream));
    }
    gradients = gradient(outputs, seeds, xs);
  }
  Vars all_inputs() const { return joined(inputs, seeds); }
  std::vector<Tensor> all_values() const { return joined(values, seed_values); }
  std::vector<Tensor> values_of_gradients() const {
    return evaluate(in_double(Graph::of(all_inputs(), gradients)), all_values());
  }

 private:
  template <class T>
  static std::vector<T> joined(std::vector<T> a, const std::vector<T>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  }
};

Complaints compare_with_differences(const std::string& what, const Differentiated& f) {
  constexpr int64_t most_elements = 24;  // of each input: the rest is alike
  const std::vector<Tensor> exact = f.values_of_gradients();
  Differences differences(f.inputs, f.outputs, f.values, f.seed_values);
  for (size_t k = 0; k < f.chosen.size(); ++k) {
    const Tensor& gradients = exact[k];
    if (!(gradients.shape() == f.values[f.chosen[k]].shape()))
      return {
          fmt::format("{}: the gradient of input {} has the shape {}", what, f.chosen[k], gradients.shape().text())};
    const int64_t step = std::max<int64_t>(1, gradients.size() / most_elements);
    for (int64_t i = 0; i < gradients.size(); i += step) {
      const double wanted = differences.at(f.chosen[k], i), got = gradients.flat(i);
      if (!near(got, wanted, gradient_tolerance * std::max(1.0, std::abs(wanted))))
        return {fmt::format("{}: the gradient of input {}, element {} is {}, by differences {}", what, f.chosen[k], i,
                            got, wanted)};
    }
  }
  return {};
}

Specs in_other_type(const Specs& specs, DType type) {
  Specs out = specs;
  for (Spec& spec : out)
    if (spec.dtype == DType::float32) spec.dtype = type;
  return out;
}

bool accepts(const Op& op, const Attributes& attributes, const Specs& specs) {
  try {
    op.infer(attributes, specs);
    return true;
  } catch (const Error&) {
    return false;
  }
}

// The first axis of the input of most axes as a symbol, in all inputs that have that size there.
Specs with_unknown_size(const Specs& specs) {
  Specs out = specs;
  const auto largest = std::max_element(specs.begin(), specs.end(),
                                        [](const Spec& a, const Spec& b) { return a.shape.rank() < b.shape.rank(); });
  if (largest == specs.end() || largest->shape.empty() || largest->shape.size() == 0) return out;
  for (Spec& spec : out)
    if (!spec.shape.empty() && spec.shape[0] == largest->shape[0]) spec.shape[0] = Dim::symbol("batch");
  return out;
}

bool all_identical(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), identical);
}

std::vector<Tensor> scales_of(const Case& c, const Graph& graph) {
  if (c.op.pattern != Pattern::opaque) return {};
  return evaluate(in_double(graph), absolute(c.values));
}

void append(Complaints& to, const Complaints& more) { to.insert(to.end(), more.begin(), more.end()); }

}  // namespace

Case::Case(const Op& op, const Sample& sample) : op(op), sample(sample) {
  random::Stream stream(seed_of(op.name));
  for (size_t i = 0; i < sample.inputs.size(); ++i) {
    const Spec& spec = sample.inputs[i];
    const bool given = i < sample.values.size() && sample.values[i].defined();
    if (given && (!(sample.values[i].shape() == spec.shape) || sample.values[i].dtype() != spec.dtype))
      fail("a sample's value does not fit its input " + spec.text());
    values.push_back(given ? sample.values[i] : drawn(spec, sample.low, sample.high, stream));
  }
}

Complaints check_kernel(const Case& c) {
  const Specs outputs = c.op.infer(c.sample.attributes, c.sample.inputs);
  if (outputs.empty()) return {"the shape rule gives no output"};
  KernelRun kernel(c, outputs);
  const auto wanted = kernel.run(std::byte{0x55});
  const auto again = kernel.run(std::byte{0xAA});
  if (kernel.wrote_beyond()) return {"the kernel writes beyond an output: the shape rule or the kernel is wrong"};
  if (wanted != again)
    return {"the kernel leaves a part of an output unwritten: the shape rule or the kernel is wrong"};
  const auto pairs = c.op.in_place_for ? c.op.in_place_for(c.sample.attributes, c.values.size()) : c.op.in_place;
  std::vector<std::pair<int, int>> possible;
  for (auto pair : pairs) {
    if (!kernel.may_share(pair)) continue;
    possible.push_back(pair);
    if (kernel.run(std::byte{0x55}, {pair}) != wanted)
      return {fmt::format("output {} in the memory of input {} has other values", pair.second, pair.first)};
  }
  if (c.op.in_place_for && kernel.run(std::byte{0x55}, possible) != wanted) return {"all in place: other values"};
  return {};
}

Complaints check_precision(const Case& c) {
  const Graph graph = Called(c.op, c.sample.attributes, c.sample.inputs).graph();
  const auto got = evaluate(graph, c.values), wanted = evaluate(in_double(graph), c.values);
  return compare(c, "float32", got, wanted, scales_of(c, graph), float_tolerance);
}

Complaints check_gradient(const Case& c, bool twice) {
  random::Stream stream(seed_of(c.op.name) + 1);
  const Called called(c.op, c.sample.attributes, c.sample.inputs);
  const Differentiated first(called.inputs, called.outputs, c.values, stream);
  if (first.chosen.empty() || first.outputs.empty()) return {};
  Complaints out = compare_with_differences("first derivative", first);
  if (!twice || !out.empty()) return out;
  const Differentiated second(first.all_inputs(), first.gradients, first.all_values(), stream);
  return compare_with_differences("second derivative", second);
}

Complaints check_types(const Case& c) {
  Complaints out;
  if (in_other_type(c.sample.inputs, DType::float64) == c.sample.inputs) return out;
  for (int number = 1; number < dtype_count; ++number) {
    const DType type = DType(number);
    const Specs specs = in_other_type(c.sample.inputs, type);
    if (!accepts(c.op, c.sample.attributes, specs)) continue;
    std::vector<Tensor> values;
    for (size_t i = 0; i < specs.size(); ++i) values.push_back(c.values[i].cast(specs[i].dtype));
    const Graph graph = Called(c.op, c.sample.attributes, specs).graph();
    const auto got = evaluate(graph, values);
    if (!is_float(type) || c.op.random) continue;
    const auto wanted = evaluate(in_double(graph), values);
    const auto scales = evaluate(in_double(graph), absolute(values));
    append(out, compare(c, std::string(name(type)), got, wanted, scales, type == DType::float64 ? 1e-14 : 0x1p-7));
  }
  return out;
}

Complaints check_unknown_size(const Case& c) {
  const Specs specs = with_unknown_size(c.sample.inputs);
  if (specs == c.sample.inputs || !accepts(c.op, c.sample.attributes, specs)) return {};
  const Called known(c.op, c.sample.attributes, c.sample.inputs), unknown(c.op, c.sample.attributes, specs);
  if (!all_identical(evaluate(known.graph(), c.values), evaluate(unknown.graph(), c.values)))
    return {"a first axis of unknown size: other values"};
  if (!c.op.gradient || !c.sample.differentiable) return {};
  random::Stream stream(1);
  const Differentiated exact(known.inputs, known.outputs, c.values, stream);
  Differentiated open(unknown.inputs, unknown.outputs, c.values, stream);
  open.seed_values = exact.seed_values;
  if (!all_identical(exact.values_of_gradients(), open.values_of_gradients()))
    return {"a first axis of unknown size: other gradients"};
  return {};
}

Complaints check_random(const Case& c) {
  const Graph graph = Called(c.op, c.sample.attributes, c.sample.inputs).graph();
  Run run, same, next;
  next.step = 1;
  const auto first = evaluate(graph, c.values, &run), again = evaluate(graph, c.values, &same);
  const auto other = evaluate(graph, c.values, &next);
  if (!identical(first[0], again[0])) return {"the same run draws other numbers"};
  if (first[0].size() > 16 && identical(first[0], other[0])) return {"the next step draws the same numbers"};
  return {};
}

Complaints check_backends(const Case& c, std::span<const Backend* const> backends) {
  const Called called(c.op, c.sample.attributes, c.sample.inputs);
  const Graph graph = called.graph();
  const auto wanted = evaluate(in_double(graph), c.values);
  const auto scales = scales_of(c, graph);
  Complaints out;
  for (const Backend* backend : backends) {
    Program::Options options;
    options.memory = Memory::guard;
    options.backends = {backend};
    Program program(called.inputs, called.outputs, options);
    append(out,
           compare(c, "backend " + std::string(backend->name), program(c.values), wanted, scales, float_tolerance));
  }
  return out;
}

Complaints check_bfloat16(const Case& c, std::span<const Backend* const> backends) {
  Vars inputs, wide;
  std::vector<Tensor> values;
  for (const Tensor& value : c.values) {
    const bool narrow = value.dtype() == DType::float32;
    values.push_back(narrow ? value.cast(DType::bfloat16) : value);
    inputs.push_back(placeholder(value.shape(), values.back().dtype()));
    wide.push_back(narrow ? cast(inputs.back(), DType::float32) : inputs.back());
  }
  Vars outputs = record_all(c.op, c.sample.attributes, wide);
  for (Var& output : outputs)
    if (output.dtype() == DType::float32) output = cast(output, DType::bfloat16);
  const Graph graph = Graph::of(inputs, outputs);
  const auto wanted = evaluate(in_double(graph), values), scales = evaluate(in_double(graph), absolute(values));
  Complaints out;
  for (const Backend* backend : backends) {
    Program::Options options;
    options.memory = Memory::guard;
    options.backends = {backend};
    options.precision = Precision::mixed_bfloat16;
    Program program(inputs, outputs, options);
    append(out, compare(c, "backend " + std::string(backend->name) + " in bfloat16", program(values), wanted, scales,
                        0x1p-7));
  }
  return out;
}

Complaints check_attributes(const Case& c) {
  const Attributes& given = c.sample.attributes;
  const Config written = Config::parse(given.config().json());
  if (!c.op.read_attributes) return {"its attributes cannot be read from a file"};
  const Attributes read = c.op.read_attributes(written);
  if (read.text() != given.text()) return {"attributes read from a file are " + read.text()};
  if (c.op.infer(read, c.sample.inputs) != c.op.infer(given, c.sample.inputs))
    return {"with attributes read from a file the shapes are others"};
  return {};
}

Complaints check_op(const Op& op) {
  Complaints out;
  bool differentiated = false;
  for (const Sample& sample : op.samples()) {
    try {
      const Case c(op, sample);
      Complaints found = check_kernel(c);
      append(found, check_attributes(c));
      if (found.empty()) {
        if (op.random) append(found, check_random(c));
        else append(found, check_precision(c));
        append(found, check_types(c));
        if (!op.random) append(found, check_unknown_size(c));
        if (!op.random) append(found, check_backends(c));
        if (!op.random) append(found, check_bfloat16(c));
        if (op.gradient && sample.differentiable) {
          append(found, check_gradient(c, !differentiated));
          differentiated = true;
        }
      }
      for (const std::string& complaint : found) out.push_back(describe(c) + ": " + complaint);
    } catch (const Error& error) {
      out.push_back(std::string(op.name) + "(" + sample.attributes.text() + "): " + error.what());
    }
  }
  return out;
}

Complaints check_house_rules(const Op& op, const std::string& file_stem) {
  Complaints out;
  if (op.name != file_stem) out.push_back(fmt::format("{}.cpp holds an op named {}", file_stem, op.name));
  if (op.structural) return out;
  if (op.summary.size() < 4 || op.summary.back() != '.') out.push_back(file_stem + ": the summary is no sentence");
  if (!op.reference) out.push_back(file_stem + ": there is no reference kernel");
  if (!op.samples || op.samples().empty()) return {file_stem + ": there are no samples"};
  bool from_float = false, to_float = false;
  for (const Sample& sample : op.samples()) {
    for (const Spec& spec : sample.inputs) from_float |= is_float(spec.dtype);
    for (const Spec& spec : op.infer(sample.attributes, sample.inputs)) to_float |= is_float(spec.dtype);
  }
  const bool listed = std::count(without_gradient.begin(), without_gradient.end(), op.name) > 0;
  if (from_float && to_float && !op.gradient && !op.random && !listed)
    out.push_back(file_stem + ": there is no gradient rule");
  if (op.gradient && listed) out.push_back(file_stem + ": has a gradient rule now; take it from the list");
  return out;
}

}  // namespace cajal::every_op
