// Batch normalization of images with channels last, and what is fused with it: a residual branch, relu, max pooling,
// and their gradients. x is read twice forward (for the statistics, then to be normalized) and twice backward.
//
// Sums over rows are made chunk by chunk in float and put together in double, in order.
#include "cajal/backends/cpu/internal/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/batch_norm.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <array>
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
template <int rows, class T>
void add_moments(const T* x, const T* shift, float* sum, float* squares, int64_t columns) {
  for_vectors(columns, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(part);
    const V middle = Size::load(shift + i, left);
    V total = Size::load(kF, sum + i, left), total_squares = Size::load(kF, squares + i, left);
    for (int row = 0; row < rows; ++row) {
      const V distance = hn::Sub(Size::load(x + row * columns + i, left), middle);
      total = hn::Add(total, distance);
      total_squares = hn::MulAdd(distance, distance, total_squares);
    }
    Size::store(total, kF, sum + i, left);
    Size::store(total_squares, kF, squares + i, left);
  });
}

// The first row stands for the mean, which is not known yet: what is summed is small, and little is lost.
template <class T>
void sum_moments(const T* x, float* partial, const BatchNormPlan& plan) {
  for_chunks(plan, [&](int64_t chunk, int64_t row, int64_t end) HWY_ATTR {
    float *sum = partial + 2 * chunk * plan.columns, *squares = sum + plan.columns;
    fill(sum, 0, 2 * plan.columns);
    for (; row + 8 <= end; row += 8) {
      ask_ahead(x + row * plan.columns, 8 * plan.columns);
      add_moments<8>(x + row * plan.columns, x, sum, squares, plan.columns);
    }
    for (; row < end; ++row) add_moments<1>(x + row * plan.columns, x, sum, squares, plan.columns);
  });
}

// What a channel's values become, given as vectors of channels.
struct Normal {
  const float *mean, *scale, *beta;
  float limit;

  template <class Size, class T>
  HWY_INLINE V normalized(const T* x, int64_t i, int64_t left) const {
    const V distance = hn::Sub(Size::load(x + i, left), Size::load(kF, mean + i, left));
    return hn::MulAdd(distance, Size::load(kF, scale + i, left), Size::load(kF, beta + i, left));
  }
  HWY_INLINE V bounded(V v) const { return at_most(at_least(v, 0), limit); }
};

template <class T>
Normal make_statistics(const Call& call, const Scratch& scratch) {
  const BatchNormPlan& plan = plan_of(call);
  const T* x = call.in[0].as<T>();
  const float* gamma = call.in[1].as<float>();
  float *mean = call.out[1].as<float>(), *variance = call.out[2].as<float>(), *inverse = call.out[3].as<float>();
  sum_moments(x, scratch.partial, plan);
  add_up(plan, scratch);
  for (int64_t c = 0; c < plan.columns; ++c) {
    const double n = double(plan.rows), distance = scratch.total[c] / n;
    const double spread = std::max(scratch.total[plan.columns + c] / n - distance * distance, 0.0);
    mean[c] = float(double(float(x[c])) + distance);
    variance[c] = float(spread);
    inverse[c] = float(1 / std::sqrt(spread + plan.epsilon));
    // As the gradient makes it, which has to find the same y.
    scratch.columns[c] = float(double(gamma[c]) * double(inverse[c]));
  }
  return {mean, scratch.columns, call.in[2].as<float>(), plan.limit};
}

enum class Residual { none, before_relu, after_relu };

template <Residual residual, class Size, class T>
HWY_INLINE V load_other(const T* other, int64_t at, int64_t left) {
  if constexpr (residual == Residual::none) return zero();
  else return Size::load(other + at, left);
}

template <bool relu, Residual residual>
HWY_INLINE V finished(const Normal& normal, V v, V other) {
  if constexpr (residual == Residual::before_relu) v = hn::Add(v, other);
  if constexpr (relu) v = normal.bounded(v);
  if constexpr (residual == Residual::after_relu) v = hn::Add(v, other);
  return v;
}

template <class T, bool relu, Residual residual>
void normalize(const Call& call, const Normal& normal) {
  const BatchNormPlan& plan = plan_of(call);
  const T *x = call.in[0].as<T>(), *other = residual == Residual::none ? x : call.in[3].as<T>();
  T* y = call.out[0].as<T>();
  for_chunks(plan, [&](int64_t, int64_t row, int64_t end) HWY_ATTR {
    for (; row < end; ++row) {
      const int64_t start = row * plan.columns;
      // Of float32 the processor itself sees enough coming here.
      if constexpr (sizeof(T) == 2) {
        ask_ahead(x + start, plan.columns);
        if constexpr (residual != Residual::none) ask_ahead(other + start, plan.columns);
      }
      for_vectors(plan.columns, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
        using Size = decltype(part);
        const V v = normal.normalized<Size>(x + start, i, left);
        Size::store(finished<relu, residual>(normal, v, load_other<residual, Size>(other, start + i, left)),
                    y + start + i, left);
      });
    }
  });
}

// One row of windows: the largest values, and which of the window they are.
template <bool relu, Residual residual, class T>
void pool_row(const BatchNormPlan& plan, const Normal& normal, const T* x, const T* other, T* y, uint8_t* index) {
  const int64_t columns = plan.columns, count = int64_t(plan.offsets.size());
  const int64_t* offsets = plan.offsets.data();
  const int64_t line = plan.width * columns, next = plan.window_height * line * int64_t(sizeof(T));
  for (int64_t w = 0; w < plan.out_width; ++w) {
    const int64_t first = w * plan.window_width * columns;
    for (int64_t a = 0; a < plan.window_height; ++a) {
      ask_ahead(x + first + a * line, plan.window_width * columns, next);
      if constexpr (residual != Residual::none) ask_ahead(other + first + a * line, plan.window_width * columns, next);
    }
    for_vectors(columns, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
      using Size = decltype(part);
      const V mean = Size::load(kF, normal.mean + i, left), scale = Size::load(kF, normal.scale + i, left);
      const V beta = Size::load(kF, normal.beta + i, left);
      auto value = [&](int64_t at) HWY_ATTR {
        const V v = hn::MulAdd(hn::Sub(Size::load(x + at, left), mean), scale, beta);
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
      Size::store(largest, y + w * columns + i, left);
      Size::store(hn::DemoteTo(kB, winner), kB, index + w * columns + i, left);
    });
  }
}

template <class T, bool relu, Residual residual>
void normalize_and_pool(const Call& call, const Normal& normal) {
  const BatchNormPlan& plan = plan_of(call);
  const T *x = call.in[0].as<T>(), *other = residual == Residual::none ? x : call.in[3].as<T>();
  const int64_t image = plan.height * plan.width * plan.columns, line = plan.out_width * plan.columns;
  const int64_t rows = plan.rows / (plan.height * plan.width) * plan.out_height;
  const int64_t work = std::max<int64_t>(line * plan.window_height * plan.window_width, 1);
  for_ranges(rows, std::max<int64_t>(kElementsPerThread / work, 1), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const int64_t start =
          row / plan.out_height * image + row % plan.out_height * plan.window_height * plan.width * plan.columns;
      pool_row<relu, residual>(plan, normal, x + start, other + start, call.out[0].as<T>() + row * line,
                               call.out[4].as<uint8_t>() + row * line);
    }
  });
}

template <class T, bool relu, Residual residual>
void finish(const Call& call, const Normal& normal) {
  if (plan_of(call).pool) normalize_and_pool<T, relu, residual>(call, normal);
  else normalize<T, relu, residual>(call, normal);
}

template <class T>
void run_stored_as(const Call& call) {
  const BatchNormPlan& plan = plan_of(call);
  const Normal normal = make_statistics<T>(call, Scratch(call));
  if (plan.residual_after) return finish<T, true, Residual::after_relu>(call, normal);
  if (plan.residual_before && plan.relu) return finish<T, true, Residual::before_relu>(call, normal);
  if (plan.residual_before) return finish<T, false, Residual::before_relu>(call, normal);
  if (plan.relu) return finish<T, true, Residual::none>(call, normal);
  finish<T, false, Residual::none>(call, normal);
}

void run(const Call& call) noexcept {
  if (call.in[0].dtype == DType::bfloat16) run_stored_as<bfloat16>(call);
  else run_stored_as<float>(call);
}

// ------------------------------------------------------------------------------------------------ gradient

// dy as it is.
template <class T>
struct Given {
  using Stored = T;
  const T* dy;
  struct Row {
    const T* dy;
  };
  Given(const Call& call, const BatchNormPlan&) : dy(call.in[4].as<T>()) {}
  Row row(const BatchNormPlan& plan, int64_t number) const { return {dy + number * plan.columns}; }
  static HWY_INLINE void ask(const Row& row, int64_t columns) { ask_ahead(row.dy, columns); }
  template <class Size>
  static HWY_INLINE V load(const Row& row, int64_t i, int64_t left) {
    return Size::load(row.dy + i, left);
  }
};

// dy of a pooled image: at the places that won.
template <class T>
struct Spread {
  using Stored = T;
  const T* dy;
  const uint8_t* index;
  struct Row {
    const T* dy;
    const uint8_t* index;
    int32_t element;  // of the window
  };
  Spread(const Call& call, const BatchNormPlan&)
      : dy(call.in[4].as<T>()), index(call.in[call.in.size() - 1].as<uint8_t>()) {}
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
  // Once for each window.
  static HWY_INLINE void ask(const Row& row, int64_t columns) {
    if (row.element != 0) return;
    ask_ahead(row.dy, columns);
    ask_ahead(row.index, columns);
  }
  template <class Size>
  static HWY_INLINE V load(const Row& row, int64_t i, int64_t left) {
    const VI winner = hn::PromoteTo(kI, Size::load(kB, row.index + i, left));
    const VM won = hn::RebindMask(kF, hn::Eq(winner, hn::Set(kI, row.element)));
    return hn::IfThenElseZero(won, Size::load(row.dy + i, left));
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
  HWY_INLINE void ask(int64_t, int64_t) const {}
  template <class Size>
  HWY_INLINE V operator()(V dy, V, int64_t, int64_t, int64_t) const {
    return dy;
  }
};
template <class T>
struct FromY {
  const T* y;
  V limit;
  HWY_INLINE void ask(int64_t start, int64_t count) const { ask_ahead(y + start, count); }
  template <class Size>
  HWY_INLINE V operator()(V dy, V, int64_t start, int64_t i, int64_t left) const {
    const V v = Size::load(y + start + i, left);
    return passed(dy, v, limit);
  }
};
struct FromX {
  const float *scale, *beta;
  V limit;
  HWY_INLINE void ask(int64_t, int64_t) const {}
  template <class Size>
  HWY_INLINE V operator()(V dy, V distance, int64_t, int64_t i, int64_t left) const {
    const V v = hn::MulAdd(distance, Size::load(kF, scale + i, left), Size::load(kF, beta + i, left));
    return passed(dy, v, limit);
  }
};

template <class Source, class Mask>
class Gradient {
 public:
  using T = typename Source::Stored;
  Gradient(const Call& call, const Mask& mask, const Scratch& scratch)
      : plan_(plan_of(call)),
        call_(call),
        scratch_(scratch),
        source_(call, plan_),
        mask_(mask),
        x_(call.in[0].as<T>()),
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
    T* dx = call_.out[0].as<T>();
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
    for (int r = 0; r < rows; ++r) {
      row[r] = source_.row(plan_, first + r);
      Source::ask(row[r], columns);
    }
    ask_ahead(x_ + start, rows * columns);
    mask_.ask(start, rows * columns);
    for_vectors(columns, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
      using Size = decltype(part);
      const V middle = Size::load(kF, mean_ + i, left);
      V product = Size::load(kF, along + i, left), sum = Size::load(kF, total + i, left);
      for (int r = 0; r < rows; ++r) {
        const V distance = hn::Sub(Size::load(x_ + start + r * columns + i, left), middle);
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
  void finish(int64_t number, T* dx) const {
    const int64_t columns = plan_.columns, start = number * columns;
    const float *a = scratch_.columns, *b = a + columns, *c = b + columns;
    const typename Source::Row row = source_.row(plan_, number);
    ask_ahead(x_ + start, columns);
    if constexpr (kept) {
      ask_ahead(masked_ + start, columns);
    } else {
      Source::ask(row, columns);
      mask_.ask(start, columns);
    }
    for_vectors(columns, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
      using Size = decltype(part);
      const V distance = hn::Sub(Size::load(x_ + start + i, left), Size::load(kF, mean_ + i, left));
      V dy;
      if constexpr (kept) dy = Size::load(kF, masked_ + start + i, left);
      else dy = mask_.template operator()<Size>(Source::template load<Size>(row, i, left), distance, start, i, left);
      const V rest = hn::MulAdd(distance, Size::load(kF, b + i, left), Size::load(kF, c + i, left));
      Size::store(hn::MulAdd(dy, Size::load(kF, a + i, left), rest), dx + start + i, left);
    });
  }

  const BatchNormPlan& plan_;
  const Call& call_;
  const Scratch& scratch_;
  const Source source_;
  const Mask mask_;
  const T* x_;
  const float* mean_;
  float* masked_;
};

template <class Source>
void run_gradient_of(const Call& call) {
  const BatchNormPlan& plan = plan_of(call);
  const Scratch scratch(call);
  if (plan.from_y) {
    using Mask = FromY<typename Source::Stored>;
    return Gradient<Source, Mask>(call, {call.in[5].as<typename Source::Stored>(), limit_of(plan)}, scratch).run();
  }
  if (!plan.from_x) return Gradient<Source, Through>(call, {}, scratch).run();
  // The scale is `a` of the gradient too, made early.
  const float *gamma = call.in[1].as<float>(), *inverse = call.in[3].as<float>();
  for (int64_t c = 0; c < plan.columns; ++c) scratch.columns[c] = float(double(gamma[c]) * double(inverse[c]));
  Gradient<Source, FromX>(call, {scratch.columns, call.in[5].as<float>(), limit_of(plan)}, scratch).run();
}

template <class T>
void run_gradient_stored_as(const Call& call) {
  if (plan_of(call).pool) run_gradient_of<Spread<T>>(call);
  else run_gradient_of<Given<T>>(call);
}

void run_gradient(const Call& call) noexcept {
  if (call.in[0].dtype == DType::bfloat16) run_gradient_stored_as<bfloat16>(call);
  else run_gradient_stored_as<float>(call);
}

// ------------------------------------------------------------------------------------------------ choice

// Channels last.
bool fits(const KernelQuery& query) {
  const auto view = normalization_view(query.inputs[0].shape, query.options<NormalizationAttributes>());
  return view && view->outer == 1 && view->reduced > 0 && view->inner > 0;
}

// Images are float32 or bfloat16, all of them; parameters and statistics are float32.
template <size_t kImages>
bool are_typed(const std::vector<Spec>& specs, const std::array<size_t, kImages>& images, DType image) {
  for (size_t i = 0; i < specs.size(); ++i) {
    const bool is_image = std::find(images.begin(), images.end(), i) != images.end();
    const bool is_index = specs[i].dtype == DType::uint8 || specs[i].dtype == DType::int32;
    if (!is_index && specs[i].dtype != (is_image ? image : DType::float32)) return false;
  }
  return image == DType::float32 || image == DType::bfloat16;
}

bool supports(const KernelQuery& query) {
  const DType image = query.inputs[0].dtype;
  return fits(query) && are_typed<2>(query.inputs, {0, 3}, image) && are_typed<1>(query.outputs(), {0}, image);
}

bool supports_gradient(const KernelQuery& query) {
  const DType image = query.inputs[0].dtype;
  const bool reads_y = query.node.op == &fused_batch_norm_gradient_op() &&
                       query.options<FusedBatchNormGradient>().mask == FusedBatchNormGradient::Mask::from_y;
  return fits(query) && are_typed<3>(query.inputs, {0, 4, reads_y ? 5u : 4u}, image) &&
         are_typed<1>(query.outputs(), {0}, image);
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
  const auto kernel = [](std::string_view op, KernelFunction function, bool (*takes)(const KernelQuery&),
                         std::shared_ptr<const void> (*prepares)(const KernelQuery&)) {
    return Kernel{.op = op,
                  .name = "channels last",
                  .run = function,
                  .supports = takes,
                  .prepare = prepares,
                  .workspace = workspace,
                  .mixed = true};
  };
  return {kernel("batch_norm_training", run, supports, prepare),
          kernel("batch_norm_gradient", run_gradient, supports_gradient, prepare),
          kernel("fused_batch_norm", run, supports, prepare_fused),
          kernel("fused_batch_norm_gradient", run_gradient, supports_gradient, prepare_fused_gradient)};
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
