// Sums, means, extremes along axes that are neighbours, and what is built on them.
//
// The axis that goes away is cut into chunks of a fixed length; each is reduced in float with several accumulators, and
// their results are put together in double, in order. So no result depends on the number of threads, and the error does
// not grow with the length.
#include "cajal/backends/cpu/internal/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/reduction.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <cmath>
#include <cstring>
#include <limits>

#include "cajal/backends/cpu/internal/parts.h"
#include "cajal/backends/cpu/internal/vector-inl.h"
#include "cajal/backends/cpu/internal/views.h"
#include "cajal/ops/reduction_attributes.h"
#include "cajal/program/kernel.h"

#ifndef CAJAL_BACKENDS_CPU_REDUCTION_PLAN_
#define CAJAL_BACKENDS_CPU_REDUCTION_PLAN_
namespace cajal::cpu {
namespace {
struct ReductionPlan {
  ReductionView view;
  int64_t chunk = 1, chunks = 1;  // of the axis that goes away
};
}  // namespace
}  // namespace cajal::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

constexpr int64_t kRowChunk = 4096;    // elements of a row
constexpr int64_t kColumnChunk = 256;  // rows above one another
constexpr int64_t kColumnBlock = 1024;
constexpr int64_t kFewColumns = 8 * kLanes;

struct Sum {
  static HWY_INLINE V start() { return zero(); }
  static HWY_INLINE V join(V a, V b) { return hn::Add(a, b); }
  static double join(double a, double b) { return a + b; }
  static HWY_INLINE float lanes(V v) { return hn::GetLane(hn::SumOfLanes(kF, v)); }
  static double finish(double value, int64_t) { return value; }
};
struct Mean : Sum {
  static double finish(double value, int64_t count) { return value / double(count); }
};

// NaN where one is NaN: it is taken, and nothing is greater than it.
struct Max {
  static HWY_INLINE V start() { return set(-std::numeric_limits<float>::infinity()); }
  static HWY_INLINE V join(V a, V b) { return hn::IfThenElse(hn::Or(hn::Gt(b, a), hn::Not(hn::Eq(b, b))), b, a); }
  static double join(double a, double b) { return b > a || b != b ? b : a; }
  static float lanes(V v) {
    HWY_ALIGN float lane[hn::MaxLanes(kF)];
    hn::Store(v, kF, lane);
    double best = lane[0];
    for (int64_t i = 1; i < kLanes; ++i) best = join(best, double(lane[i]));
    return float(best);
  }
  static double finish(double value, int64_t) { return value; }
};
struct Min {
  static HWY_INLINE V start() { return set(std::numeric_limits<float>::infinity()); }
  static HWY_INLINE V join(V a, V b) { return hn::IfThenElse(hn::Or(hn::Lt(b, a), hn::Not(hn::Eq(b, b))), b, a); }
  static double join(double a, double b) { return b < a || b != b ? b : a; }
  static float lanes(V v) {
    HWY_ALIGN float lane[hn::MaxLanes(kF)];
    hn::Store(v, kF, lane);
    double best = lane[0];
    for (int64_t i = 1; i < kLanes; ++i) best = join(best, double(lane[i]));
    return float(best);
  }
  static double finish(double value, int64_t) { return value; }
};

// ------------------------------------------------------------------------------------------------ along rows

template <class R, class T>
float reduce_run(const T* x, int64_t count) {
  V a = R::start(), b = a, c = a, d = a;
  int64_t i = 0;
  for (; i + 4 * kLanes <= count; i += 4 * kLanes) {
    a = R::join(a, Whole::load(x + i, kLanes));
    b = R::join(b, Whole::load(x + i + kLanes, kLanes));
    c = R::join(c, Whole::load(x + i + 2 * kLanes, kLanes));
    d = R::join(d, Whole::load(x + i + 3 * kLanes, kLanes));
  }
  for (; i + kLanes <= count; i += kLanes) a = R::join(a, Whole::load(x + i, kLanes));
  if (i < count) {
    const V rest = Part::load(x + i, count - i);
    b = R::join(b, hn::IfThenElse(hn::FirstN(kF, size_t(count - i)), rest, R::start()));
  }
  return R::lanes(R::join(R::join(a, b), R::join(c, d)));
}

// A row of one chunk, or as many chunks put together.
template <class R, class T>
double reduce_row(const T* x, int64_t size) {
  if (size == 0) return R::lanes(R::start());
  double total = reduce_run<R>(x, std::min(size, kRowChunk));
  for (int64_t i = kRowChunk; i < size; i += kRowChunk)
    total = R::join(total, double(reduce_run<R>(x + i, std::min(size - i, kRowChunk))));
  return total;
}

template <class R, class T>
void rows(const T* x, float* y, const ReductionPlan& plan, std::byte* workspace) {
  const auto [outer, size, inner] = plan.view;
  if (workspace == nullptr || outer >= 8 || plan.chunks == 1) {
    const int64_t length = size;
    for_ranges(outer, std::max<int64_t>(kElementsPerThread / std::max<int64_t>(size, 1), 1),
               [&](int64_t begin, int64_t end) {
                 for (int64_t row = begin; row < end; ++row)
                   y[row] = float(R::finish(reduce_row<R>(x + row * length, length), length));
               });
    return;
  }
  // Few long rows: the threads share the chunks.
  auto* partial = reinterpret_cast<double*>(workspace);
  const int64_t chunks = plan.chunks, length = size;
  for_ranges(outer * chunks, kElementsPerThread / kRowChunk, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t row = i / chunks, first = i % chunks * kRowChunk;
      partial[i] = reduce_run<R>(x + row * length + first, std::min(kRowChunk, length - first));
    }
  });
  for (int64_t row = 0; row < outer; ++row) {
    double total = partial[row * chunks];
    for (int64_t i = 1; i < chunks; ++i) total = R::join(total, partial[row * chunks + i]);
    y[row] = float(R::finish(total, length));
  }
}

// ------------------------------------------------------------------------------------------------ down columns

// y = the rows of x [count, stride] reduced, for few columns: the accumulators stay in registers.
template <class R, class T>
void few_columns(const T* x, float* y, int64_t count, int64_t stride, int64_t columns) {
  for_vectors(columns, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(part);
    V a = R::start(), b = a, c = a, d = a;
    const T* at = x + i;
    int64_t row = 0;
    for (; row + 4 <= count; row += 4, at += 4 * stride) {
      if (i == 0) ask_ahead(at, 4 * stride);  // for the columns beside these too
      a = R::join(a, Size::load(at, left));
      b = R::join(b, Size::load(at + stride, left));
      c = R::join(c, Size::load(at + 2 * stride, left));
      d = R::join(d, Size::load(at + 3 * stride, left));
    }
    for (; row < count; ++row, at += stride) a = R::join(a, Size::load(at, left));
    Size::store(R::join(R::join(a, b), R::join(c, d)), kF, y + i, left);
  });
}

// The same for many: the accumulators lie in y, four rows are added at a time.
template <class R, class T>
void many_columns(const T* x, float* y, int64_t count, int64_t stride, int64_t columns) {
  fill(y, hn::GetLane(R::start()), columns);
  int64_t row = 0;
  for (; row + 4 <= count; row += 4) {
    const T* at = x + row * stride;
    for_vectors(columns, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
      using Size = decltype(part);
      const V ab = R::join(Size::load(at + i, left), Size::load(at + stride + i, left));
      const V cd = R::join(Size::load(at + 2 * stride + i, left), Size::load(at + 3 * stride + i, left));
      Size::store(R::join(Size::load(kF, y + i, left), R::join(ab, cd)), kF, y + i, left);
    });
  }
  for (; row < count; ++row) {
    const T* at = x + row * stride;
    for_vectors(columns, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
      using Size = decltype(part);
      Size::store(R::join(Size::load(kF, y + i, left), Size::load(at + i, left)), kF, y + i, left);
    });
  }
}

// Chunk after chunk into `partial` [outer, chunks, inner]; these together into y [outer, inner].
template <class R, class T>
void columns(const T* x, float* y, const ReductionPlan& plan, float* partial) {
  const ReductionView view = plan.view;
  if (view.reduced == 0) return fill(y, float(R::finish(R::lanes(R::start()), 0)), view.outer * view.inner);
  const int64_t blocks = divide_up(view.inner, kColumnBlock), items = view.outer * plan.chunks * blocks;
  const int64_t work = std::min(plan.chunk, view.reduced) * std::min(view.inner, kColumnBlock);
  for_ranges(
      items, std::max<int64_t>(kElementsPerThread / std::max<int64_t>(work, 1), 1), [&](int64_t begin, int64_t end) {
        for (int64_t item = begin; item < end; ++item) {
          const int64_t block = item % blocks, chunk = item / blocks % plan.chunks, outer = item / blocks / plan.chunks;
          const int64_t first = chunk * plan.chunk, count = std::min(plan.chunk, view.reduced - first);
          const int64_t column = block * kColumnBlock, width = std::min(kColumnBlock, view.inner - column);
          const T* from = x + (outer * view.reduced + first) * view.inner + column;
          float* to = partial + (outer * plan.chunks + chunk) * view.inner + column;
          if (width <= kFewColumns) few_columns<R>(from, to, count, view.inner, width);
          else many_columns<R>(from, to, count, view.inner, width);
        }
      });
  for_ranges(view.outer * view.inner, kElementsPerThread / plan.chunks + 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const float* at = partial + i / view.inner * plan.chunks * view.inner + i % view.inner;
      double total = double(at[0]);
      for (int64_t chunk = 1; chunk < plan.chunks; ++chunk) total = R::join(total, double(at[chunk * view.inner]));
      y[i] = float(R::finish(total, view.reduced));
    }
  });
}

template <class R, class T>
void run_stored_as(const Call& call) {
  const auto& plan = *static_cast<const ReductionPlan*>(call.prepared);
  const T* x = call.in[0].as<T>();
  float* y = call.out[0].as<float>();
  if (plan.view.inner == 1) return rows<R>(x, y, plan, call.workspace);
  // With one chunk the result's own memory serves.
  columns<R>(x, y, plan, plan.chunks > 1 ? reinterpret_cast<float*>(call.workspace) : y);
}

template <class R>
void run(const Call& call) noexcept {
  if (call.in[0].dtype == DType::bfloat16) run_stored_as<R, bfloat16>(call);
  else run_stored_as<R, float>(call);
}

// ------------------------------------------------------------------------------------------------ the index of the
// largest

template <class R, class Better>
int32_t find(const float* x, int64_t size) {
  const float best = float(reduce_row<R>(x, size));
  const V wanted = set(best);
  const bool is_number = best == best;
  for (int64_t i = 0; i < size; i += kLanes) {
    const int64_t left = std::min(size - i, kLanes);
    const V v = left == kLanes ? hn::LoadU(kF, x + i) : load_some(kF, x + i, left);
    const VM same = is_number ? hn::Eq(v, wanted) : hn::Not(hn::Eq(v, v));
    const auto at = hn::FindFirstTrue(kF, hn::And(same, hn::FirstN(kF, size_t(left))));
    if (at >= 0) return int32_t(i + int64_t(at));
  }
  return 0;
}

// Short rows one element after the other.
template <class Better>
int32_t find_among_few(const float* x, int64_t size) {
  int64_t found = 0;
  for (int64_t i = 0; i < size; ++i) {
    if (x[i] != x[i]) return int32_t(i);
    if (Better()(x[i], x[found])) found = i;
  }
  return int32_t(found);
}

template <class R, class Better>
void find_all(const Call& call) noexcept {
  const Operand& in = call.in[0];
  const int64_t size = in.dim(-1), count = call.out[0].size;
  const float* x = in.as<float>();
  int32_t* y = call.out[0].as<int32_t>();
  for_ranges(
      count, std::max<int64_t>(kElementsPerThread / std::max<int64_t>(size, 1), 1), [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row)
          y[row] = size <= 24 ? find_among_few<Better>(x + row * size, size) : find<R, Better>(x + row * size, size);
      });
}

// ------------------------------------------------------------------------------------------------ norm, gradient of a
// mean

// In double throughout: the squares of small numbers would vanish.
double sum_of_squares(const float* x, int64_t count) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> half;
  const int64_t step = int64_t(hn::Lanes(d));
  auto a = hn::Zero(d), b = a;
  int64_t i = 0;
  for (; i + 2 * step <= count; i += 2 * step) {
    const auto u = hn::PromoteTo(d, hn::LoadU(half, x + i)), v = hn::PromoteTo(d, hn::LoadU(half, x + i + step));
    a = hn::MulAdd(u, u, a);
    b = hn::MulAdd(v, v, b);
  }
  double total = hn::GetLane(hn::SumOfLanes(d, hn::Add(a, b)));
  for (; i < count; ++i) total += double(x[i]) * double(x[i]);
  return total;
}

void global_norm(const Call& call) noexcept {
  double total = 0;
  auto* partial = reinterpret_cast<double*>(call.workspace);
  for (const Operand& in : call.in) {
    const int64_t chunks = divide_up(in.size, kRowChunk);
    for_ranges(chunks, kElementsPerThread / kRowChunk, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i)
        partial[i] = sum_of_squares(in.as<float>() + i * kRowChunk, std::min(kRowChunk, in.size - i * kRowChunk));
    });
    for (int64_t i = 0; i < chunks; ++i) total += partial[i];
  }
  *call.out[0].as<float>() = float(std::sqrt(total));
}

void mean_gradient(const Call& call) noexcept {
  const ReductionView view = static_cast<const ReductionPlan*>(call.prepared)->view;
  const float* dy = call.in[0].as<float>();
  float* dx = call.out[0].as<float>();
  const double count = double(view.reduced);
  if (view.inner == 1) {
    for_ranges(view.outer, kElementsPerThread / std::max<int64_t>(view.reduced, 1) + 1,
               [&](int64_t begin, int64_t end) HWY_ATTR {
                 for (int64_t i = begin; i < end; ++i)
                   fill(dx + i * view.reduced, float(double(dy[i]) / count), view.reduced);
               });
    return;
  }
  const int64_t block = view.reduced * view.inner;
  for_ranges(view.outer, kElementsPerThread / std::max<int64_t>(block, 1) + 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      float* first = dx + i * block;
      if (block == 0) continue;
      for (int64_t k = 0; k < view.inner; ++k) first[k] = float(double(dy[i * view.inner + k]) / count);
      for (int64_t r = 1; r < view.reduced; ++r)
        std::memcpy(first + r * view.inner, first, size_t(view.inner) * sizeof(float));
    }
  });
}

// ------------------------------------------------------------------------------------------------ choice

std::optional<ReductionView> view_of(const KernelQuery& query, const Shape& whole) {
  if (whole.rank() > 16) return std::nullopt;
  return reduction_view(whole, query.options<ReductionAttributes>().reduced(whole.rank()));
}

bool is_float32(const KernelQuery& query) { return query.inputs[0].dtype == DType::float32; }
bool supports(const KernelQuery& query) {
  const bool reads = is_float32(query) || query.inputs[0].dtype == DType::bfloat16;
  return reads && query.outputs()[0].dtype == DType::float32 && view_of(query, query.inputs[0].shape);
}

std::shared_ptr<const void> prepare(const KernelQuery& query) {
  ReductionPlan plan;
  plan.view = *view_of(query, query.inputs[0].shape);
  plan.chunk = plan.view.inner == 1 ? kRowChunk : kColumnChunk;
  plan.chunks = std::max<int64_t>(divide_up(plan.view.reduced, plan.chunk), 1);
  return std::make_shared<const ReductionPlan>(plan);
}

size_t workspace(const KernelQuery&, const void* prepared) {
  const auto& plan = *static_cast<const ReductionPlan*>(prepared);
  if (plan.chunks == 1) return 0;
  if (plan.view.inner == 1) return plan.view.outer < 8 ? size_t(plan.view.outer * plan.chunks) * sizeof(double) : 0;
  return size_t(plan.view.outer * plan.chunks * plan.view.inner) * sizeof(float);
}

bool supports_gradient(const KernelQuery& query) {
  return is_float32(query) && view_of(query, query.outputs()[0].shape);
}
std::shared_ptr<const void> prepare_gradient(const KernelQuery& query) {
  return std::make_shared<const ReductionPlan>(ReductionPlan{*view_of(query, query.outputs()[0].shape)});
}

bool supports_find(const KernelQuery& query) {
  const Shape& shape = query.inputs[0].shape;
  return is_float32(query) && shape.rank() > 0 && query.options<ArgumentAttributes>().axis == shape.rank() - 1;
}

size_t norm_workspace(const KernelQuery& query, const void*) {
  int64_t most = 0;
  for (const Spec& spec : query.inputs) most = std::max(most, divide_up(spec.shape.size().value(), kRowChunk));
  return size_t(most) * sizeof(double);
}

std::vector<Kernel> kernels() {
  const auto reduction = [](std::string_view op, KernelFunction function) {
    return Kernel{.op = op,
                  .name = "chunks",
                  .run = function,
                  .supports = supports,
                  .prepare = prepare,
                  .workspace = workspace,
                  .mixed = true};
  };
  return {reduction("sum", run<Sum>),
          reduction("mean", run<Mean>),
          reduction("max", run<Max>),
          reduction("min", run<Min>),
          {"argmax", "rows", find_all<Max, std::greater<>>, supports_find},
          {"argmin", "rows", find_all<Min, std::less<>>, supports_find},
          {"mean_gradient", "fill", mean_gradient, supports_gradient, prepare_gradient},
          {"global_norm", "chunks", global_norm, is_float32, nullptr, norm_workspace}};
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
std::vector<Kernel> reduction_kernels() { return HWY_DYNAMIC_DISPATCH(kernels)(); }
}  // namespace cajal::cpu
#endif
