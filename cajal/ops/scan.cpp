#include <algorithm>
#include <cstring>

#include "cajal/graph/body.h"
#include "cajal/ops/control.h"
#include "cajal/ops/control_attributes.h"
#include "cajal/ops/creation.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/internal/walk.h"
#include "cajal/ops/linear_algebra.h"
#include "cajal/ops/table.h"

namespace cajal {
namespace {

// What a scan is recorded from: axes of their own for each sequence and output, and how many carries have a history.
struct ScanPlan {
  Vars initial, sequences;
  std::vector<int> sequence_axes, output_axes;
  int histories = 0;
  bool reverse = false;
};

Vars joined(std::initializer_list<std::span<const Var>> lists) {
  Vars out;
  for (std::span<const Var> list : lists) out.insert(out.end(), list.begin(), list.end());
  return out;
}

Spec slice_spec(const Spec& sequence, int axis) {
  Spec out{sequence.shape, sequence.dtype};
  out.shape.erase(axis);
  return out;
}

Spec stacked_spec(const Spec& slice, int axis, const Dim& steps) {
  Spec out{slice.shape, slice.dtype};
  if (axis > out.shape.rank())
    fail("an output of shape " + out.shape.text() + " cannot be stacked along axis " + std::to_string(axis));
  out.shape.insert(axis, steps);
  return out;
}

// Copies the part at `step` of one axis out of a stack, or into it.
void copy_part(std::byte* stack, std::byte* part, const AxisView& view, size_t element, int64_t step, bool out_of) {
  const size_t row = size_t(view.inner) * element;
  if (row == 0) return;
  for (int64_t outer = 0; outer < view.outer; ++outer) {
    std::byte* place = stack + size_t(outer * view.size + step) * row;
    std::memcpy(out_of ? part + size_t(outer) * row : place, out_of ? place : part + size_t(outer) * row, row);
  }
}

Tensor part_of(const Operand& stack, int axis, int64_t step) {
  std::vector<int64_t> dims(stack.shape().begin(), stack.shape().end());
  dims.erase(dims.begin() + axis);
  Tensor out(Shape::of(dims), stack.dtype);
  copy_part(stack.data, out.raw(), AxisView(stack, axis), size_of(stack.dtype), step, true);
  return out;
}

void write_part(const Operand& stack, int axis, int64_t step, const Tensor& part) {
  const Tensor dense = part.contiguous();
  copy_part(stack.data, dense.raw(), AxisView(stack, axis), size_of(stack.dtype), step, false);
}

Tensor whole(const Operand& operand) {
  Tensor out(Shape::of({operand.dims, operand.dims + operand.rank}), operand.dtype);
  if (operand.size) std::memcpy(out.raw(), operand.data, out.bytes());
  return out;
}

Vars record_scan(const ScanBody& body, const ScanPlan& plan);

struct Scan : ScanAttributes {
  static constexpr std::string_view name = "scan", summary = "A recorded function run over an axis of sequences.";

  Specs body_inputs(std::span<const Spec> in) const {
    Specs out;
    for (size_t i = 0; i < in.size(); ++i) {
      const int sequence = int(i) - carries;
      const bool sliced = sequence >= 0 && sequence < sequences();
      out.push_back(sliced ? slice_spec(in[i], sequence_axes[size_t(sequence)]) : Spec{in[i].shape, in[i].dtype});
    }
    return out;
  }

  // Recording makes these right; a file may not.
  void check(std::span<const Spec> in) const {
    const size_t shared = size_t(carries) + sequence_axes.size();
    if (in.size() < shared || in.size() != body->inputs.size())
      fail(std::to_string(in.size()) + " inputs for a body of " + std::to_string(body->inputs.size()));
    for (size_t i = 0; i < sequence_axes.size(); ++i) {
      const int rank = in[size_t(carries) + i].shape.rank();
      if (sequence_axes[i] < 0 || sequence_axes[i] >= rank)
        fail("a sequence of " + std::to_string(rank) + " axes has no axis " + std::to_string(sequence_axes[i]));
    }
  }

  Specs infer(std::span<const Spec> in) const {
    check(in);
    const Dim steps = in[size_t(carries)].shape[sequence_axes.at(0)];
    for (int i = 0; i < sequences(); ++i) {
      const Shape& shape = in[size_t(carries + i)].shape;
      if (!(shape[sequence_axes[size_t(i)]] == steps))
        fail("sequences of different lengths: " + in[size_t(carries)].shape.text() + " and " + shape.text());
    }
    for (size_t i = 0; i < in.size(); ++i)
      if (const Spec& own = body->spec({body->inputs.at(i), 0}); own.dtype != in[i].dtype)
        fail("the body was recorded with " + own.text() + " and was given " + in[i].text());
    const Graph inner = body_for(*body, body_inputs(in));
    Specs out;
    for (int i = 0; i < carries; ++i) {
      const Spec& carry = inner.spec(inner.outputs[size_t(i)]);
      if (!(carry == in[size_t(i)]))
        fail("carry " + std::to_string(i) + " is " + in[size_t(i)].text() + " at first and " + carry.text() +
                 " after a step",
             "a carry keeps its shape and type: broadcast or cast the initial value");
      out.push_back({carry.shape, carry.dtype});
    }
    for (int i = 0; i < outputs(); ++i)
      out.push_back(stacked_spec(inner.spec(inner.outputs[size_t(carries + i)]), output_axes[size_t(i)], steps));
    for (int i = 0; i < histories; ++i) out.push_back(stacked_spec(out[size_t(i)], 0, steps));
    return out;
  }

  // The body for the shapes and the precision of this call.
  Graph inner_graph(const Call& call) const {
    Specs specs;
    bool doubled = false;
    for (size_t i = 0; i < call.in.size(); ++i) {
      const DType own = body->spec({body->inputs[i], 0}).dtype;
      doubled |= call.in[i].dtype == DType::float64 && own != DType::float64;
      specs.push_back({Shape::of({call.in[i].dims, call.in[i].dims + call.in[i].rank}), own});
    }
    const Graph graph = body_for(*body, body_inputs(specs));
    return doubled ? in_double(graph) : graph;
  }

  void reference(const Call& call) const {
    const Graph graph = inner_graph(call);
    const int64_t steps = call.in[size_t(carries)].dims[sequence_axes[0]];
    const uint64_t turn = call.run->iteration;
    std::vector<Tensor> values;
    for (const Operand& in : call.in) values.push_back(&in < &call.in[size_t(carries)] ? whole(in) : Tensor());
    for (size_t i = size_t(carries + sequences()); i < values.size(); ++i) values[i] = whole(call.in[i]);
    for (int64_t count = 0; count < steps; ++count) {
      const int64_t step = reverse ? steps - 1 - count : count;
      call.run->iteration = turn * uint64_t(steps) + uint64_t(step);
      for (int i = 0; i < sequences(); ++i)
        values[size_t(carries + i)] = part_of(call.in[size_t(carries + i)], sequence_axes[size_t(i)], step);
      for (int i = 0; i < histories; ++i)
        write_part(call.out[size_t(carries + outputs() + i)], 0, step, values[size_t(i)]);
      const std::vector<Tensor> results = evaluate(graph, values, call.run);
      for (int i = 0; i < carries; ++i) values[size_t(i)] = results[size_t(i)];
      for (int i = 0; i < outputs(); ++i)
        write_part(call.out[size_t(carries + i)], output_axes[size_t(i)], step, results[size_t(carries + i)]);
    }
    call.run->iteration = turn;
    for (int i = 0; i < carries; ++i) {
      const Tensor last = values[size_t(i)].contiguous();
      if (last.size()) std::memcpy(call.out[size_t(i)].data, last.raw(), last.bytes());
    }
  }

  Vars gradient(const Derivative& d) const;
  static std::vector<Sample> samples();
};

// The gradient of one step, made of the body recorded again: which of its inputs are differentiated, and in which
// order.
class StepGradient {
 public:
  StepGradient(const Scan& scan, const Derivative& d) : scan_(scan), d_(d) {
    const int total = int(d.inputs.size()), shared = scan.carries + scan.sequences();
    for (int i = 0; i < total; ++i) {
      if (!is_float(d.x(i).dtype()) || (i >= scan.carries && !d.needed[size_t(i)])) continue;
      (i < scan.carries ? carries_ : i < shared ? slices_ : captured_).push_back(i);
    }
  }

  Vars run() {
    const ScanPlan plan = reverse_plan();
    const Vars results = record_scan([&](const Vars& c, const Vars& s) { return step(c, s); }, plan);
    Vars out(d_.inputs.size());
    size_t next = 0;
    for (int i : carries_) out[size_t(i)] = results[next++];
    for (int i : captured_) out[size_t(i)] = results[next++];
    for (int i : slices_) out[size_t(i)] = results[next++];
    return out;
  }

 private:
  const Var& history(int carry) const { return d_.y(scan_.carries + scan_.outputs() + carry); }
  const Var& history_gradient(int carry) const { return d_.dy(scan_.carries + scan_.outputs() + carry); }
  bool has_history(int carry) const { return carry < scan_.histories; }

  // Carries: gradients of the carries, sums for the captured values. Sequences: histories, the forward sequences, and
  // the gradients that come from outside for each step.
  ScanPlan reverse_plan() {
    ScanPlan plan;
    plan.reverse = !scan_.reverse;
    plan.histories = int(carries_.size());
    for (int i : carries_) plan.initial.push_back(d_.dy(i).defined() ? d_.dy(i) : zeros_like(d_.y(i)));
    for (int i : captured_) plan.initial.push_back(zeros_like(d_.x(i)));
    auto add = [&](const Var& sequence, int axis) {
      plan.sequences.push_back(sequence);
      plan.sequence_axes.push_back(axis);
    };
    for (int i = 0; i < scan_.histories; ++i) add(history(i), 0);
    for (int i = 0; i < scan_.sequences(); ++i) add(d_.x(scan_.carries + i), scan_.sequence_axes[size_t(i)]);
    for (int i = 0; i < scan_.outputs(); ++i)
      if (d_.dy(scan_.carries + i).defined()) add(d_.dy(scan_.carries + i), scan_.output_axes[size_t(i)]);
    for (int i = 0; i < scan_.histories; ++i)
      if (history_gradient(i).defined()) add(history_gradient(i), 0);
    for (int i : slices_) plan.output_axes.push_back(scan_.sequence_axes[size_t(i - scan_.carries)]);
    return plan;
  }

  // The body's inputs at this step. A carry without history is a sum, whose value no gradient asks for.
  Vars inputs_of_step(const Vars& slices) const {
    Vars out;
    for (int i = 0; i < scan_.carries; ++i) out.push_back(has_history(i) ? slices[size_t(i)] : zeros_like(d_.x(i)));
    for (int i = 0; i < scan_.sequences(); ++i) out.push_back(slices[size_t(scan_.histories + i)]);
    // Names of their own for the captured values: paths between them outside of the loop are not this gradient's.
    for (size_t i = out.size(); i < d_.inputs.size(); ++i) out.push_back(identity(d_.inputs[i]));
    for (int i = 0; i < scan_.carries; ++i) out[size_t(i)] = identity(out[size_t(i)]);
    return out;
  }

  std::pair<Vars, Vars> step(const Vars& carries, const Vars& slices) const {
    const Vars inputs = inputs_of_step(slices), made = record_body(*scan_.body, inputs);
    size_t next = size_t(scan_.histories + scan_.sequences());
    Vars ys, seeds, xs;
    for (size_t i = 0; i < carries_.size(); ++i) {
      ys.push_back(made[size_t(carries_[i])]);
      seeds.push_back(carries[i]);
    }
    for (int i = 0; i < scan_.outputs(); ++i) {
      if (!d_.dy(scan_.carries + i).defined()) continue;
      ys.push_back(made[size_t(scan_.carries + i)]);
      seeds.push_back(slices[next++]);
    }
    for (const std::vector<int>* list : {&carries_, &captured_, &slices_})
      for (int i : *list) xs.push_back(inputs[size_t(i)]);
    const Vars gradients = cajal::gradient(ys, seeds, xs);
    Vars sums(gradients.begin(), gradients.begin() + long(carries_.size() + captured_.size()));
    for (size_t i = 0; i < carries_.size(); ++i)
      if (has_history(carries_[i]) && history_gradient(carries_[i]).defined())
        sums[i] = sums[i] + slices[next + history_place(carries_[i])];
    for (size_t i = carries_.size(); i < sums.size(); ++i) sums[i] = carries[i] + sums[i];
    return {sums, Vars(gradients.begin() + long(sums.size()), gradients.end())};
  }

  // Among the gradients of histories that there are.
  size_t history_place(int carry) const {
    size_t place = 0;
    for (int i = 0; i < carry; ++i) place += history_gradient(i).defined();
    return place;
  }

  const Scan& scan_;
  const Derivative& d_;
  std::vector<int> carries_, slices_, captured_;  // places among the inputs
};

Vars Scan::gradient(const Derivative& d) const { return StepGradient(*this, d).run(); }

struct RecordedScan {
  ScanAttributes attributes;
  Vars inputs;
};

RecordedScan recorded(const ScanBody& body, const ScanPlan& plan) {
  Vars carries, slices;
  for (const Var& var : plan.initial) carries.push_back(placeholder(var.shape(), var.dtype(), "carry"));
  for (size_t i = 0; i < plan.sequences.size(); ++i) {
    const Spec spec = slice_spec(plan.sequences[i].spec(), plan.sequence_axes[i]);
    slices.push_back(placeholder(spec.shape, spec.dtype, "slice"));
  }
  const Recording recording;
  auto [next, outputs] = body(carries, slices);
  if (!recording.effects().empty()) fail("a variable is assigned within the body of a scan", "make it a carry");
  if (next.size() != carries.size())
    fail("a scan of " + std::to_string(carries.size()) + " carries, whose body returns " + std::to_string(next.size()));
  for (size_t i = 0; i < next.size(); ++i)
    if (next[i].dtype() != carries[i].dtype()) next[i] = cast(next[i], carries[i].dtype());
  const Captured captured = capture(joined({carries, slices}), joined({next, outputs}));
  ScanAttributes attributes{captured.graph,     int(carries.size()), plan.histories,
                            plan.sequence_axes, plan.output_axes,    plan.reverse};
  attributes.output_axes.resize(outputs.size(), plan.sequence_axes.empty() ? 0 : plan.sequence_axes[0]);
  return {attributes, joined({plan.initial, plan.sequences, captured.values})};
}

std::vector<Sample> Scan::samples() {
  const Var w = placeholder({3, 3});
  const ScanBody cell = [&](const Vars& c, const Vars& s) -> std::pair<Vars, Vars> {
    const Var next = tanh(matmul(c[0], w) + s[0]);
    return {{next, c[1] * 0.5 + next}, {next * s[0]}};
  };
  auto sample = [](const RecordedScan& scan) {
    Sample out{.attributes = Attributes(scan.attributes), .inputs = {}};
    for (const Var& input : scan.inputs) out.inputs.push_back(input.spec());
    return out;
  };
  const Var state = placeholder({2, 3}), first = placeholder({4, 2, 3}), second = placeholder({2, 5, 3});
  return {sample(recorded(cell, {{state, state}, {first}, {0}, {0}, 2, false})),
          sample(recorded(cell, {{state, state}, {second}, {1}, {1}, 2, true})),
          sample(recorded(
              [](const Vars&, const Vars& s) -> std::pair<Vars, Vars> {
                return {{}, {s[0] * s[1]}};
              },
              {{}, {first, first}, {0, 0}, {1}, 0, false})),
          sample(recorded(
              [](const Vars&, const Vars& s) -> std::pair<Vars, Vars> {
                return {{}, {s[0] * s[0]}};
              },
              {{}, {first}, {0}, {0}, 0, true}))};
}

// Reads the fields of a scan: the body needs the table of ops.
class ScanReader {
 public:
  explicit ScanReader(const Config& from) : from_(from), fields_(from) {}
  template <class T>
  void operator()(std::string_view name, const T& value) {
    fields_(name, value);
  }
  void operator()(std::string_view name, const std::shared_ptr<const Graph>& value) {
    const_cast<std::shared_ptr<const Graph>&>(value) = body_from(from_[name], find_op);
  }

 private:
  const Config& from_;
  FieldReader fields_;
};

Attributes read_scan(const Config& config) {
  Scan scan;
  ScanReader reader(config);
  scan.fields(reader);
  const int64_t results = int64_t(scan.body->outputs.size());
  const bool good = scan.carries >= 0 && scan.histories >= 0 && scan.histories <= scan.carries &&
                    scan.sequences() >= 1 && results == int64_t(scan.carries) + scan.outputs() &&
                    std::all_of(scan.output_axes.begin(), scan.output_axes.end(), [](int axis) { return axis >= 0; });
  if (!good) throw Error(Code::bad_data, "a scan's carries, sequences and outputs are not those of its body");
  return Attributes(std::move(scan));
}

}  // namespace

const Op& scan_op() {
  static const Op op = [] {
    Op made = define<Scan>();
    made.read_attributes = read_scan;
    return made;
  }();
  return op;
}

namespace {
Vars record_scan(const ScanBody& body, const ScanPlan& plan) {
  RecordedScan scan = recorded(body, plan);
  return record_all(scan_op(), Attributes(scan.attributes), scan.inputs);
}
}  // namespace

ScanResult scan(const ScanBody& body, const Vars& initial, const Vars& sequences, int axis, bool reverse) {
  if (sequences.empty()) fail("scan: no sequence to run over", "a sequence of indices: index_along(x, axis)");
  ScanPlan plan{initial, sequences, {}, {}, int(initial.size()), reverse};
  for (const Var& sequence : sequences) plan.sequence_axes.push_back(normal_axis(axis, sequence.rank()));
  const Vars all = record_scan(body, plan);
  const size_t carries = initial.size(), outputs = all.size() - 2 * carries;
  return {Vars(all.begin(), all.begin() + long(carries)),
          Vars(all.begin() + long(carries), all.begin() + long(carries + outputs))};
}

}  // namespace cajal
