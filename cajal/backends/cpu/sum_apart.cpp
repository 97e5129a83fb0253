// sum and mean along axes that are no neighbours, the last axis staying: the gradient of an image made larger, of a
// broadcast along several axes. Vectors along the axes that stay at the end.
#include "cajal/backends/cpu/internal/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/sum_apart.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <array>
#include <vector>

#include "cajal/backends/cpu/internal/parts.h"
#include "cajal/backends/cpu/internal/vector-inl.h"
#include "cajal/ops/reduction_attributes.h"
#include "cajal/program/kernel.h"

#ifndef CAJAL_BACKENDS_CPU_SUM_APART_PLAN_
#define CAJAL_BACKENDS_CPU_SUM_APART_PLAN_
namespace cajal::cpu {
namespace {

struct ApartAxis {
  int64_t size, stride;
};

struct ApartPlan {
  std::vector<ApartAxis> kept;     // all but those at the end
  std::vector<int64_t> starts;     // of the rows that are added up, but for the last axis that goes away
  ApartAxis last{1, 0};            // that one
  int64_t results = 1, inner = 1;  // rows that are written, and elements of each
  float factor = 1;
};

}  // namespace
}  // namespace cajal::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

int64_t start_of(const ApartPlan& plan, int64_t number) {
  int64_t start = 0;
  for (size_t axis = plan.kept.size(); axis-- > 0; number /= plan.kept[axis].size)
    start += number % plan.kept[axis].size * plan.kept[axis].stride;
  return start;
}

// A partial sum for each start: what is added to a large number is not itself small.
void run(const Call& call) noexcept {
  const ApartPlan& plan = *static_cast<const ApartPlan*>(call.prepared);
  const float* x = call.in[0].as<float>();
  float* y = call.out[0].as<float>();
  const int64_t work = plan.inner * plan.last.size * int64_t(plan.starts.size());
  for_ranges(plan.results, std::max<int64_t>(kElementsPerThread / std::max<int64_t>(work, 1), 1),
             [&](int64_t begin, int64_t end) HWY_ATTR {
               for (int64_t row = begin; row < end; ++row) {
                 const float* from = x + start_of(plan, row);
                 for_vectors(plan.inner, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
                   using Size = decltype(part);
                   V total = zero();
                   for (const int64_t start : plan.starts) {
                     V sum = zero();
                     for (int64_t k = 0; k < plan.last.size; ++k)
                       sum = hn::Add(sum, Size::load(kF, from + start + k * plan.last.stride + i, left));
                     total = hn::Add(total, sum);
                   }
                   Size::store(hn::Mul(total, set(plan.factor)), kF, y + row * plan.inner + i, left);
                 });
               }
             });
}

// ------------------------------------------------------------------------------------------------ choice

std::array<bool, 16> reduced_axes(const KernelQuery& query) {
  return query.options<ReductionAttributes>().reduced(query.inputs[0].shape.rank());
}

bool supports(const KernelQuery& query) {
  const Shape& shape = query.inputs[0].shape;
  const int rank = shape.rank();
  if (query.inputs[0].dtype != DType::float32 || rank < 2 || rank > 16 || shape.size() == Dim(0)) return false;
  return !reduced_axes(query)[size_t(rank - 1)];
}

std::shared_ptr<const void> prepare(const KernelQuery& query) {
  const auto dims = query.inputs[0].shape.ints();
  const auto goes = reduced_axes(query);
  auto plan = std::make_shared<ApartPlan>();
  std::vector<ApartAxis> gone;
  int64_t stride = 1;
  bool at_end = true;
  for (size_t axis = dims.size(); axis-- > 0; stride *= dims[axis]) {
    at_end &= !goes[axis];
    if (at_end) plan->inner *= dims[axis];
    else (goes[axis] ? gone : plan->kept).insert((goes[axis] ? gone : plan->kept).begin(), {dims[axis], stride});
  }
  for (const ApartAxis& axis : plan->kept) plan->results *= axis.size;
  if (!gone.empty()) plan->last = gone.back(), gone.pop_back();
  plan->starts = {0};
  int64_t count = plan->last.size;
  for (const ApartAxis& axis : gone) {
    std::vector<int64_t> more;
    for (const int64_t start : plan->starts)
      for (int64_t i = 0; i < axis.size; ++i) more.push_back(start + i * axis.stride);
    plan->starts = std::move(more);
    count *= axis.size;
  }
  if (query.node.op->name == "mean") plan->factor = 1 / float(count);
  return plan;
}

std::vector<Kernel> kernels() {
  return {{"sum", "rows", run, supports, prepare}, {"mean", "rows", run, supports, prepare}};
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cajal::cpu {
namespace {
HWY_EXPORT(kernels);
}
std::vector<Kernel> sum_apart_kernels() { return HWY_DYNAMIC_DISPATCH(kernels)(); }
}  // namespace cajal::cpu
#endif
