// Batch and layer normalization with their gradients: passes over [rows, columns] in which whole rows of channels are
// read. Sums over rows are made chunk by chunk in float and put together in double, in order.
#include "cajal/backends/cpu/internal/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/normalization.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <cmath>

#include "cajal/backends/cpu/internal/parts.h"
#include "cajal/backends/cpu/internal/vector-inl.h"
#include "cajal/backends/cpu/internal/views.h"
#include "cajal/ops/normalization_attributes.h"
#include "cajal/program/kernel.h"

#ifndef CAJAL_BACKENDS_CPU_NORMALIZATION_PLAN_
#define CAJAL_BACKENDS_CPU_NORMALIZATION_PLAN_
namespace cajal::cpu {
namespace {
struct NormalizationPlan {
  int64_t rows = 0, columns = 0, chunks = 0;
  double epsilon = 0;
};
}  // namespace
}  // namespace cajal::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

constexpr int64_t kChunk = 64;  // rows

const NormalizationPlan& plan_of(const Call& call) { return *static_cast<const NormalizationPlan*>(call.prepared); }

// Calls `body(chunk, first row, last row + 1)`, several threads sharing the chunks.
template <class Body>
void for_chunks(const NormalizationPlan& plan, const Body& body) {
  const int64_t work = kChunk * std::max<int64_t>(plan.columns, 1);
  for_ranges(plan.chunks, std::max<int64_t>(kElementsPerThread / work, 1), [&](int64_t begin, int64_t end) {
    for (int64_t chunk = begin; chunk < end; ++chunk)
      body(chunk, chunk * kChunk, std::min((chunk + 1) * kChunk, plan.rows));
  });
}

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

// ------------------------------------------------------------------------------------------------ batch: statistics

// Adds four rows (or one) of x - shift and its square to the sums.
template <int rows>
void add_moments(const float* x, const float* shift, float* sum, float* squares, int64_t columns) {
  for_vectors(columns, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(part);
    const V middle = Size::load(kF, shift + i, left);
    V total = Size::load(kF, sum + i, left), total_squares = Size::load(kF, squares + i, left);
    for (int row = 0; row < rows; ++row) {
      const V distance = hn::Sub(Size::load(kF, x + row * columns + i, left), middle);
      total = hn::Add(total, distance);
      total_squares = hn::MulAdd(distance, distance, total_squares);
    }
    Size::store(total, kF, sum + i, left);
    Size::store(total_squares, kF, squares + i, left);
  });
}

// The first row stands for the mean, which is not known yet: what is summed is small, and little is lost.
void sum_moments(const float* x, float* partial, const NormalizationPlan& plan) {
  for_chunks(plan, [&](int64_t chunk, int64_t row, int64_t end) HWY_ATTR {
    float *sum = partial + 2 * chunk * plan.columns, *squares = sum + plan.columns;
    fill(sum, 0, 2 * plan.columns);
    for (; row + 4 <= end; row += 4) add_moments<4>(x + row * plan.columns, x, sum, squares, plan.columns);
    for (; row < end; ++row) add_moments<1>(x + row * plan.columns, x, sum, squares, plan.columns);
  });
}

void batch_norm_training(const Call& call) noexcept {
  const NormalizationPlan& plan = plan_of(call);
  const float *x = call.in[0].as<float>(), *gamma = call.in[1].as<float>(), *beta = call.in[2].as<float>();
  float *mean = call.out[1].as<float>(), *variance = call.out[2].as<float>(), *inverse = call.out[3].as<float>();
  float* partial = reinterpret_cast<float*>(call.workspace);
  float* scale = partial + 2 * plan.chunks * plan.columns;
  sum_moments(x, partial, plan);
  for_ranges(plan.columns, kElementsPerThread / (plan.chunks + 1) + 1, [&](int64_t begin, int64_t end) {
    for (int64_t c = begin; c < end; ++c) {
      const Sums sums(partial, plan, c);
      const double n = double(plan.rows), distance = sums.a / n;
      const double spread = std::max(sums.b / n - distance * distance, 0.0);
      mean[c] = float(double(x[c]) + distance);
      variance[c] = float(spread);
      const double inverse_stddev = 1 / std::sqrt(spread + plan.epsilon);
      inverse[c] = float(inverse_stddev);
      scale[c] = float(inverse_stddev * double(gamma[c]));
    }
  });
  float* y = call.out[0].as<float>();
  for_chunks(plan, [&](int64_t, int64_t row, int64_t end) HWY_ATTR {
    for (; row < end; ++row) {
      const float* from = x + row * plan.columns;
      float* to = y + row * plan.columns;
      for_vectors(plan.columns, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
        using Size = decltype(part);
        const V distance = hn::Sub(Size::load(kF, from + i, left), Size::load(kF, mean + i, left));
        Size::store(hn::MulAdd(distance, Size::load(kF, scale + i, left), Size::load(kF, beta + i, left)), kF, to + i,
                    left);
      });
    }
  });
}

// ------------------------------------------------------------------------------------------------ batch: gradient

template <int rows>
void add_gradients(const float* x, const float* dy, const float* mean, float* dgamma, float* dbeta, int64_t columns) {
  for_vectors(columns, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(part);
    const V middle = Size::load(kF, mean + i, left);
    V along = Size::load(kF, dgamma + i, left), total = Size::load(kF, dbeta + i, left);
    for (int row = 0; row < rows; ++row) {
      const V d = Size::load(kF, dy + row * columns + i, left);
      along = hn::MulAdd(d, hn::Sub(Size::load(kF, x + row * columns + i, left), middle), along);
      total = hn::Add(total, d);
    }
    Size::store(along, kF, dgamma + i, left);
    Size::store(total, kF, dbeta + i, left);
  });
}

void batch_norm_gradient(const Call& call) noexcept {
  const NormalizationPlan& plan = plan_of(call);
  const int64_t columns = plan.columns;
  const float *x = call.in[0].as<float>(), *gamma = call.in[1].as<float>(), *mean = call.in[2].as<float>();
  const float *inverse = call.in[3].as<float>(), *dy = call.in[4].as<float>();
  float* partial = reinterpret_cast<float*>(call.workspace);
  for_chunks(plan, [&](int64_t chunk, int64_t row, int64_t end) HWY_ATTR {
    float *along = partial + 2 * chunk * columns, *total = along + columns;
    fill(along, 0, 2 * columns);
    for (; row + 4 <= end; row += 4)
      add_gradients<4>(x + row * columns, dy + row * columns, mean, along, total, columns);
    for (; row < end; ++row) add_gradients<1>(x + row * columns, dy + row * columns, mean, along, total, columns);
  });
  // dx = a dy + b (x - mean) + c
  float *a = partial + 2 * plan.chunks * columns, *b = a + columns, *c = b + columns;
  for (int64_t i = 0; i < columns; ++i) {
    const Sums sums(partial, plan, i);
    const double stddev = double(inverse[i]), dgamma = sums.a * stddev, n = double(plan.rows);
    call.out[1].as<float>()[i] = float(dgamma);
    call.out[2].as<float>()[i] = float(sums.b);
    const double factor = double(gamma[i]) * stddev;
    a[i] = float(factor);
    b[i] = float(-factor * stddev * dgamma / n);
    c[i] = float(-factor * sums.b / n);
  }
  float* dx = call.out[0].as<float>();
  for_chunks(plan, [&](int64_t, int64_t row, int64_t end) HWY_ATTR {
    for (; row < end; ++row) {
      const float *from = x + row * columns, *given = dy + row * columns;
      float* to = dx + row * columns;
      for_vectors(columns, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
        using Size = decltype(part);
        const V distance = hn::Sub(Size::load(kF, from + i, left), Size::load(kF, mean + i, left));
        const V rest = hn::MulAdd(distance, Size::load(kF, b + i, left), Size::load(kF, c + i, left));
        Size::store(hn::MulAdd(Size::load(kF, given + i, left), Size::load(kF, a + i, left), rest), kF, to + i, left);
      });
    }
  });
}

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
  const Shape& shape = query.inputs[0].shape;
  std::array<bool, 16> goes{};
  if (shape.rank() > 16) return std::nullopt;
  for (int axis : query.options<NormalizationAttributes>().axes) goes[size_t(axis)] = true;
  return reduction_view(shape, goes);
}

bool all_float(const KernelQuery& query) {
  return std::all_of(query.inputs.begin(), query.inputs.end(), [](const Spec& s) { return s.dtype == DType::float32; });
}
// Channels last, as a batch is normalized; or the axes of a sample last.
bool supports_batch(const KernelQuery& query) {
  const auto view = view_of(query);
  return all_float(query) && view && view->outer == 1 && view->reduced > 0 && view->inner > 0;
}
bool supports_layer(const KernelQuery& query) {
  const auto view = view_of(query);
  return all_float(query) && view && view->inner == 1 && view->reduced > 0;
}

std::shared_ptr<const void> plan_for(const KernelQuery& query, int64_t rows, int64_t columns) {
  const double epsilon = query.options<NormalizationAttributes>().epsilon;
  return std::make_shared<const NormalizationPlan>(NormalizationPlan{rows, columns, divide_up(rows, kChunk), epsilon});
}
std::shared_ptr<const void> prepare_batch(const KernelQuery& query) {
  const auto view = view_of(query);
  return plan_for(query, view->reduced, view->inner);
}
std::shared_ptr<const void> prepare_layer(const KernelQuery& query) {
  const auto view = view_of(query);
  return plan_for(query, view->outer, view->reduced);
}

// The partial sums, and up to three numbers per column.
size_t workspace(const KernelQuery&, const void* prepared) {
  const auto& plan = *static_cast<const NormalizationPlan*>(prepared);
  return size_t((2 * plan.chunks + 3) * plan.columns) * sizeof(float);
}

std::vector<Kernel> kernels() {
  return {{"batch_norm_training", "channels last", batch_norm_training, supports_batch, prepare_batch, workspace},
          {"batch_norm_gradient", "channels last", batch_norm_gradient, supports_batch, prepare_batch, workspace},
          {"layer_norm", "rows", layer_norm, supports_layer, prepare_layer},
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
