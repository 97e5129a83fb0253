#include "cajal/program/internal/memory.h"

#include <algorithm>
#include <climits>
#include <cstring>
#include <map>
#include <set>

namespace cajal {
namespace {

size_t rounded(size_t bytes) { return (bytes + 63) / 64 * 64; }

size_t bytes_of(const PlanValue& value) {
  size_t count = 1;
  for (int64_t dim : value.dims) count *= size_t(dim);
  return count * size_of(value.spec.dtype);
}

void copy_bytes(const Call& call) noexcept {
  if (call.in[0].size > 0)
    std::memcpy(call.out[0].data, call.in[0].data, size_t(call.in[0].size) * size_of(call.in[0].dtype));
}

// Values that share memory because one is the other: reshapes, results written over an operand.
struct Storage {
  Location location;
  size_t bytes = 0;
  int first = INT_MAX, last = -1;
};

class MemoryPlanner {
 public:
  explicit MemoryPlanner(Plan& plan) : plan_(plan), storage_of_(plan.values.size(), -1) {}

  void run() {
    make_fixed_storages();
    find_targets();
    for (size_t step = 0; step < plan_.steps.size(); ++step) make_outputs(int(step));
    copy_results();
    place();
  }

 private:
  const GraphNode& node(const PlanValue& value) const { return plan_.graph.nodes[size_t(value.source.node)]; }
  int end() const { return int(plan_.steps.size()); }
  Storage& storage(int value) { return storages_[size_t(storage_of_[size_t(value)])]; }
  PlanValue& value(int index) { return plan_.values[size_t(index)]; }

  int add_storage(Location location, size_t bytes) {
    storages_.push_back({location, bytes});
    return int(storages_.size()) - 1;
  }

  // Inputs, constants, variables and reshapes of what is already placed.
  void make_fixed_storages() {
    for (size_t i = 0; i < plan_.values.size(); ++i) {
      const Location& given = plan_.values[i].location;
      if (given.kind != Location::Kind::arena) storage_of_[i] = add_storage(given, bytes_of(plan_.values[i]));
    }
  }

  // A reshape reads and writes nothing: its value lies where its operand lies. A copy is no node's value.
  int root(int index) const {
    while (true) {
      const PlanValue& at = plan_.values[size_t(index)];
      if (at.source.node < 0) return index;
      const GraphNode& source = node(at);
      if (source.op->name != "reshape") return index;
      index = plan_.find(source.inputs[0]);
    }
  }

  // Which values end as which variable, and when each value is read last.
  void find_targets() {
    last_read_.assign(plan_.values.size(), -1);
    for (int step = 0; step < plan_.standing_steps; ++step)
      for (size_t k = size_t(plan_.steps[size_t(step)].inputs); k < plan_.steps[size_t(step)].operands.size(); ++k)
        made_standing_.insert(plan_.steps[size_t(step)].operands[k]);
    for (size_t step = 0; step < plan_.steps.size(); ++step) read_operands(plan_.steps[step], int(step));
    for (int output : plan_.outputs) read(output, end()), stays(output);
    for (const Assignment& assignment : plan_.graph.assignments) {
      const int source = plan_.find(assignment.value);
      const int variable = variable_index(assignment.variable);
      const bool copied = target_.count(root(source)) || fixed(root(source));
      if (copied || made_standing_.count(root(source))) read(source, end()), stays(source);
      else target_[root(source)] = variable;
    }
    for (size_t i = 0; i < plan_.values.size(); ++i)
      if (plan_.values[i].location.kind == Location::Kind::variable)
        variable_last_[plan_.values[i].location.index] =
            std::max(variable_last_[plan_.values[i].location.index], last_read_[i]);
  }

  // Standing steps are not carried out again at each run: what they made for others stays.
  void read_operands(const Step& step, int at) {
    for (int i = 0; i < step.inputs; ++i) read(step.operands[size_t(i)], at);
    if (step.packed >= 0) read(step.packed, at);
    if (at < plan_.standing_steps) return;
    for (int i = 0; i < step.inputs; ++i) stays(step.operands[size_t(i)]);
    if (step.packed >= 0) stays(step.packed);
  }

  void stays(int index) {
    if (made_standing_.count(root(index))) last_read_[size_t(root(index))] = INT_MAX;
  }

  bool fixed(int index) const { return plan_.values[size_t(index)].location.kind != Location::Kind::arena; }

  int variable_index(const Variable& variable) const {
    auto found = std::find(plan_.variables.begin(), plan_.variables.end(), variable);
    return int(found - plan_.variables.begin());
  }

  void read(int index, int step) {
    int& last = last_read_[size_t(root(index))];
    last = std::max(last, step);
  }

  void make_outputs(int at) {
    Step& step = plan_.steps[size_t(at)];
    for (size_t k = size_t(step.inputs); k < step.operands.size(); ++k) {
      const int index = step.operands[k];
      const int output = int(k) - step.inputs;
      int made = in_variable(step, at, index, output);
      if (made < 0) made = over_operand(step, at, index, output);
      if (made < 0) made = add_storage({}, bytes_of(value(index)));
      storage_of_[size_t(index)] = made;
      Storage& own = storages_[size_t(made)];
      own.first = std::min(own.first, at);
      own.last = std::max({own.last, at, last_read_[size_t(index)]});
      if (target_.count(index) && !written_.count(index)) own.last = INT_MAX;  // copied into its variable at the end
    }
    if (step.workspace_bytes > 0) {
      const int scratch = add_storage({}, step.workspace_bytes);
      storages_[size_t(scratch)].first = storages_[size_t(scratch)].last = at;
      workspace_[at] = scratch;
    }
  }

  bool pairs_with(const Step& step, int input, int output) const {
    const GraphNode& source = plan_.graph.nodes[size_t(step.node)];
    const auto pairs = source.op->in_place_for ? source.op->in_place_for(source.attributes, source.inputs.size())
                                               : source.op->in_place;
    return std::find(pairs.begin(), pairs.end(), std::pair(input, output)) != pairs.end();
  }

  // The storage of the variable that the value is going to be, if nobody still needs the old contents.
  int in_variable(const Step& step, int at, int index, int output) {
    auto target = target_.find(index);
    if (target == target_.end()) return -1;
    const int variable = target->second;
    const int last = variable_last_.count(variable) ? variable_last_[variable] : -1;
    if (last > at) return -1;
    if (last == at)
      for (int i = 0; i < step.inputs; ++i) {
        const PlanValue& operand = plan_.values[size_t(root(step.operands[size_t(i)]))];
        const bool reads = operand.location.kind == Location::Kind::variable && operand.location.index == variable;
        if (reads && !pairs_with(step, i, output)) return -1;
      }
    written_[index] = true;
    return add_storage({Location::Kind::variable, variable, 0}, bytes_of(value(index)));
  }

  // The memory of an operand that dies here, if the kernel can write over what it reads.
  int over_operand(const Step& step, int at, int index, int output) {
    if (plan_.memory == Memory::keep) return -1;
    for (int i = 0; i < step.inputs; ++i) {
      const int operand = root(step.operands[size_t(i)]);
      if (fixed(operand) || !pairs_with(step, i, output)) continue;
      const int candidate = storage_of_[size_t(operand)];
      const Storage& memory = storages_[size_t(candidate)];
      const bool free = memory.location.kind == Location::Kind::arena && memory.last == at &&
                        memory.bytes == bytes_of(value(index)) &&
                        plan_.values[size_t(operand)].spec.dtype == value(index).spec.dtype &&
                        !taken_here(step, candidate, index);
      if (free) return candidate;
    }
    return -1;
  }

  // Two results of one step must not both take the same operand's memory.
  bool taken_here(const Step& step, int candidate, int index) const {
    for (size_t k = size_t(step.inputs); k < step.operands.size() && step.operands[k] != index; ++k)
      if (storage_of_[size_t(step.operands[k])] == candidate) return true;
    return false;
  }

  // Assigned values that could not be written in place are copied at the end: first all that lie in a variable that is
  // itself assigned are put aside, so that two variables can change places.
  void copy_results() {
    const int steps = end();
    for (int& output : plan_.outputs)
      if (in_assigned_variable(root(output)) && !target_.count(root(output))) output = copy_aside(output);
    std::vector<std::pair<int, int>> copies;  // from value, to variable
    for (const Assignment& assignment : plan_.graph.assignments) {
      int source = plan_.find(assignment.value);
      const int variable = variable_index(assignment.variable);
      auto target = target_.find(root(source));
      if (target != target_.end() && target->second == variable && written_.count(root(source))) continue;
      if (in_assigned_variable(root(source))) source = copy_aside(source);
      copies.emplace_back(source, variable);
    }
    for (const auto& copy : copies) copy_into(copy.first, copy.second);
    // What was to live to the end of the graph's steps lives to the end of the copies.
    for (Storage& memory : storages_)
      if (memory.last >= steps) memory.last = INT_MAX;
    for (const auto& copy : copies) storage(root(copy.first)).last = INT_MAX;
  }

  bool in_assigned_variable(int index) {
    const int own = storage_of_[size_t(index)];
    if (own < 0 || storages_[size_t(own)].location.kind != Location::Kind::variable) return false;
    const Variable& variable = plan_.variables[size_t(storages_[size_t(own)].location.index)];
    return std::any_of(plan_.graph.assignments.begin(), plan_.graph.assignments.end(),
                       [&](const Assignment& assignment) { return assignment.variable == variable; });
  }

  int copy_step(int source, int storage) {
    PlanValue copy = value(source);
    const int of = copied_from_.count(source) ? copied_from_[source] : copy.source.node;
    copied_from_[int(plan_.values.size())] = of;
    copy.location = {};
    copy.source = {-1, 0};
    plan_.values.push_back(copy);
    storage_of_.push_back(storage);
    last_read_.push_back(end() + 1);
    const int made = int(plan_.values.size()) - 1;
    Step step;
    step.node = of;
    step.run = copy_bytes;
    step.name = "copy";
    step.operands = {source, made};
    step.inputs = 1;
    plan_.steps.push_back(step);
    return made;
  }

  int copy_aside(int source) {
    const int memory = add_storage({}, bytes_of(value(source)));
    storages_[size_t(memory)].first = end();
    storages_[size_t(memory)].last = INT_MAX;
    return copy_step(source, memory);
  }

  void copy_into(int source, int variable) {
    copy_step(source, add_storage({Location::Kind::variable, variable, 0}, bytes_of(value(source))));
  }

  void place() {
    const bool guard = plan_.memory == Memory::guard;
    std::vector<int> owners;
    for (size_t i = 0; i < storages_.size(); ++i) {
      const Storage& memory = storages_[i];
      const bool input = memory.location.kind == Location::Kind::input;
      if (memory.location.kind != Location::Kind::arena && !input) continue;
      Region region{0, rounded(std::max<size_t>(memory.bytes, 1)), memory.first, memory.last};
      region.unused = region.bytes - memory.bytes;
      // The next batch may be written into an input's memory at any time.
      if (input) region.first = -1, region.last = INT_MAX;
      owners.push_back(int(i));
      plan_.regions.push_back(region);
    }
    plan_.arena_bytes = pack(plan_.regions, guard ? guard_bytes : 0, plan_.memory != Memory::keep);
    for (size_t i = 0; i < owners.size(); ++i) storages_[size_t(owners[i])].location.offset = plan_.regions[i].offset;
    for (size_t i = 0; i < plan_.values.size(); ++i) {
      const int own = storage_of_[i] >= 0 ? storage_of_[i] : storage_of_[size_t(root(int(i)))];
      if (own < 0) continue;  // a value that no step makes
      plan_.values[i].location = storages_[size_t(own)].location;
      plan_.values[i].first = storages_[size_t(own)].first;
      plan_.values[i].last = storages_[size_t(own)].last;
    }
    for (const auto& [step, memory] : workspace_)
      plan_.steps[size_t(step)].workspace = storages_[size_t(memory)].location;
  }

  Plan& plan_;
  std::vector<Storage> storages_;
  std::vector<int> storage_of_;       // of each value
  std::vector<int> last_read_;        // of each root value
  std::set<int> made_standing_;       // root values that standing steps make
  std::map<int, int> target_;         // root value: the variable that it becomes
  std::map<int, bool> written_;       // root values that are made in their variable's storage
  std::map<int, int> variable_last_;  // variable: last step that reads its old contents
  std::map<int, int> workspace_;      // step: storage
  std::map<int, int> copied_from_;    // copy: the node whose value it is
};

}  // namespace

size_t pack(std::vector<Region>& regions, size_t margin, bool share) {
  std::vector<size_t> order(regions.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return regions[a].bytes > regions[b].bytes; });
  size_t total = 0;
  std::vector<size_t> placed;
  for (size_t i : order) {
    Region& region = regions[i];
    std::vector<std::pair<size_t, size_t>> busy;
    for (size_t other : placed) {
      const Region& there = regions[other];
      if (share && (there.last < region.first || region.last < there.first)) continue;
      busy.emplace_back(there.offset - margin, there.offset + there.bytes + margin);
    }
    std::sort(busy.begin(), busy.end());
    size_t start = 0;
    for (const auto& taken : busy) {
      if (start + region.bytes + 2 * margin <= taken.first) break;
      start = std::max(start, taken.second);
    }
    region.offset = start + margin;
    placed.push_back(i);
    total = std::max(total, region.offset + region.bytes + margin);
  }
  return total;
}

void plan_memory(Plan& plan) { MemoryPlanner(plan).run(); }

}  // namespace cajal
