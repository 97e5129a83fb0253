// Batch normalization of images with channels last, and what is fused with it: a residual branch, relu, max pooling,
// and their gradients. x is read twice forward (for the statistics, then to be normalized) and twice backward.
//
// Sums over rows are made chunk by chunk in float and put together in double, in order.
#include "cajal/backends/cpu/internal/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/batch_norm.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <cmath>
#include <vector>

#include "cajal/backends/cpu/internal/math-inl.h"
#include "cajal/backends/cpu/internal/normalization.h"
#include "cajal/backends/cpu/internal/vector-inl.h"
#include "cajal/program/fused.h"

#ifndef CAJAL_BACKENDS_CPU_BATCH_NORM_PLAN_
#define CAJAL_BACKENDS_CPU_BATCH_NORM_PLAN_
namespace cajal::cpu {
namespace {
struct BatchNormPlan : NormalizationPlan {
  bool relu = false, residual_before = false, residual_after = false, pool = false;
  bool from_x = false, from_y = false, masked = false;
  float limit = std::numeric_limits<float>::infinity();
  int64_t height = 1, width = 1, out_height = 1, out_width = 1, window_height = 1, window_width = 1;
  std::vector<int64_t> offsets;  // of a window's elements from its first

  // The partial sums of two numbers per column, these in double, and three floats per column.
  size_t partial_bytes() const { return size_t(round_up(2 * chunks * columns * 4, 64)); }
  size_t total_bytes() const { return size_t(round_up(2 * columns * 8, 64)); }
  size_t workspace() const { return partial_bytes() + total_bytes() + size_t(3 * columns) * 4; }
};
}  // namespace
}  // namespace cajal::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

const BatchNormPlan& plan_of(const Call& call) { return *static_cast<const BatchNormPlan*>(call.prepared); }

struct Scratch {
  float* partial;  // [chunks, 2, columns]
  double* total;   // [2, columns]
  float* columns;  // [3, columns]
  explicit Scratch(const Call& call)
      : partial(reinterpret_cast<float*>(call.workspace)),
        total(reinterpret_cast<double*>(call.workspace + plan_of(call).partial_bytes())),
        columns(
            reinterpret_cast<float*>(call.workspace + plan_of(call).partial_bytes() + plan_of(call).total_bytes())) {}
};

// The partial sums added up in double, in the order of the chunks.
void add_up(const BatchNormPlan& plan, const Scratch& scratch) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> half;
  const int64_t step = int64_t(hn::Lanes(d)), count = 2 * plan.columns;
  const int64_t least = std::max<int64_t>(4 * kElementsPerThread / std::max<int64_t>(plan.chunks, 1), 64);
  for_ranges(count, round_up(least, 16), [&](int64_t begin, int64_t end) HWY_ATTR {
    std::fill(scratch.total + begin, scratch.total + end, 0.0);
    for (int64_t chunk = 0; chunk < plan.chunks; ++chunk) {
      const float* from = scratch.partial + chunk * count;
      int64_t i = begin;
      for (; i + step <= end; i += step)
        hn::StoreU(hn::Add(hn::LoadU(d, scratch.total + i), hn::PromoteTo(d, hn::LoadU(half, from + i))), d,
                   scratch.total + i);
      for (; i < end; ++i) scratch.total[i] += double(from[i]);
    }
  });
}

// ------------------------------------------------------------------------------------------------ forward

// Adds rows of x - shift and their squares to the sums.
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
void sum_moments(const float* x, float* partial, const BatchNormPlan& plan) {
  for_chunks(plan, [&](int64_t chunk, int64_t row, int64_t end) HWY_ATTR {
    float *sum = partial + 2 * chunk * plan.columns, *squares = sum + plan.columns;
    fill(sum, 0, 2 * plan.columns);
    for (; row + 8 <= end; row += 8) add_moments<8>(x + row * plan.columns, x, sum, squares, plan.columns);
    for (; row < end; ++row) add_moments<1>(x + row * plan.columns, x, sum, squares, plan.columns);
  });
}

// What a channel's values become, given as vectors of channels.
struct Normal {
  const float *mean, *scale, *beta;
  float limit;

  template <class Size>
  HWY_INLINE V normalized(const float* x, int64_t i, int64_t left) const {
    const V distance = hn::Sub(Size::load(kF, x + i, left), Size::load(kF, mean + i, left));
    return hn::MulAdd(distance, Size::load(kF, scale + i, left), Size::load(kF, beta + i, left));
  }
  HWY_INLINE V bounded(V v) const { return at_most(at_least(v, 0), limit); }
};

Normal make_statistics(const Call& call, const Scratch& scratch) {
  const BatchNormPlan& plan = plan_of(call);
  const float *x = call.in[0].as<float>(), *gamma = call.in[1].as<float>();
  float *mean = call.out[1].as<float>(), *variance = call.out[2].as<float>(), *inverse = call.out[3].as<float>();
  sum_moments(x, scratch.partial, plan);
  add_up(plan, scratch);
  for (int64_t c = 0; c < plan.columns; ++c) {
    const double n = double(plan.rows), distance = scratch.total[c] / n;
    const double spread = std::max(scratch.total[plan.columns + c] / n - distance * distance, 0.0);
    mean[c] = float(double(x[c]) + distance);
    variance[c] = float(spread);
    inverse[c] = float(1 / std::sqrt(spread + plan.epsilon));
    // As the gradient makes it, which has to find the same y.
    scratch.columns[c] = float(double(gamma[c]) * double(inverse[c]));
  }
  return {mean, scratch.columns, call.in[2].as<float>(), plan.limit};
}

enum class Residual { none, before_relu, after_relu };

template <Residual residual, class Size>
HWY_INLINE V load_other(const float* other, int64_t at, int64_t left) {
  if constexpr (residual == Residual::none) return zero();
  else return Size::load(kF, other + at, left);
}

template <bool relu, Residual residual>
HWY_INLINE V finished(const Normal& normal, V v, V other) {
  if constexpr (residual == Residual::before_relu) v = hn::Add(v, other);
  if constexpr (relu) v = normal.bounded(v);
  if constexpr (residual == Residual::after_relu) v = hn::Add(v, other);
  return v;
}

template <bool relu, Residual residual>
void normalize(const Call& call, const Normal& normal) {
  const BatchNormPlan& plan = plan_of(call);
  const float *x = call.in[0].as<float>(), *other = residual == Residual::none ? x : call.in[3].as<float>();
  float* y = call.out[0].as<float>();
  for_chunks(plan, [&](int64_t, int64_t row, int64_t end) HWY_ATTR {
    for (; row < end; ++row) {
      const int64_t start = row * plan.columns;
      for_vectors(plan.columns, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
        using Size = decltype(part);
        const V v = normal.normalized<Size>(x + start, i, left);
        Size::store(finished<relu, residual>(normal, v, load_other<residual, Size>(other, start + i, left)), kF,
                    y + start + i, left);
      });
    }
  });
}

// One row of windows: the largest values, and which of the window they are.
template <bool relu, Residual residual>
void pool_row(const BatchNormPlan& plan, const Normal& normal, const float* x, const float* other, float* y,
              uint8_t* index) {
  const int64_t columns = plan.columns, count = int64_t(plan.offsets.size());
  const int64_t* offsets = plan.offsets.data();
  for (int64_t w = 0; w < plan.out_width; ++w) {
    const int64_t first = w * plan.window_width * columns;
    for_vectors(columns, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
      using Size = decltype(part);
      const V mean = Size::load(kF, normal.mean + i, left), scale = Size::load(kF, normal.scale + i, left);
      const V beta = Size::load(kF, normal.beta + i, left);
      auto value = [&](int64_t at) HWY_ATTR {
        const V v = hn::MulAdd(hn::Sub(Size::load(kF, x + at, left), mean), scale, beta);
        return finished<relu, residual>(normal, v, load_other<residual, Size>(other, at, left));
      };
      V largest = value(first + i);
      VI winner = hn::Zero(kI);
      for (int64_t k = 1; k < count; ++k) {
        const V v = value(first + i + offsets[k]);
        // Larger, or the first NaN.
        const VM wins = hn::AndNot(hn::Le(v, largest), hn::Eq(largest, largest));
        largest = hn::IfThenElse(wins, v, largest);
        winner = hn::IfThenElse(hn::RebindMask(kI, wins), hn::Set(kI, int32_t(k)), winner);
      }
      Size::store(largest, kF, y + w * columns + i, left);
      Size::store(hn::DemoteTo(kB, winner), kB, index + w * columns + i, left);
    });
  }
}

template <bool relu, Residual residual>
void normalize_and_pool(const Call& call, const Normal& normal) {
  const BatchNormPlan& plan = plan_of(call);
  const float *x = call.in[0].as<float>(), *other = residual == Residual::none ? x : call.in[3].as<float>();
  const int64_t image = plan.height * plan.width * plan.columns, line = plan.out_width * plan.columns;
  const int64_t rows = plan.rows / (plan.height * plan.width) * plan.out_height;
  const int64_t work = std::max<int64_t>(line * plan.window_height * plan.window_width, 1);
  for_ranges(rows, std::max<int64_t>(kElementsPerThread / work, 1), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const int64_t start =
          row / plan.out_height * image + row % plan.out_height * plan.window_height * plan.width * plan.columns;
      pool_row<relu, residual>(plan, normal, x + start, other + start, call.out[0].as<float>() + row * line,
                               call.out[4].as<uint8_t>() + row * line);
    }
  });
}

template <bool relu, Residual residual>
void finish(const Call& call, const Normal& normal) {
  if (plan_of(call).pool) normalize_and_pool<relu, residual>(call, normal);
  else normalize<relu, residual>(call, normal);
}

void run(const Call& call) noexcept {
  const BatchNormPlan& plan = plan_of(call);
  const Normal normal = make_statistics(call, Scratch(call));
  if (plan.residual_after) return finish<true, Residual::after_relu>(call, normal);
  if (plan.residual_before && plan.relu) return finish<true, Residual::before_relu>(call, normal);
  if (plan.residual_before) return finish<false, Residual::before_relu>(call, normal);
  if (plan.relu) return finish<true, Residual::none>(call, normal);
  finish<false, Residual::none>(call, normal);
}

// ------------------------------------------------------------------------------------------------ gradient

// dy as it is.
struct Given {
  const float* dy;
  struct Row {
    const float* dy;
  };
  Given(const Call& call, const BatchNormPlan&) : dy(call.in[4].as<float>()) {}
  Row row(const BatchNormPlan& plan, int64_t number) const { return {dy + number * plan.columns}; }
  template <class Size>
  static HWY_INLINE V load(const Row& row, int64_t i, int64_t left) {
    return Size::load(kF, row.dy + i, left);
  }
};

// dy of a pooled image: at the places that won.
struct Spread {
  const float* dy;
  const uint8_t* index;
  struct Row {
    const float* dy;
    const uint8_t* index;
    int32_t element;  // of the window
  };
  Spread(const Call& call, const BatchNormPlan&)
      : dy(call.in[4].as<float>()), index(call.in[call.in.size() - 1].as<uint8_t>()) {}
  Row row(const BatchNormPlan& plan, int64_t number) const {
    const auto place = uint32_t(number % (plan.height * plan.width));
    const int64_t h = place / uint32_t(plan.width), w = place % uint32_t(plan.width);
    const int64_t a = h / plan.window_height, b = w / plan.window_width;
    // What no window reaches gets nothing: no element has this number.
    if (a >= plan.out_height || b >= plan.out_width) return {dy, index, -1};
    const int64_t image = number / (plan.height * plan.width);
    const int64_t at = ((image * plan.out_height + a) * plan.out_width + b) * plan.columns;
    return {dy + at, index + at, int32_t(h % plan.window_height * plan.window_width + w % plan.window_width)};
  }
  template <class Size>
  static HWY_INLINE V load(const Row& row, int64_t i, int64_t left) {
    const VI winner = hn::PromoteTo(kI, Size::load(kB, row.index + i, left));
    const VM won = hn::RebindMask(kF, hn::Eq(winner, hn::Set(kI, row.element)));
    return hn::IfThenElseZero(won, Size::load(kF, row.dy + i, left));
  }
};

// Relu's gradient. A limit that there is not is NaN: no number reaches it.
HWY_INLINE V passed(V dy, V y, V limit) {
  return hn::IfThenElseZero(hn::AndNot(hn::Ge(y, limit), hn::Gt(y, zero())), dy);
}
V limit_of(const BatchNormPlan& plan) {
  return set(std::isinf(plan.limit) ? std::numeric_limits<float>::quiet_NaN() : plan.limit);
}

// Relu's mask: none, from y, from what y was before relu, made again as in `Normal`.
struct Through {
  template <class Size>
  HWY_INLINE V operator()(V dy, V, int64_t, int64_t, int64_t) const {
    return dy;
  }
};
struct FromY {
  const float* y;
  V limit;
  template <class Size>
  HWY_INLINE V operator()(V dy, V, int64_t start, int64_t i, int64_t left) const {
    const V v = Size::load(kF, y + start + i, left);
    return passed(dy, v, limit);
  }
};
struct FromX {
  const float *scale, *beta;
  V limit;
  template <class Size>
  HWY_INLINE V operator()(V dy, V distance, int64_t, int64_t i, int64_t left) const {
    const V v = hn::MulAdd(distance, Size::load(kF, scale + i, left), Size::load(kF, beta + i, left));
    return passed(dy, v, limit);
  }
};

template <class Source, class Mask>
class Gradient {
 public:
  Gradient(const Call& call, const Mask& mask, const Scratch& scratch)
      : plan_(plan_of(call)),
        call_(call),
        scratch_(scratch),
        source_(call, plan_),
        mask_(mask),
        x_(call.in[0].as<float>()),
        mean_(call.in[2].as<float>()),
        masked_(plan_.masked ? call.out[3].as<float>() : nullptr) {}

  void run() {
    for_chunks(plan_, [&](int64_t chunk, int64_t row, int64_t end) HWY_ATTR {
      float* along = scratch_.partial + 2 * chunk * plan_.columns;
      fill(along, 0, 2 * plan_.columns);
      for (; row + 4 <= end; row += 4) masked_ ? add<4, true>(row, along) : add<4, false>(row, along);
      for (; row < end; ++row) masked_ ? add<1, true>(row, along) : add<1, false>(row, along);
    });
    add_up(plan_, scratch_);
    make_factors();
    float* dx = call_.out[0].as<float>();
    for_chunks(plan_, [&](int64_t, int64_t row, int64_t end) HWY_ATTR {
      for (; row < end; ++row) masked_ ? finish<true>(row, dx) : finish<false>(row, dx);
    });
  }

 private:
  template <int rows, bool keeps>
  void add(int64_t first, float* along) const {
    const int64_t columns = plan_.columns, start = first * columns;
    float* total = along + columns;
    typename Source::Row row[rows];
    for (int r = 0; r < rows; ++r) row[r] = source_.row(plan_, first + r);
    for_vectors(columns, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
      using Size = decltype(part);
      const V middle = Size::load(kF, mean_ + i, left);
      V product = Size::load(kF, along + i, left), sum = Size::load(kF, total + i, left);
      for (int r = 0; r < rows; ++r) {
        const V distance = hn::Sub(Size::load(kF, x_ + start + r * columns + i, left), middle);
        const V dy = mask_.template operator()<Size>(Source::template load<Size>(row[r], i, left), distance,
                                                     start + r * columns, i, left);
        if constexpr (keeps) Size::store(dy, kF, masked_ + start + r * columns + i, left);
        product = hn::MulAdd(dy, distance, product);
        sum = hn::Add(sum, dy);
      }
      Size::store(product, kF, along + i, left);
      Size::store(sum, kF, total + i, left);
    });
  }

  // dx = a dy + b (x - mean) + c
  void make_factors() const {
    const int64_t columns = plan_.columns;
    const float *gamma = call_.in[1].as<float>(), *inverse = call_.in[3].as<float>();
    float *a = scratch_.columns, *b = a + columns, *c = b + columns;
    for (int64_t i = 0; i < columns; ++i) {
      const double stddev = double(inverse[i]), n = double(plan_.rows);
      const double dgamma = scratch_.total[i] * stddev, dbeta = scratch_.total[columns + i];
      call_.out[1].as<float>()[i] = float(dgamma);
      call_.out[2].as<float>()[i] = float(dbeta);
      const double factor = double(gamma[i]) * stddev;
      a[i] = float(factor);
      b[i] = float(-factor * stddev * dgamma / n);
      c[i] = float(-factor * dbeta / n);
    }
  }

  template <bool kept>
  void finish(int64_t number, float* dx) const {
    const int64_t columns = plan_.columns, start = number * columns;
    const float *a = scratch_.columns, *b = a + columns, *c = b + columns;
    const typename Source::Row row = source_.row(plan_, number);
    for_vectors(columns, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
      using Size = decltype(part);
      const V distance = hn::Sub(Size::load(kF, x_ + start + i, left), Size::load(kF, mean_ + i, left));
      V dy;
      if constexpr (kept) dy = Size::load(kF, masked_ + start + i, left);
      else dy = mask_.template operator()<Size>(Source::template load<Size>(row, i, left), distance, start, i, left);
      const V rest = hn::MulAdd(distance, Size::load(kF, b + i, left), Size::load(kF, c + i, left));
      Size::store(hn::MulAdd(dy, Size::load(kF, a + i, left), rest), kF, dx + start + i, left);
    });
  }

  const BatchNormPlan& plan_;
  const Call& call_;
  const Scratch& scratch_;
  const Source source_;
  const Mask mask_;
  const float *x_, *mean_;
  float* masked_;
};

template <class Source>
void run_gradient_of(const Call& call) {
  const BatchNormPlan& plan = plan_of(call);
  const Scratch scratch(call);
  if (plan.from_y) return Gradient<Source, FromY>(call, {call.in[5].as<float>(), limit_of(plan)}, scratch).run();
  if (!plan.from_x) return Gradient<Source, Through>(call, {}, scratch).run();
  // The scale is `a` of the gradient too, made early.
  const float *gamma = call.in[1].as<float>(), *inverse = call.in[3].as<float>();
  for (int64_t c = 0; c < plan.columns; ++c) scratch.columns[c] = float(double(gamma[c]) * double(inverse[c]));
  Gradient<Source, FromX>(call, {scratch.columns, call.in[5].as<float>(), limit_of(plan)}, scratch).run();
}

void run_gradient(const Call& call) noexcept {
  if (plan_of(call).pool) run_gradient_of<Spread>(call);
  else run_gradient_of<Given>(call);
}

// ------------------------------------------------------------------------------------------------ choice

// Channels last.
bool supports(const KernelQuery& query) {
  const Shape& shape = query.inputs[0].shape;
  const auto view = normalization_view(shape, query.options<NormalizationAttributes>());
  const bool floats = std::all_of(query.inputs.begin(), query.inputs.begin() + 3,
                                  [](const Spec& s) { return s.dtype == DType::float32; });
  return floats && view && view->outer == 1 && view->reduced > 0 && view->inner > 0;
}

BatchNormPlan plain_plan(const KernelQuery& query) {
  const auto& attributes = query.options<NormalizationAttributes>();
  const auto view = normalization_view(query.inputs[0].shape, attributes);
  BatchNormPlan plan;
  static_cast<NormalizationPlan&>(plan) = normalization_plan(view->reduced, view->inner, attributes.epsilon);
  return plan;
}

std::shared_ptr<const void> prepare(const KernelQuery& query) {
  return std::make_shared<const BatchNormPlan>(plain_plan(query));
}

void add_window(BatchNormPlan& plan, const Shape& image, const PoolAttributes& window, const Shape& pooled) {
  plan.pool = true;
  plan.height = image[1].value(), plan.width = image[2].value();
  plan.out_height = pooled[1].value(), plan.out_width = pooled[2].value();
  plan.window_height = window.window[0], plan.window_width = window.window[1];
  for (int64_t a = 0; a < plan.window_height; ++a)
    for (int64_t b = 0; b < plan.window_width; ++b) plan.offsets.push_back((a * plan.width + b) * plan.columns);
}

std::shared_ptr<const void> prepare_fused(const KernelQuery& query) {
  const auto& fused = query.options<FusedBatchNorm>();
  BatchNormPlan plan = plain_plan(query);
  plan.relu = fused.relu;
  plan.limit = fused.limit;
  plan.residual_before = fused.residual == FusedBatchNorm::Residual::before_relu;
  plan.residual_after = fused.residual == FusedBatchNorm::Residual::after_relu;
  if (fused.pool) add_window(plan, query.inputs[0].shape, fused.window, query.outputs()[0].shape);
  return std::make_shared<const BatchNormPlan>(plan);
}

std::shared_ptr<const void> prepare_fused_gradient(const KernelQuery& query) {
  const auto& fused = query.options<FusedBatchNormGradient>();
  BatchNormPlan plan = plain_plan(query);
  plan.limit = fused.limit;
  plan.from_x = fused.mask == FusedBatchNormGradient::Mask::from_x;
  plan.from_y = fused.mask == FusedBatchNormGradient::Mask::from_y;
  plan.masked = fused.masked;
  if (fused.pool) add_window(plan, query.inputs[0].shape, fused.window, query.inputs[4].shape);
  return std::make_shared<const BatchNormPlan>(plan);
}

size_t workspace(const KernelQuery&, const void* prepared) {
  return static_cast<const BatchNormPlan*>(prepared)->workspace();
}

std::vector<Kernel> kernels() {
  return {{"batch_norm_training", "channels last", run, supports, prepare, workspace},
          {"batch_norm_gradient", "channels last", run_gradient, supports, prepare, workspace},
          {"fused_batch_norm", "channels last", run, supports, prepare_fused, workspace},
          {"fused_batch_norm_gradient", "channels last", run_gradient, supports, prepare_fused_gradient, workspace}};
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
std::vector<Kernel> batch_norm_kernels() { return HWY_DYNAMIC_DISPATCH(kernels)(); }
}  // namespace cajal::cpu
#endif
