#include "cajal/nn/gradient_check.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "cajal/base/random.h"
#include "cajal/nn/internal/training.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"
#include "cajal/program/kernel.h"

namespace cajal {
namespace {

/// Inputs and Variables of a function as doubles, which can be moved element by element.
class DoubleValues {
 public:
  DoubleValues(const Vars& inputs, const std::vector<Tensor>& values) {
    if (values.size() != inputs.size())
      fail("a function of " + std::to_string(inputs.size()) + " inputs was given " + std::to_string(values.size()));
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (!bindings_.match(inputs[i].shape(), values[i].shape().ints()))
        fail("input " + std::to_string(i) + " has the shape " + values[i].shape().text() + "; expected " +
             inputs[i].shape().text());
      const DType type = is_float(inputs[i].dtype()) ? DType::float64 : inputs[i].dtype();
      inputs_.push_back(values[i].copy().cast(type));
    }
  }

  const std::vector<Tensor>& inputs() const { return inputs_; }
  void add_input(const Tensor& value) { inputs_.push_back(value); }
  const Bindings& bindings() const { return bindings_; }
  Tensor input(size_t index) const { return inputs_[index]; }
  Tensor variable(const Variable& variable) { return copy_of(variable.state()).value(); }

  /// The function of placeholders in double, reading the copies here. Nothing is assigned.
  std::shared_ptr<const Plan> compiled(const Vars& inputs, const Vars& outputs, bool training) {
    Graph graph = in_double(Graph::of(inputs, outputs));
    graph.assignments.clear();
    for (GraphNode& node : graph.nodes) {
      if (node.op != &variable_op() || !is_float(node.outputs[0].dtype)) continue;
      node.attributes = Attributes(VariableAttributes{copy_of(node.attributes.as<VariableAttributes>().state).state()});
    }
    CompileOptions options{.training = training, .backends = {&reference_backend()}, .fuse = false};
    return compile(graph, bindings_, options);
  }

 private:
  Variable& copy_of(const std::shared_ptr<VariableState>& state) {
    Variable& copy = copies_[state];
    if (!copy.defined()) copy = Variable(state->value.copy().cast(DType::float64), {state->name, state->trainable});
    return copy;
  }

  Bindings bindings_;
  std::vector<Tensor> inputs_;
  std::map<std::shared_ptr<VariableState>, Variable> copies_;
};

/// The function's value wherever one number of it is moved.
class MovedValue {
 public:
  MovedValue(std::shared_ptr<const Plan> plan, const DoubleValues& values, uint64_t seed)
      : instance_(std::move(plan)), values_(values) {
    instance_.set_seed(seed);
  }

  double operator()() {
    for (size_t i = 0; i < values_.inputs().size(); ++i)
      if (instance_.plan().inputs[i] >= 0) instance_.feed(int(i), values_.inputs()[i]);
    instance_.run();
    return instance_.output(0).item();
  }
  double at(Tensor& moved, int64_t element, double value) {
    double& place = moved.data<double>()[element];
    const double before = place;
    place = value;
    Variable::note_change();  // it may be a weight's
    const double out = (*this)();
    place = before;
    Variable::note_change();
    return out;
  }
  std::vector<Tensor> all() {
    (*this)();
    std::vector<Tensor> out;
    for (size_t i = 0; i < instance_.plan().outputs.size(); ++i) out.push_back(instance_.output(int(i)).copy());
    return out;
  }

 private:
  Instance instance_;
  const DoubleValues& values_;
};

/// Slopes round a point, from values at one and two steps to either side.
struct Slopes {
  double left, right, central;
  /// How far the function is from being smooth over these steps: 0 for parabolas, and never small where a corner lies
  /// within reach, wherever it lies.
  double unevenness;
  /// What of `central` may be rounding.
  double noise;

  Slopes(double below2, double below, double here, double above, double above2, double step) {
    left = (here - below) / step;
    right = (above - here) / step;
    central = (8 * (above - below) - (above2 - below2)) / (12 * step);
    const double narrow = (above - below) / (2 * step), wide = (above2 - below2) / (4 * step);
    const double bend = (above2 + below2 - 2 * here) / (2 * step);
    unevenness = std::max(std::abs(narrow - wide), std::abs(bend - 2 * (right - left)));
    const double largest = std::max({std::abs(here), std::abs(above2), std::abs(below2)});
    noise = 256 * std::numeric_limits<double>::epsilon() * largest / step;
  }
};

enum class Verdict { agrees, wrong, corner };

/// One weight or input with its gradient.
class Checker {
 public:
  Checker(MovedValue& function, Tensor at, const Tensor& gradient, const GradientCheckOptions& options)
      : function_(function), at_(std::move(at)), gradient_(gradient), options_(options), here_(function()) {
    for (int64_t i = 0; i < gradient.size(); ++i)
      if (std::isfinite(gradient.flat(i))) greatest_ = std::max(greatest_, std::abs(gradient.flat(i)));
  }

  void check(int64_t element, GradientCheck& out) {
    GradientPoint point{.element = element, .value = at_.flat(element), .derived = gradient_.flat(element)};
    double error = 0;
    const Verdict verdict = judge(point, error);
    if (verdict == Verdict::corner) {
      if (out.corners++ == 0) out.corner = point;
      return;
    }
    ++out.compared;
    out.wrong += verdict == Verdict::wrong;
    if (out.worst.element >= 0 && !(error > out.greatest_error)) return;
    out.greatest_error = error;
    out.worst = point;
  }

 private:
  Slopes slopes(const GradientPoint& point, double step) {
    auto value = [&](double steps) { return function_.at(at_, point.element, point.value + steps * step); };
    return {value(-2), value(-1), here_, value(1), value(2), step};
  }

  // Long steps are the most precise; where a corner lies within them shorter ones may not reach it.
  Verdict judge(GradientPoint& point, double& error) {
    if (!std::isfinite(point.derived)) {
      error = std::numeric_limits<double>::infinity();
      return Verdict::wrong;
    }
    for (double step : {1e-3, 1e-4, 1e-5}) {
      const Slopes found = slopes(point, step * std::max(1.0, std::abs(point.value)));
      point.differences = found.central, point.left = found.left, point.right = found.right;
      const double off = std::abs(point.derived - found.central);
      const double scale = std::max({std::abs(point.derived), std::abs(found.central), 1e-3 * greatest_,
                                     found.noise / options_.tolerance, std::numeric_limits<double>::min()});
      error = off / scale;
      if (error <= options_.tolerance) return Verdict::agrees;
      if (found.unevenness <= off / 10) return Verdict::wrong;
    }
    return Verdict::corner;
  }

  MovedValue& function_;
  Tensor at_;
  const Tensor& gradient_;
  const GradientCheckOptions& options_;
  double here_, greatest_ = 0;
};

std::vector<int64_t> drawn_elements(int64_t size, int64_t count, uint64_t seed) {
  std::set<int64_t> chosen;
  random::Stream stream(seed);
  for (int64_t i = 0; size <= count && i < size; ++i) chosen.insert(i);
  while (size > count && int64_t(chosen.size()) < count) chosen.insert(stream.below(size));
  return {chosen.begin(), chosen.end()};
}

/// A function with one value: y itself, or the sum of its elements with weights that are one more input.
struct Scalar {
  Vars inputs;
  Var value;
  Scalar(const Vars& given, const Var& y, DoubleValues& values, uint64_t seed) : inputs(given), value(y) {
    if (!is_float(y.dtype())) fail("a function with values of " + std::string(name(y.dtype())) + " has no gradient");
    if (y.rank() == 0) return;
    const Var weights = placeholder(y.shape(), y.dtype(), "weights");
    value = sum(y * weights);
    inputs.push_back(weights);
    Tensor drawn(values.bindings()(y.shape()), DType::float64);
    random::Stream stream(random::mix(seed + 1));
    for (int64_t i = 0; i < drawn.size(); ++i) drawn.data<double>()[i] = stream.uniform(0.3, 1);
    values.add_input(drawn);
  }
};

void check_options(const GradientCheckOptions& options) {
  if (options.samples < 1) fail("a gradient check of " + std::to_string(options.samples) + " samples compares nothing");
  if (!(options.tolerance > 0)) fail("the tolerance of a gradient check must be more than 0");
}

std::vector<size_t> float_inputs(const Vars& inputs) {
  std::vector<size_t> out;
  for (size_t i = 0; i < inputs.size(); ++i)
    if (is_float(inputs[i].dtype())) out.push_back(i);
  return out;
}

std::vector<GradientCheck> check(const Vars& inputs, const Var& y, const std::vector<Tensor>& given,
                                 const std::vector<Variable>& variables, const std::vector<size_t>& chosen,
                                 const GradientCheckOptions& options) {
  check_options(options);
  DoubleValues values(inputs, given);
  const Scalar function(inputs, y, values, options.seed);
  std::vector<GradientCheck> out;
  std::vector<Tensor> places;
  Vars results = {function.value};
  for (const Variable& variable : variables) {
    out.push_back({.name = variable.name(), .shape = variable.shape()});
    places.push_back(values.variable(variable));
  }
  if (!variables.empty())
    for (const Var& derived : gradient(function.value, variables)) results.push_back(derived);
  for (size_t i : chosen) {
    out.push_back({.name = inputs[i].node()->attributes.as<InputAttributes>().label, .shape = given[i].shape()});
    places.push_back(values.input(i));
    results.push_back(gradient(function.value, inputs[i]));
  }
  const std::vector<Tensor> exact =
      MovedValue(values.compiled(function.inputs, results, options.training), values, options.seed).all();
  if (!std::isfinite(exact[0].item()))
    fail("the value to be differentiated is " + std::to_string(exact[0].item()), "other inputs, or other weights");
  MovedValue moved(values.compiled(function.inputs, {function.value}, options.training), values, options.seed);
  for (size_t i = 0; i < out.size(); ++i) {
    const Tensor& derived = exact[i + 1];
    if (!(derived.shape() == out[i].shape))
      fail("the gradient of '" + out[i].name + "' has the shape " + derived.shape().text() + "; expected " +
           out[i].shape.text());
    Checker checker(moved, places[i], derived, options);
    for (int64_t element : drawn_elements(derived.size(), options.samples, random::mix(options.seed) + i))
      checker.check(element, out[i]);
  }
  return out;
}

}  // namespace

std::vector<GradientCheck> check_gradients(const Vars& inputs, const Var& y, const std::vector<Tensor>& values,
                                           const std::vector<Variable>& variables,
                                           const GradientCheckOptions& options) {
  return check(inputs, y, values, variables, float_inputs(inputs), options);
}

std::vector<GradientCheck> check_gradients(Model& model, const Batch& batch, const GradientCheckOptions& options) {
  const BatchForm form = BatchForm::of(batch);
  const Vars inputs = form.placeholders();
  const auto at = inputs.begin();
  const auto x_end = at + std::ptrdiff_t(form.x.size()), y_end = x_end + std::ptrdiff_t(form.y.size());
  const Var loss = model.record_loss(Vars(at, x_end), Vars(x_end, y_end), form.weighted() ? inputs.back() : Var());
  std::vector<Tensor> values(batch.x);
  values.insert(values.end(), batch.y.begin(), batch.y.end());
  if (form.weighted()) values.push_back(batch.weight);
  const std::vector<size_t> chosen = options.inputs ? float_inputs(Vars(at, x_end)) : std::vector<size_t>();
  return check(inputs, loss, values, model.trainable_weights(), chosen, options);
}

std::vector<GradientCheck> check_gradients(Model& model, const Tensor& x, const Tensor& y,
                                           const GradientCheckOptions& options) {
  return check_gradients(model, Batch{{x}, {y}, {}}, options);
}

bool all_agree(const std::vector<GradientCheck>& checks) {
  return std::all_of(checks.begin(), checks.end(), [](const GradientCheck& check) { return check.agrees(); });
}

}  // namespace cajal
