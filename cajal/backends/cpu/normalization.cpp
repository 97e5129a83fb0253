// Layer normalization with its gradient: passes over [rows, columns] in which whole rows of channels are
// read. Sums over rows are made chunk by chunk in float and put together in double, in order.
#include "cajal/backends/cpu/internal/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/normalization.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <cmath>

#include "cajal/backends/cpu/internal/normalization.h"
#include "cajal/backends/cpu/internal/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

const NormalizationPlan& plan_of(const Call& call) { return *static_cast<const NormalizationPlan*>(call.prepared); }

// The two sums of a column over all chunks; partial is [chunks, 2, columns].
struct Sums {
  double a = 0, b = 0;
  Sums(const float* partial, const NormalizationPlan& plan, int64_t column) {
    for (int64_t chunk = 0; chunk < plan.chunks; ++chunk) {
      const float* at = partial + 2 * chunk * plan.columns + column;
      a += double(at[0]);
      b += double(at[plan.columns]);
    }
  }
};

// ------------------------------------------------------------------------------------------------ layer

float sum_of_row(const float* x, int64_t count) {
  V total = zero();
  for_vectors(count, [&](auto part, int64_t i, int64_t left)
                         HWY_ATTR { total = hn::Add(total, decltype(part)::load(kF, x + i, left)); });
  return hn::GetLane(hn::SumOfLanes(kF, total));
}

float sum_of_squares(const float* x, float mean, int64_t count) {
  V total = zero();
  for_vectors(count, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
    V distance = hn::Sub(decltype(part)::load(kF, x + i, left), set(mean));
    if (left < kLanes) distance = hn::IfThenElseZero(hn::FirstN(kF, size_t(left)), distance);
    total = hn::MulAdd(distance, distance, total);
  });
  return hn::GetLane(hn::SumOfLanes(kF, total));
}

void layer_norm(const Call& call) noexcept {
  const NormalizationPlan& plan = plan_of(call);
  const int64_t size = plan.columns;
  const float *gamma = call.in[1].as<float>(), *beta = call.in[2].as<float>();
  for_chunks(plan, [&](int64_t, int64_t row, int64_t end) HWY_ATTR {
    for (; row < end; ++row) {
      const float* x = call.in[0].as<float>() + row * size;
      float* y = call.out[0].as<float>() + row * size;
      const float mean = sum_of_row(x, size) / float(size);
      const float inverse = float(1 / std::sqrt(double(sum_of_squares(x, mean, size)) / double(size) + plan.epsilon));
      const V middle = set(mean), factor = set(inverse);
      for_vectors(size, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
        using Size = decltype(part);
        const V normal = hn::Mul(hn::Sub(Size::load(kF, x + i, left), middle), factor);
        Size::store(hn::MulAdd(normal, Size::load(kF, gamma + i, left), Size::load(kF, beta + i, left)), kF, y + i,
                    left);
      });
      call.out[1].as<float>()[row] = mean;
      call.out[2].as<float>()[row] = inverse;
    }
  });
}

// One row: its dx, and its share of dgamma and dbeta.
void layer_norm_row(const float* x, const float* gamma, float mean, float inverse, const float* dy, float* dx,
                    float* dgamma, float* dbeta, int64_t size) {
  const V middle = set(mean), factor = set(inverse);
  V total = zero(), along = zero();
  for_vectors(size, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(part);
    const V normal = hn::Mul(hn::Sub(Size::load(kF, x + i, left), middle), factor);
    const V d = Size::load(kF, dy + i, left), g = hn::Mul(d, Size::load(kF, gamma + i, left));
    total = hn::Add(total, g);
    along = hn::MulAdd(g, normal, along);
    Size::store(hn::MulAdd(d, normal, Size::load(kF, dgamma + i, left)), kF, dgamma + i, left);
    Size::store(hn::Add(d, Size::load(kF, dbeta + i, left)), kF, dbeta + i, left);
  });
  const V mean_total = hn::Div(hn::SumOfLanes(kF, total), set(float(size)));
  const V mean_along = hn::Div(hn::SumOfLanes(kF, along), set(float(size)));
  for_vectors(size, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(part);
    const V normal = hn::Mul(hn::Sub(Size::load(kF, x + i, left), middle), factor);
    const V g = hn::Mul(Size::load(kF, dy + i, left), Size::load(kF, gamma + i, left));
    Size::store(hn::Mul(factor, hn::Sub(g, hn::MulAdd(normal, mean_along, mean_total))), kF, dx + i, left);
  });
}

void layer_norm_gradient(const Call& call) noexcept {
  const NormalizationPlan& plan = plan_of(call);
  const int64_t size = plan.columns;
  const float *gamma = call.in[1].as<float>(), *mean = call.in[2].as<float>(), *inverse = call.in[3].as<float>();
  float* partial = reinterpret_cast<float*>(call.workspace);
  for_chunks(plan, [&](int64_t chunk, int64_t row, int64_t end) HWY_ATTR {
    float *dgamma = partial + 2 * chunk * size, *dbeta = dgamma + size;
    fill(dgamma, 0, 2 * size);
    for (; row < end; ++row)
      layer_norm_row(call.in[0].as<float>() + row * size, gamma, mean[row], inverse[row],
                     call.in[4].as<float>() + row * size, call.out[0].as<float>() + row * size, dgamma, dbeta, size);
  });
  for (int64_t i = 0; i < size; ++i) {
    const Sums sums(partial, plan, i);
    call.out[1].as<float>()[i] = float(sums.a);
    call.out[2].as<float>()[i] = float(sums.b);
  }
}

// ------------------------------------------------------------------------------------------------ choice

std::optional<ReductionView> view_of(const KernelQuery& query) {
  return normalization_view(query.inputs[0].shape, query.options<NormalizationAttributes>());
}

bool all_float(const KernelQuery& query) {
  return std::all_of(query.inputs.begin(), query.inputs.end(), [](const Spec& s) { return s.dtype == DType::float32; });
}
// The axes of a sample last.
bool supports_layer(const KernelQuery& query) {
  const auto view = view_of(query);
  return all_float(query) && view && view->inner == 1 && view->reduced > 0;
}

std::shared_ptr<const void> prepare_layer(const KernelQuery& query) {
  const auto view = view_of(query);
  const double epsilon = query.options<NormalizationAttributes>().epsilon;
  return std::make_shared<const NormalizationPlan>(normalization_plan(view->outer, view->reduced, epsilon));
}

// The partial sums.
size_t workspace(const KernelQuery&, const void* prepared) {
  const auto& plan = *static_cast<const NormalizationPlan*>(prepared);
  return size_t(2 * plan.chunks * plan.columns) * sizeof(float);
}

std::vector<Kernel> kernels() {
  return {{"layer_norm", "rows", layer_norm, supports_layer, prepare_layer},
          {"layer_norm_gradient", "rows", layer_norm_gradient, supports_layer, prepare_layer, workspace}};
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
std::vector<Kernel> normalization_kernels() { return HWY_DYNAMIC_DISPATCH(kernels)(); }
}  // namespace cajal::cpu
#endif
