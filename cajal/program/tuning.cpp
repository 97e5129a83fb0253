#include "cajal/program/tuning.h"

#include <fmt/format.h>

#include <algorithm>

#include "cajal/base/clock.h"
#include "cajal/base/parallel.h"
#include "cajal/program/fused.h"
#include "cajal/program/internal/candidates.h"

namespace cajal {
namespace {

// Operands of one step, in memory of their own.
class TrialCall {
 public:
  TrialCall(const KernelQuery& query, const Plan& plan, const Step& step) : query_(query), plan_(plan), step_(step) {
    dims_.reserve(query.inputs.size() + query.outputs().size());
    for (const Spec& spec : query.inputs) in_.push_back(operand(spec));
    for (const Spec& spec : query.outputs()) out_.push_back(operand(spec));
  }

  // Median seconds of each candidate. They run in turn, so that whatever disturbs the machine meets all of them.
  std::vector<double> seconds(const std::vector<Candidate>& those, double limit) {
    std::vector<Prepared> ready;
    for (const Candidate& one : those) ready.push_back(prepared(*one.kernel));
    std::vector<std::vector<double>> times(those.size());
    for (Stopwatch all; times[0].size() < 5 || (all.seconds() < limit && times[0].size() < 1000);)
      for (size_t i = 0; i < those.size(); ++i) times[i].push_back(run(*those[i].kernel, ready[i]));
    std::vector<double> medians;
    for (auto& some : times) {
      std::nth_element(some.begin(), some.begin() + std::ptrdiff_t(some.size() / 2), some.end());
      medians.push_back(some[some.size() / 2]);
    }
    return medians;
  }

 private:
  struct Prepared {
    std::shared_ptr<const void> decided;
    Tensor workspace, packed;
  };

  Operand operand(const Spec& spec) {
    Tensor tensor(spec.shape, spec.dtype);
    if (spec.dtype == DType::float32)
      for (int64_t i = 0; i < tensor.size(); ++i) tensor.data<float>()[i] = float(i * 7919 % 2003) * 1e-3f - 1;
    memory_.push_back(tensor);
    dims_.push_back(spec.shape.ints());
    return {tensor.raw(), spec.dtype, spec.shape.rank(), dims_.back().data(), tensor.size()};
  }

  Prepared prepared(const Kernel& kernel) const {
    Prepared out;
    KernelQuery query = query_;
    query.packs_once = kernel.pack && plan_.values[size_t(step_.operands[size_t(kernel.packed_operand)])].stands;
    if (kernel.prepare) out.decided = kernel.prepare(query);
    const size_t bytes = kernel.workspace ? kernel.workspace(query, out.decided.get()) : 0;
    out.workspace = Tensor(Shape{int64_t(bytes)}, DType::uint8);
    if (query.packs_once) pack(kernel, out);
    return out;
  }

  // As plans do, before the first run.
  void pack(const Kernel& kernel, Prepared& ready) const {
    const size_t bytes = kernel.packed_bytes(query_, ready.decided.get());
    if (bytes == 0) return;
    ready.packed = Tensor(Shape{int64_t(bytes)}, DType::uint8);
    const std::vector<int64_t> size{int64_t(bytes)};
    const Operand to{ready.packed.raw(), DType::uint8, 1, size.data(), int64_t(bytes)};
    Run state;
    kernel.pack(Call{query_.node.attributes.get(), ready.decided.get(),
                     std::span(&in_[size_t(kernel.packed_operand)], 1), std::span(&to, 1), nullptr, 0, 0, &state});
  }

  double run(const Kernel& kernel, const Prepared& ready) {
    Run state;
    Call call{query_.node.attributes.get(), ready.decided.get(), in_, out_, ready.workspace.raw(), 0, 0, &state};
    if (ready.packed.defined()) call.packed = ready.packed.raw();
    const FlushDenormals flush;
    kernel.run(call);  // what the other kernels left in the caches is of no use to this one
    const Stopwatch watch;
    kernel.run(call);
    return watch.seconds();
  }

  const KernelQuery& query_;
  const Plan& plan_;
  const Step& step_;
  std::vector<Tensor> memory_;
  std::vector<std::vector<int64_t>> dims_;
  std::vector<Operand> in_, out_;
};

TunedCall tuned(const KernelQuery& query, const Plan& plan, const Step& step, const std::vector<Candidate>& those,
                double seconds) {
  TunedCall out{call_text(query), {}, {}};
  const std::vector<double> times = TrialCall(query, plan, step).seconds(those, seconds);
  size_t given = 0, best = 0;
  while (given < those.size() && !should(those[given], query)) ++given;
  if (given == those.size()) given = 0;
  for (size_t i = 0; i < those.size(); ++i) {
    out.seconds.emplace_back(those[i].name, times[i]);
    if (times[i] < times[best]) best = i;
  }
  if (times[best] > 0.97 * times[given]) best = given;
  out.given = those[given].name, out.best = those[best].name;
  return out;
}

}  // namespace

// A fused convolution goes by the name of the convolution in it: whatever rides along, the kernel is the same, and so
// are the bits.
std::string call_text(const KernelQuery& query) {
  const bool fused = query.node.op == &fused_conv_op();
  const Op& op = fused ? *query.options<FusedConv>().op : *query.node.op;
  const Attributes& attributes = fused ? query.options<FusedConv>().plain : query.node.attributes;
  std::string out = fmt::format("{}({})", op.name, attributes.text());
  for (size_t i = 0; i < (fused ? 2 : query.inputs.size()); ++i) out += " " + query.inputs[i].text();
  return out;
}

KernelQuery query_of(const Graph& graph, int node, int threads) {
  KernelQuery out{graph.nodes[size_t(node)], {}, threads};
  for (Value input : out.node.inputs) out.inputs.push_back(graph.spec(input));
  return out;
}

// Operands of both types: only kernels that know of it are asked.
bool is_mixed(const KernelQuery& query) {
  const auto has = [&](DType type) {
    const auto is_type = [&](const Spec& spec) { return spec.dtype == type; };
    return std::any_of(query.inputs.begin(), query.inputs.end(), is_type) ||
           std::any_of(query.outputs().begin(), query.outputs().end(), is_type);
  };
  return has(DType::float32) && has(DType::bfloat16);
}

std::vector<Candidate> candidates(const KernelQuery& query, std::span<const Backend* const> backends) {
  std::vector<Candidate> out;
  const bool mixed = is_mixed(query);
  for (const Backend* backend : backends)
    for (const Kernel& kernel : backend->kernels)
      if (kernel.op == query.node.op->name && (kernel.mixed || !mixed) && (!kernel.supports || kernel.supports(query)))
        out.push_back({fmt::format("{} {}", backend->name, kernel.name), &kernel});
  return out;
}

bool should(const Candidate& candidate, const KernelQuery& query) {
  return !candidate.kernel->preferred || candidate.kernel->preferred(query);
}

KernelTable kernels_of(const Plan& plan) {
  KernelTable out;
  for (const Step& step : plan.steps)
    if (makes_value(plan, step)) out[call_text(query_of(plan.graph, step.node, 1))] = step.name;
  return out;
}

std::vector<TunedCall> tune(const Plan& plan, const CompileOptions& options, double seconds) {
  std::vector<const Backend*> backends = options.backends;
  if (backends.empty()) backends.assign(default_backends().begin(), default_backends().end());
  const int count = options.threads > 0 ? options.threads : threads();
  std::vector<TunedCall> out;
  for (const Step& step : plan.steps) {
    if (!makes_value(plan, step)) continue;
    const KernelQuery query = query_of(plan.graph, step.node, count);
    std::vector<Candidate> those = candidates(query, backends);
    const bool known = std::any_of(out.begin(), out.end(), [&](auto& call) { return call.call == call_text(query); });
    if (those.size() < 2 || known) continue;
    std::erase_if(those, [&](const Candidate& one) { return one.kernel->prepare && !one.kernel->prepare(query); });
    if (those.size() > 1) out.push_back(tuned(query, plan, step, those, seconds));
  }
  return out;
}

}  // namespace cajal
