// From a graph to a plan: concrete shapes, rewrites, fusions, a kernel for every node, memory.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "cajal/base/parallel.h"
#include "cajal/program/fused.h"
#include "cajal/program/internal/candidates.h"
#include "cajal/program/internal/memory.h"
#include "cajal/program/mixed_precision.h"
#include "cajal/program/plan.h"

namespace cajal {
namespace {

class Compiler {
 public:
  Compiler(const Graph& graph, const Bindings& bindings, const CompileOptions& options)
      : options_(options), plan_(std::make_shared<Plan>()) {
    if (options_.backends.empty()) options_.backends.assign(default_backends().begin(), default_backends().end());
    if (options_.threads <= 0) options_.threads = threads();
    plan_->graph = graph;
    plan_->memory = options.memory;
    bind_symbols(plan_->graph, bindings);
  }

  std::shared_ptr<const Plan> run() {
    rewrite(plan_->graph, options_.training);
    turn_once(plan_->graph);
    drop_untaken_gradients(plan_->graph);
    fuse();
    number_values();
    for (size_t i = 0; i < plan_->graph.nodes.size(); ++i) place_or_step(int(i));
    for (Value output : plan_->graph.outputs) plan_->outputs.push_back(plan_->find(output));
    for (int input : plan_->graph.inputs) plan_->inputs.push_back(plan_->find({input, 0}));
    for (const Assignment& assignment : plan_->graph.assignments) variable(assignment.variable);
    if (plan_->memory == Memory::tight) put_standing_steps_first();
    plan_memory(*plan_);
    return plan_;
  }

 private:
  void fuse() {
    // The same kernels with and without, so that the bits are the same.
    const bool hides = options_.fuse && plan_->memory != Memory::keep;
    const Fusion fusion = hides ? Fusion::full : Fusion::keep;
    auto any = [&](bool Backend::*fuses) {
      return std::any_of(options_.backends.begin(), options_.backends.end(), [&](auto* b) { return b->*fuses; });
    };
    if (any(&Backend::fuses_conv)) absorb_padding(plan_->graph), move_before_pooling(plan_->graph);
    const bool mixed = options_.precision == Precision::mixed_bfloat16;
    if (mixed) mix_precision(plan_->graph, options_.float32_scopes);
    if (hides && any(&Backend::fuses_batch_norm)) fuse_batch_norms(plan_->graph);
    if (any(&Backend::fuses_conv)) fuse_convolutions(plan_->graph, fusion);
    if (any(&Backend::fuses_matmul)) fuse_matmuls(plan_->graph, fusion);
    if (mixed) store_narrow(plan_->graph, options_.backends, options_.threads, fusion);
    if (mixed && plan_->memory == Memory::tight)
      plan_->narrow_copies = keep_narrow_weights(plan_->graph, options_.backends, options_.threads);
    if (mixed && hides) widen_at_readers(plan_->graph);
    for (const Backend* backend : options_.backends)
      if (backend->block) {
        fuse_elementwise(plan_->graph, *backend, fusion);
        break;
      }
  }

  void number_values() {
    for (size_t i = 0; i < plan_->graph.nodes.size(); ++i) {
      const GraphNode& node = plan_->graph.nodes[i];
      for (size_t output = 0; output < node.outputs.size(); ++output) {
        PlanValue value;
        value.source = {int(i), int(output)};
        value.spec = node.outputs[output];
        value.dims = value.spec.shape.ints();
        plan_->values.push_back(std::move(value));
      }
    }
  }

  void place_or_step(int id) {
    const GraphNode& node = plan_->graph.nodes[size_t(id)];
    const int index = plan_->find({id, 0});
    PlanValue& value = plan_->values[size_t(index)];
    if (plan_->memory == Memory::tight && stands(node))
      for (size_t i = 0; i < node.outputs.size(); ++i) plan_->values[size_t(index) + i].stands = true;
    if (node.op == &input_op()) {
      auto place = std::find(plan_->graph.inputs.begin(), plan_->graph.inputs.end(), id);
      value.location = {Location::Kind::input, int(place - plan_->graph.inputs.begin()), 0};
    } else if (node.op == &constant_op()) {
      value.location = {Location::Kind::constant, int(plan_->constants.size()), 0};
      plan_->constants.push_back(constant_value(plan_->graph, {id, 0}).copy());
    } else if (node.op == &variable_op()) {
      value.location = {Location::Kind::variable,
                        variable(Variable::of(node.attributes.as<VariableAttributes>().state)), 0};
    } else if (node.op->name != "reshape") {
      plan_->steps.push_back(step(id));
    }
  }

  int variable(const Variable& wanted) {
    auto found = std::find(plan_->variables.begin(), plan_->variables.end(), wanted);
    if (found == plan_->variables.end()) found = plan_->variables.insert(found, wanted);
    return int(found - plan_->variables.begin());
  }

  // ---------------------------------------------------------------------------------------------- standing steps

  // What is made of weights alone that the plan does not change need not be made at every run, nor need weights be
  // packed.
  void put_standing_steps_first() {
    std::vector<Step>& steps = plan_->steps;
    const auto rest = std::stable_partition(steps.begin(), steps.end(), [&](const Step& step) {
      return plan_->values[size_t(step.operands[size_t(step.inputs)])].stands;
    });
    plan_->standing_steps = int(rest - steps.begin()) + int(packings_.size());
    steps.insert(rest, packings_.begin(), packings_.end());
  }

  // Whether the node's values change only when Variables do that the plan leaves alone.
  bool stands(const GraphNode& node) const {
    if (node.op == &variable_op()) return !is_assigned(node.attributes.as<VariableAttributes>().state);
    if (node.op == &constant_op()) return true;
    // What a scan repeats may draw random numbers.
    if (node.op->structural || node.op->random || node.op->name == "scan") return false;
    return std::all_of(node.inputs.begin(), node.inputs.end(), [&](Value input) { return stands(input); });
  }
  bool stands(Value value) const { return plan_->values[size_t(plan_->find(value))].stands; }

  bool is_assigned(const std::shared_ptr<VariableState>& state) const {
    return std::any_of(plan_->graph.assignments.begin(), plan_->graph.assignments.end(),
                       [&](const Assignment& assignment) { return assignment.variable.state() == state; });
  }

  // A step that packs an operand for another step, which is told of it.
  void add_packing(const Kernel& kernel, const KernelQuery& query, Step& user) {
    const size_t bytes = kernel.packed_bytes(query, user.prepared.get());
    if (bytes == 0) return;
    user.packed = int(plan_->values.size());
    PlanValue packed;
    packed.source = {-1, 0};
    packed.spec = {Shape{int64_t(bytes)}, DType::uint8};
    packed.dims = packed.spec.shape.ints();
    plan_->values.push_back(std::move(packed));
    Step step;
    step.node = int(&query.node - plan_->graph.nodes.data());
    step.run = kernel.pack;
    step.name = user.name + ", packing";
    step.prepared = user.prepared;
    step.operands = {plan_->find(query.node.inputs[size_t(kernel.packed_operand)]), user.packed};
    step.inputs = 1;
    packings_.push_back(std::move(step));
  }

  Step step(int id) {
    const GraphNode& node = plan_->graph.nodes[size_t(id)];
    Step out = bound(query_of(plan_->graph, id, options_.threads));
    out.node = id;
    for (Value input : node.inputs) out.operands.push_back(plan_->find(input));
    out.inputs = int(node.inputs.size());
    for (size_t output = 0; output < node.outputs.size(); ++output)
      out.operands.push_back(plan_->find({id, int(output)}));
    return out;
  }

  // The kernel that is settled for this call; else the first that should carry it out, the first that can, the op's
  // own.
  Step bound(const KernelQuery& query) {
    std::vector<Candidate> found = candidates(query, options_.backends);
    const std::string call = found.size() > 1 ? call_text(query) : std::string();
    const KernelTable& settled = options_.kernels ? *options_.kernels : tuned_kernels();
    const auto known = settled.find(call);
    std::stable_partition(found.begin(), found.end(), [&](auto& one) { return should(one, query); });
    std::stable_partition(found.begin(), found.end(),
                          [&](auto& one) { return known != settled.end() && one.name == known->second; });
    for (const Candidate& candidate : found)
      if (auto out = step_of(candidate, query)) {
        if (!call.empty()) plan_->kernels[call] = candidate.name;
        return *out;
      }
    return own(query);
  }

  std::optional<Step> step_of(const Candidate& candidate, KernelQuery query) {
    Step out;
    const Kernel& kernel = *candidate.kernel;
    query.packs_once = kernel.pack && !stands(query.node) && stands(query.node.inputs[size_t(kernel.packed_operand)]);
    out.run = kernel.run;
    out.name = candidate.name;
    if (kernel.prepare && !(out.prepared = kernel.prepare(query))) return {};
    if (kernel.workspace) out.workspace_bytes = kernel.workspace(query, out.prepared.get());
    if (query.packs_once) add_packing(kernel, query, out);
    return out;
  }

  static Step own(const KernelQuery& query) {
    if (!query.node.op->reference)
      throw Error(Code::unsupported, fmt::format("no kernel carries out '{}' here", query.node.op->name));
    Step out;
    out.run = query.node.op->reference;
    out.name = fmt::format("reference {}", query.node.op->name);
    if (query.node.op->workspace) out.workspace_bytes = query.node.op->workspace(query.node.attributes, query.inputs);
    return out;
  }

  CompileOptions options_;
  std::shared_ptr<Plan> plan_;
  std::vector<Step> packings_;
};

}  // namespace

int Plan::find(Value value) const {
  // Values stand in the order of their sources.
  auto found = std::lower_bound(values.begin(), values.end(), value,
                                [](const PlanValue& a, const Value& b) { return a.source.node >= 0 && a.source < b; });
  return found != values.end() && found->source == value ? int(found - values.begin()) : -1;
}

std::shared_ptr<const Plan> compile(const Graph& graph, const Bindings& bindings, const CompileOptions& options) {
  return Compiler(graph, bindings, options).run();
}

const Backend& reference_backend() {
  static const Backend backend{"reference", {}, nullptr, false, false};
  return backend;
}

}  // namespace cajal
