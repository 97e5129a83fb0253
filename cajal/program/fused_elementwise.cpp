// Element-wise chains: found, cut to what one pass can do, and made one node each.
#include <algorithm>
#include <iterator>
#include <map>
#include <optional>

#include "cajal/graph/reference_run.h"
#include "cajal/program/fused.h"
#include "cajal/program/internal/patterns.h"

namespace cajal {
namespace {

struct FusedElementwiseOp : FusedElementwise {
  static constexpr std::string_view name = "fused_elementwise";
  static constexpr std::string_view summary = "A chain of element-wise ops in one pass over memory.";

  Specs infer(std::span<const Spec>) const { return {}; }  // made with its outputs by the pass
  // Each instruction by its op's reference kernel, on whole arrays: plain, and it allocates.
  void reference(const Call& call) const {
    std::vector<Tensor> registers;
    for (size_t i = 0; i < call.in.size(); ++i) registers.push_back(input_tensor(call.in[i], i));
    for (const Instruction& instruction : instructions) {
      GraphNode node{instruction.op, instruction.attributes, {}, {Spec{{rows, columns}, instruction.type}}, nullptr, 0};
      std::vector<Tensor> inputs;
      for (int i : instruction.inputs) inputs.push_back(registers[size_t(i)]);
      registers.push_back(run_reference(node, inputs, *call.run, call.node)[0]);
    }
    for (size_t i = 0; i < results.size(); ++i) {
      const Tensor& value = registers[call.in.size() + size_t(results[i])];
      std::copy(value.raw(), value.raw() + value.bytes(), call.out[i].data);
    }
  }
  Tensor input_tensor(const Operand& operand, size_t input) const {
    const Reading reading = readings[input];
    if (reading == Reading::rows) return repeated_rows(operand, repeats[input]);
    Shape shape{rows, columns};
    if (reading == Reading::scalar) shape = {1, 1};
    if (reading == Reading::row) shape = {1, columns};
    if (reading == Reading::column) shape = {rows, 1};
    Tensor out(shape, operand.dtype);
    std::copy(operand.data, operand.data + out.bytes(), out.raw());
    return out;
  }
  Tensor repeated_rows(const Operand& operand, int64_t times) const {
    Tensor out(Shape{rows, columns}, operand.dtype);
    const size_t bytes = size_t(columns) * size_of(operand.dtype);
    for (int64_t row = 0; row < rows; ++row)
      std::copy_n(operand.data + size_t(row / times) * bytes, bytes, out.raw() + size_t(row) * bytes);
    return out;
  }
  // An output may take the memory of an input that nothing reads after the output is written.
  std::vector<std::pair<int, int>> in_place(size_t inputs) const {
    std::vector<std::pair<int, int>> out;
    for (size_t i = 0; i < inputs; ++i) {
      if (readings[i] != Reading::full) continue;
      int last = -1;
      for (size_t k = 0; k < instructions.size(); ++k)
        if (std::count(instructions[k].inputs.begin(), instructions[k].inputs.end(), int(i))) last = int(k);
      for (size_t o = 0; o < results.size(); ++o)
        if (last <= results[o]) out.emplace_back(int(i), int(o));
    }
    return out;
  }
};

// The [rows, columns] view of a chain; -1 while no input has fixed it.
struct View2 {
  int64_t rows = -1, columns = -1;
};

struct ReadingOf {
  Reading reading;
  View2 view = {};
  int64_t repeats = 1;
};

// How `shape` is read inside a result of `whole`; nothing if it takes more than a [rows, columns] view.
std::optional<ReadingOf> reading_of(const Shape& shape, const Shape& whole) {
  const int64_t size = shape.size().value(), total = whole.size().value();
  if (size == total && broadcasts_to(shape, whole)) return ReadingOf{Reading::full};
  if (size == 1) return ReadingOf{Reading::scalar};
  int leading = 0, trailing = 0;  // axes of size 1 (or absent) against a larger one of the result
  const int offset = whole.rank() - shape.rank();
  auto own = [&](int axis) { return axis < offset ? int64_t(1) : shape[axis - offset].value(); };
  while (leading < whole.rank() && own(leading) == 1) ++leading;
  while (trailing < whole.rank() && own(whole.rank() - 1 - trailing) == 1) ++trailing;
  auto all_equal = [&](int from, int to) {
    for (int axis = from; axis < to; ++axis)
      if (own(axis) != whole[axis].value()) return false;
    return true;
  };
  if (all_equal(leading, whole.rank())) return ReadingOf{Reading::row, {total / size, size}};
  if (all_equal(0, whole.rank() - trailing)) return ReadingOf{Reading::column, {size, total / size}};
  // [a, 1, c] in [a, b, c]: each of the a rows for b rows of the result.
  int first = 0, last = whole.rank();
  while (first < whole.rank() && own(first) == whole[first].value()) ++first;
  while (last > first && own(last - 1) == whole[last - 1].value()) --last;
  for (int axis = first; axis < last; ++axis)
    if (own(axis) != 1) return std::nullopt;
  int64_t columns = 1;
  for (int axis = last; axis < whole.rank(); ++axis) columns *= whole[axis].value();
  return ReadingOf{Reading::rows, {total / columns, columns}, total / size};
}

bool merge(View2& a, const View2& b) {
  if (b.rows < 0) return true;
  if (a.rows < 0) a = b;
  return a.rows == b.rows && a.columns == b.columns;
}

struct Group {
  std::vector<int> nodes;
  Shape shape;
  View2 view;
};

class ElementwiseFusion {
 public:
  ElementwiseFusion(Graph& graph, const Backend& backend, Fusion fusion)
      : graph_(graph),
        backend_(backend),
        fusion_(fusion),
        group_of_(graph.nodes.size(), -1),
        reached_(graph.nodes.size()) {}

  void run() {
    for (size_t i = 0; i < graph_.nodes.size(); ++i) visit(int(i));
    emit();
  }

 private:
  BlockFunction block(const GraphNode& node) const {
    if (node.op->pattern != Pattern::elementwise || node.outputs.size() != 1) return nullptr;
    std::vector<DType> types;
    for (Value input : node.inputs) types.push_back(graph_.spec(input).dtype);
    return backend_.block(*node.op, types, node.outputs[0].dtype);
  }

  // The view that the node forces on a result of its shape; nothing if an input cannot be read so.
  std::optional<View2> view_of(const GraphNode& node) const {
    View2 view;
    for (Value input : node.inputs) {
      const auto reading = reading_of(graph_.spec(input).shape, node.outputs[0].shape);
      if (!reading || !merge(view, reading->view)) return std::nullopt;
    }
    return view;
  }

  void visit(int id) {
    const GraphNode& node = graph_.nodes[size_t(id)];
    for (Value input : node.inputs) unite(reached_[size_t(id)], reached_[size_t(input.node)]);
    if (!block(node)) return;
    const auto view = view_of(node);
    if (!view) return;
    // A cast from bfloat16 is part of its reader's pass: what lies between two passes is the narrow value.
    if (fusion_ == Fusion::full && !is_widening(graph_, node))
      for (Value input : node.inputs)
        if (const int group = group_of_[size_t(input.node)]; group >= 0 && join(group, id, *view))
          return take_other_groups(id);
    start(id, *view);
  }

  // A node that reads two groups makes one of them.
  void take_other_groups(int id) {
    for (Value input : graph_.nodes[size_t(id)].inputs) {
      const int into = group_of_[size_t(id)], other = group_of_[size_t(input.node)];
      if (other >= 0 && other != into) unify(into, other);
    }
  }

  void unify(int into, int other) {
    Group &group = groups_[size_t(into)], &more = groups_[size_t(other)];
    View2 merged = group.view;
    if (!(group.shape == more.shape) || !merge(merged, more.view)) return;
    // What one of them reads from outside must not depend on the other.
    for (const Group* side : {&group, &more})
      for (int id : side->nodes)
        for (Value input : graph_.nodes[size_t(id)].inputs) {
          const int of = group_of_[size_t(input.node)];
          const auto& reached = reached_[size_t(input.node)];
          if (of != into && of != other && (has(reached, into) || has(reached, other))) return;
        }
    group.view = merged;
    std::vector<int> nodes;
    std::merge(group.nodes.begin(), group.nodes.end(), more.nodes.begin(), more.nodes.end(), std::back_inserter(nodes));
    group.nodes = std::move(nodes);
    more.nodes.clear();
    std::vector<bool> all;
    for (int id : group.nodes) {
      group_of_[size_t(id)] = into;
      unite(all, reached_[size_t(id)]);
    }
    for (auto& reached : reached_)
      if (has(reached, into) || has(reached, other)) unite(reached, all);
  }

  void start(int id, const View2& view) {
    group_of_[size_t(id)] = int(groups_.size());
    groups_.push_back({{id}, graph_.nodes[size_t(id)].outputs[0].shape, view});
    mark(reached_[size_t(id)], group_of_[size_t(id)]);
  }

  bool join(int group, int id, const View2& view) {
    Group& into = groups_[size_t(group)];
    const GraphNode& node = graph_.nodes[size_t(id)];
    if (!(into.shape == node.outputs[0].shape)) return false;
    View2 merged = into.view;
    if (!merge(merged, view)) return false;
    // An input from outside that itself depends on the group would make a circle.
    for (Value input : node.inputs)
      if (group_of_[size_t(input.node)] != group && has(reached_[size_t(input.node)], group)) return false;
    into.view = merged;
    into.nodes.push_back(id);
    group_of_[size_t(id)] = group;
    // Whoever depends on the group now depends on all that the new node does.
    const std::vector<bool> more = reached_[size_t(id)];
    for (auto& reached : reached_)
      if (has(reached, group)) unite(reached, more);
    mark(reached_[size_t(id)], group);
    return true;
  }

  static bool has(const std::vector<bool>& set, int bit) { return size_t(bit) < set.size() && set[size_t(bit)]; }
  static void mark(std::vector<bool>& set, int bit) {
    if (set.size() <= size_t(bit)) set.resize(size_t(bit) + 1);
    set[size_t(bit)] = true;
  }
  static void unite(std::vector<bool>& into, const std::vector<bool>& from) {
    if (into.size() < from.size()) into.resize(from.size());
    for (size_t i = 0; i < from.size(); ++i)
      if (from[i]) into[i] = true;
  }

  // Is the value read by anything outside of its group?
  std::vector<bool> escaping() const {
    std::vector<bool> out(graph_.nodes.size());
    for (size_t i = 0; i < graph_.nodes.size(); ++i)
      for (Value input : graph_.nodes[i].inputs)
        if (group_of_[size_t(input.node)] != group_of_[i] || group_of_[i] < 0) out[size_t(input.node)] = true;
    for (Value output : graph_.outputs) out[size_t(output.node)] = true;
    for (const Assignment& assignment : graph_.assignments) out[size_t(assignment.value.node)] = true;
    return out;
  }

  void emit() {
    const std::vector<bool> escapes = escaping();
    std::map<Value, Value> moved;
    const size_t before = graph_.nodes.size();
    for (const Group& group : groups_)
      if (!group.nodes.empty()) emit(group, escapes, moved);
    auto now = [&](Value& value) {
      if (auto found = moved.find(value); found != moved.end()) value = found->second;
    };
    for (size_t i = 0; i < graph_.nodes.size(); ++i)
      if (i >= before || group_of_[i] < 0)
        for (Value& input : graph_.nodes[i].inputs) now(input);
    for (Value& output : graph_.outputs) now(output);
    for (Assignment& assignment : graph_.assignments) now(assignment.value);
    sort_and_drop();
  }

  void emit(const Group& group, const std::vector<bool>& escapes, std::map<Value, Value>& moved) {
    FusedElementwise fused;
    const int64_t total = group.shape.size().value();
    fused.columns = group.view.columns < 0 ? total : group.view.columns;
    fused.rows = group.view.columns < 0 ? 1 : group.view.rows;
    std::map<Value, int> registers;
    std::vector<Value> inputs;
    for (int id : group.nodes)
      for (Value input : graph_.nodes[size_t(id)].inputs) {
        if (in_group(input, group) || registers.count(input)) continue;
        registers[input] = int(inputs.size());
        inputs.push_back(input);
        const ReadingOf reading = *reading_of(graph_.spec(input).shape, group.shape);
        fused.readings.push_back(reading.reading);
        fused.repeats.push_back(reading.repeats);
      }
    GraphNode host;
    host.op = &fused_elementwise_op();
    host.scope = graph_.nodes[size_t(group.nodes.back())].scope;
    const int host_id = int(graph_.nodes.size());
    for (int id : group.nodes) {
      const GraphNode& node = graph_.nodes[size_t(id)];
      FusedElementwise::Instruction instruction{node.op, node.attributes, {}, node.outputs[0].dtype, block(node)};
      for (Value input : node.inputs) instruction.inputs.push_back(registers.at(input));
      registers[{id, 0}] = int(inputs.size() + fused.instructions.size());
      if (escapes[size_t(id)]) {
        moved[{id, 0}] = {host_id, int(host.outputs.size())};
        host.outputs.push_back(node.outputs[0]);
        fused.results.push_back(int(fused.instructions.size()));
      }
      fused.instructions.push_back(std::move(instruction));
    }
    host.inputs = std::move(inputs);
    host.attributes = Attributes(std::move(fused));
    graph_.nodes.push_back(std::move(host));
  }

  bool in_group(Value value, const Group& group) const {
    return std::find(group.nodes.begin(), group.nodes.end(), value.node) != group.nodes.end();
  }

  void sort_and_drop() {
    // The members still stand there, unread: they go first, so that the order is that of the rest.
    drop_unread_members();
    sort_nodes(graph_);
    drop_dead_nodes(graph_);
  }

  void drop_unread_members() {
    GraphNode nothing;
    nothing.op = &constant_op();
    nothing.attributes = Attributes(ConstantAttributes{Tensor::full({}, 0)});
    nothing.outputs = {Spec{}};
    for (size_t i = 0; i < group_of_.size(); ++i)
      if (group_of_[i] >= 0) graph_.nodes[i] = nothing;
  }

  Graph& graph_;
  const Backend& backend_;
  Fusion fusion_;
  std::vector<Group> groups_;
  std::vector<int> group_of_;               // of each node, -1: none
  std::vector<std::vector<bool>> reached_;  // the groups that each node depends on, or is in
};

}  // namespace

CAJAL_OP(fused_elementwise, FusedElementwiseOp)

std::string FusedElementwise::text() const {
  std::string out;
  for (size_t i = 0; i < instructions.size(); ++i) {
    out += (out.empty() ? "" : "; ") + std::string(instructions[i].op->name) + "(";
    for (size_t k = 0; k < instructions[i].inputs.size(); ++k)
      out += (k ? " " : "") + std::to_string(instructions[i].inputs[k]);
    const std::string options = instructions[i].attributes.text();
    out += (options.empty() ? "" : ", " + options) + ")";
  }
  return out;
}

void fuse_elementwise(Graph& graph, const Backend& backend, Fusion fusion) {
  if (backend.block) ElementwiseFusion(graph, backend, fusion).run();
}

}  // namespace cajal
