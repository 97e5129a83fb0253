// Pooling of images with channels last, in one, two or three dimensions, and its gradients: vectors of channels.
//
// A gradient is gathered: each place of the image looks at the windows that it lies in, so that it is written once.
// Which windows these are is found out when the plan is made, axis by axis.
#include "cajal/backends/cpu/internal/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/pool.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <algorithm>
#include <array>
#include <type_traits>
#include <vector>

#include "cajal/backends/cpu/internal/parts.h"
#include "cajal/backends/cpu/internal/vector-inl.h"
#include "cajal/ops/pooling_attributes.h"
#include "cajal/program/kernel.h"

#ifndef CAJAL_BACKENDS_CPU_POOL_PLAN_
#define CAJAL_BACKENDS_CPU_POOL_PLAN_
namespace cajal::cpu {
namespace {

// A place of the image below an element of the window, or a result whose window has that element above a place.
struct Pair {
  int64_t place, element;
};

// Along one axis: for each place of the side that is written, what it is made of on the other side.
struct PoolAxis {
  int64_t image = 1, result = 1, window = 1;
  std::vector<Pair> pairs;
  std::vector<int64_t> first;  // of the pairs of each place; one more than there are places
  std::vector<float> share;    // of each result: 1 / how many elements its mean has along this axis

  std::span<const Pair> at(int64_t place) const {
    return {pairs.data() + first[size_t(place)], size_t(first[size_t(place) + 1] - first[size_t(place)])};
  }
};

struct PoolPlan {
  int64_t batch = 0, channels = 0;
  std::array<PoolAxis, 3> axes;  // those that the image does not have stand first
  std::vector<int64_t> offsets;  // in the image, of a window's elements from its first
  bool side_by_side = false;     // no place is in two windows, nor is one in a gap; some may be left behind the last
  int64_t step = 0;              // in the image, from a window to the next one along the last axis
  Range whole;                   // the windows along it that lie in the image as a whole
  int64_t elements() const { return int64_t(offsets.size()); }
};

// The numbers of an axis in the lists of the attributes.
struct AxisNumbers {
  int64_t stride, low, dilation;
  bool count_padding;
};

void fill_axis(PoolAxis& axis, const AxisNumbers& n, bool gradient) {
  auto below = [&](int64_t at, int64_t element) { return at * n.stride + element * n.dilation - n.low; };
  auto inside = [&](int64_t place) { return place >= 0 && place < axis.image; };
  for (int64_t at = 0; at < axis.result; ++at) {
    int64_t count = 0;
    for (int64_t element = 0; element < axis.window; ++element) count += inside(below(at, element));
    axis.share.push_back(1 / float(n.count_padding ? axis.window : count));
  }
  axis.first.push_back(0);
  for (int64_t place = 0; place < (gradient ? axis.image : axis.result); ++place) {
    for (int64_t element = 0; element < axis.window; ++element) {
      if (!gradient && inside(below(place, element))) axis.pairs.push_back({below(place, element), element});
      const int64_t start = place + n.low - element * n.dilation;
      if (gradient && start >= 0 && start % n.stride == 0 && start / n.stride < axis.result)
        axis.pairs.push_back({start / n.stride, element});
    }
    axis.first.push_back(int64_t(axis.pairs.size()));
  }
}

void fill_offsets(PoolPlan& plan, const std::array<int64_t, 3>& steps) {
  const auto& axes = plan.axes;
  for (int64_t a = 0; a < axes[0].window; ++a)
    for (int64_t b = 0; b < axes[1].window; ++b)
      for (int64_t c = 0; c < axes[2].window; ++c) {
        const int64_t place = (a * steps[0] * axes[1].image + b * steps[1]) * axes[2].image + c * steps[2];
        plan.offsets.push_back(place * plan.channels);
      }
}

std::shared_ptr<const void> make_plan(const PoolAttributes& a, const Shape& image, const Shape& result, bool gradient) {
  auto plan = std::make_shared<PoolPlan>();
  plan->batch = image[0].value(), plan->channels = image.back().value();
  plan->side_by_side = true;
  const size_t count = a.window.size();
  std::array<int64_t, 3> steps{};
  for (size_t i = 0; i < 3; ++i) {
    PoolAxis& axis = plan->axes[i];
    AxisNumbers numbers{1, 0, 1, false};
    if (i + count >= 3) {
      const size_t k = i + count - 3;
      axis.image = image[int(k) + 1].value(), axis.result = result[int(k) + 1].value(), axis.window = a.window[k];
      numbers = {a.strides[k], a.low[k], a.dilation[k], a.count_padding};
    }
    fill_axis(axis, numbers, gradient);
    plan->side_by_side &= numbers.stride == axis.window && numbers.low == 0 && numbers.dilation == 1 &&
                          axis.result * axis.window <= axis.image;
    steps[i] = numbers.dilation;
    plan->step = numbers.stride * plan->channels;
  }
  fill_offsets(*plan, steps);
  const PoolAxis& last = plan->axes[2];
  const auto is_whole = [&](int64_t at) { return int64_t(last.at(at).size()) == last.window; };
  while (!gradient && plan->whole.begin < last.result && !is_whole(plan->whole.begin)) ++plan->whole.begin;
  plan->whole.end = plan->whole.begin;
  while (!gradient && plan->whole.end < last.result && is_whole(plan->whole.end)) ++plan->whole.end;
  return plan;
}

}  // namespace
}  // namespace cajal::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

const PoolPlan& plan_of(const Call& call) { return *static_cast<const PoolPlan*>(call.prepared); }

// The size of each axis on the side that is written (`to`) and on the other one.
struct Sides {
  std::array<int64_t, 3> to, from;
  Sides(const PoolPlan& plan, bool gradient) {
    for (size_t i = 0; i < 3; ++i) {
      to[i] = gradient ? plan.axes[i].image : plan.axes[i].result;
      from[i] = gradient ? plan.axes[i].result : plan.axes[i].image;
    }
  }
};

// One place that is written.
struct Place {
  int64_t to, from;  // offsets: of the place, and of the other side's image that it belongs to
  int64_t a, b, c;
};

// Calls `body(first place, places)` for each row that is written, several threads sharing the rows.
template <class Body>
void for_written_rows(const PoolPlan& plan, bool gradient, const Body& body) {
  const Sides sides(plan, gradient);
  const int64_t rows = plan.batch * sides.to[0] * sides.to[1], image = sides.from[0] * sides.from[1] * sides.from[2];
  const int64_t work = sides.to[2] * plan.channels * std::min<int64_t>(gradient ? 1 : plan.elements(), 16);
  for_ranges(rows, std::max<int64_t>(kElementsPerThread / std::max<int64_t>(work, 1), 1),
             [&](int64_t begin, int64_t end) {
               for (int64_t row = begin; row < end; ++row) {
                 const int64_t b = row % sides.to[1], rest = row / sides.to[1];
                 const int64_t from = rest / sides.to[0] * image * plan.channels;
                 body(Place{row * sides.to[2] * plan.channels, from, rest % sides.to[0], b, 0}, sides.to[2]);
               }
             });
}

// Calls `body(place)` for each place that is written.
template <class Body>
void for_written(const PoolPlan& plan, bool gradient, const Body& body) {
  for_written_rows(plan, gradient, [&](Place at, int64_t count) HWY_ATTR {
    for (; at.c < count; ++at.c, at.to += plan.channels) body(at);
  });
}

// Calls `body(offset on the other side, number of the element, numbers of the place there)` for all that a place is
// made of, in row-major order of the elements.
template <class Body>
HWY_INLINE void for_sources(const PoolPlan& plan, const std::array<int64_t, 3>& from, const Place& at,
                            const Body& body) {
  for (const Pair& a : plan.axes[0].at(at.a))
    for (const Pair& b : plan.axes[1].at(at.b))
      for (const Pair& c : plan.axes[2].at(at.c)) {
        const int64_t place = (a.place * from[1] + b.place) * from[2] + c.place;
        const int64_t element = (a.element * plan.axes[1].window + b.element) * plan.axes[2].window + c.element;
        body(place * plan.channels, element, a.place, b.place, c.place);
      }
}

// ------------------------------------------------------------------------------------------------ max

template <class Index>
HWY_INLINE VI load_index(const Index* from, auto part, int64_t left) {
  if constexpr (sizeof(Index) == 1) return hn::PromoteTo(kI, decltype(part)::load(kB, from, left));
  else return decltype(part)::load(kI, from, left);
}
template <class Index>
HWY_INLINE void store_index(VI v, Index* to, auto part, int64_t left) {
  if constexpr (sizeof(Index) == 1) decltype(part)::store(hn::DemoteTo(kB, v), kB, to, left);
  else decltype(part)::store(v, kI, to, left);
}

// Larger, or the first NaN.
HWY_INLINE VM wins(V v, V largest) { return hn::AndNot(hn::Le(v, largest), hn::Eq(largest, largest)); }

// `count` windows that lie in the image as a whole, one beside the other, `x` below the first element of the first.
template <int kElements, class T, class Index>
void max_of_windows(const PoolPlan& plan, const T* x, T* y, Index* index, int64_t count) {
  const int64_t* offsets = plan.offsets.data();
  const int64_t elements = kElements ? kElements : plan.elements();
  for (; count > 0; --count, x += plan.step, y += plan.channels, index += plan.channels)
    for_vectors(plan.channels, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
      using Size = decltype(part);
      V largest = Size::load(x + i, left);
      VI winner = hn::Zero(kI), element = winner;
      for (int64_t k = 1; k < elements; ++k) {
        const V v = Size::load(x + offsets[k] + i, left);
        const VM larger = wins(v, largest);
        element = hn::Add(element, hn::Set(kI, 1));
        largest = hn::IfThenElse(larger, v, largest);
        winner = hn::IfThenElse(hn::RebindMask(kI, larger), element, winner);
      }
      Size::put_back(largest, y + i, left);
      store_index(winner, index + i, part, left);
    });
}

// A window of which a part lies outside of the image.
template <class T, class Index>
void max_of_part(const PoolPlan& plan, const std::array<int64_t, 3>& from, const Place& at, const T* x, T* y,
                 Index* index) {
  for_vectors(plan.channels, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(part);
    const T* image = x + at.from + i;
    V largest = zero();
    VI winner = hn::Set(kI, -1);
    for_sources(plan, from, at, [&](int64_t offset, int64_t element, int64_t, int64_t, int64_t) HWY_ATTR {
      const V v = Size::load(image + offset, left);
      const VM first = hn::RebindMask(kF, hn::Lt(winner, hn::Zero(kI))), better = hn::Or(first, wins(v, largest));
      largest = hn::IfThenElse(better, v, largest);
      winner = hn::IfThenElse(hn::RebindMask(kI, better), hn::Set(kI, int32_t(element)), winner);
    });
    Size::put_back(largest, y + at.to + i, left);
    store_index(winner, index + at.to + i, part, left);
  });
}

template <class T, class Index>
void max_pool(const Call& call) {
  const PoolPlan& plan = plan_of(call);
  const std::array<int64_t, 3> from = Sides(plan, false).from;
  const T* x = call.in[0].as<T>();
  T* y = call.out[0].as<T>();
  Index* index = call.out[1].as<Index>();
  const auto windows = plan.elements() == 4 ? max_of_windows<4, T, Index> : max_of_windows<0, T, Index>;
  for_written_rows(plan, false, [&](Place at, int64_t count) {
    const auto a = plan.axes[0].at(at.a), b = plan.axes[1].at(at.b);
    const bool whole = int64_t(a.size()) == plan.axes[0].window && int64_t(b.size()) == plan.axes[1].window;
    for (; at.c < count; ++at.c, at.to += plan.channels) {
      if (whole && at.c == plan.whole.begin && plan.whole.size() > 0) {
        const int64_t first = (a[0].place * from[1] + b[0].place) * from[2] + plan.axes[2].at(at.c)[0].place;
        windows(plan, x + at.from + first * plan.channels, y + at.to, index + at.to, plan.whole.size());
        at.to += plan.whole.size() * plan.channels;
        at.c = plan.whole.end;
        if (at.c == count) break;
      }
      max_of_part(plan, from, at, x, y, index);
    }
  });
}

// Calls `body` with a zero of the type that images are stored in.
template <class Body>
void for_stored(const Call& call, const Body& body) {
  if (call.in[0].dtype == DType::bfloat16) body(bfloat16());
  else body(float());
}

void run_max(const Call& call) noexcept {
  for_stored(call, [&](auto stored) {
    if (call.out[1].dtype == DType::uint8) max_pool<decltype(stored), uint8_t>(call);
    else max_pool<decltype(stored), int32_t>(call);
  });
}

// An index that is no element of a window is reported. The largest of a block is found by vectors; negative ones are
// large without their sign.
template <class Index>
void check(const Call& call, const Index* index, int64_t count) {
  constexpr int64_t block = 4096;
  const auto elements = uint64_t(plan_of(call).elements());
  for_ranges(divide_up(count, block), 8 * kElementsPerThread / block, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin * block; i < std::min(end * block, count); i += block) {
      const Index *first = index + i, *last = index + std::min(i + block, count);
      std::make_unsigned_t<Index> largest = 0;
      for (const Index* at = first; at < last; ++at) largest = std::max(largest, std::make_unsigned_t<Index>(*at));
      if (largest < elements) continue;
      const Index* bad = std::find_if(first, last, [&](Index v) { return v < 0 || uint64_t(v) >= elements; });
      return call.run->status.bad_index(call.node, *bad, int64_t(elements));
    }
  });
}

// Windows side by side: each gives its dy to one of its places and 0 to the others.
template <int kElements, class T, class Index>
void spread_line(const PoolPlan& plan, const T* dy, const Index* index, T* to) {
  const int64_t* offsets = plan.offsets.data();
  const int64_t elements = kElements ? kElements : plan.elements(), channels = plan.channels;
  for (int64_t w = 0; w < plan.axes[2].result; ++w, dy += channels, index += channels, to += plan.step)
    for_vectors(channels, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
      using Size = decltype(part);
      const V given = Size::load(dy + i, left);
      const VI winner = load_index(index + i, part, left);
      VI element = hn::Zero(kI);
      for (int64_t k = 0; k < elements; ++k, element = hn::Add(element, hn::Set(kI, 1)))
        Size::put_back(hn::IfThenElseZero(hn::RebindMask(kF, hn::Eq(winner, element)), given), to + offsets[k] + i,
                       left);
    });
}

// A line of windows at a time, with what is left behind its last; behind the last line are lines of zeros.
template <class T, class Index>
void spread_windows(const PoolPlan& plan, const T* dy, const Index* index, T* dx) {
  const auto spread = plan.elements() == 4 ? spread_line<4, T, Index> : spread_line<0, T, Index>;
  const PoolAxis &a = plan.axes[0], &b = plan.axes[1], &c = plan.axes[2];
  const int64_t a_lines = divide_up(a.image, a.window), b_lines = divide_up(b.image, b.window);
  const int64_t line = c.image * plan.channels, covered = c.result * plan.step;
  const int64_t work = std::max<int64_t>(line * b.window, 1);
  for_ranges(plan.batch * a_lines * b_lines, std::max<int64_t>(kElementsPerThread / work, 1),
             [&](int64_t begin, int64_t end) {
               for (int64_t row = begin; row < end; ++row) {
                 const int64_t at_a = row / b_lines % a_lines, at_b = row % b_lines, image = row / b_lines / a_lines;
                 const bool reached = at_a < a.result && at_b < b.result;
                 T* to = dx + ((image * a.image + at_a * a.window) * b.image + at_b * b.window) * line;
                 if (reached) {
                   const int64_t from = ((image * a.result + at_a) * b.result + at_b) * c.result * plan.channels;
                   spread(plan, dy + from, index + from, to);
                   if (covered == line) continue;
                 }
                 const int64_t done = reached ? covered : 0;
                 for (int64_t i = 0; i < std::min(a.window, a.image - at_a * a.window); ++i)
                   for (int64_t k = 0; k < std::min(b.window, b.image - at_b * b.window); ++k)
                     std::fill_n(to + (i * b.image + k) * line + done, line - done, T());
               }
             });
}

template <class T, class Index>
void max_pool_gradient(const Call& call) {
  const PoolPlan& plan = plan_of(call);
  const std::array<int64_t, 3> from = Sides(plan, true).from;
  const T* dy = call.in[0].as<T>();
  const Index* index = call.in[1].as<Index>();
  check(call, index, call.in[1].size);
  T* dx = call.out[0].as<T>();
  if (plan.side_by_side) return spread_windows(plan, dy, index, dx);
  for_written(plan, true, [&](const Place& at) HWY_ATTR {
    for_vectors(plan.channels, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
      using Size = decltype(part);
      V sum = zero();
      for_sources(plan, from, at, [&](int64_t offset, int64_t element, int64_t, int64_t, int64_t) HWY_ATTR {
        const int64_t start = at.from + offset + i;
        const VM won = hn::RebindMask(kF, hn::Eq(load_index(index + start, part, left), hn::Set(kI, int32_t(element))));
        sum = hn::Add(sum, hn::IfThenElseZero(won, Size::load(dy + start, left)));
      });
      Size::store(sum, dx + at.to + i, left);
    });
  });
}

void run_max_gradient(const Call& call) noexcept {
  for_stored(call, [&](auto stored) {
    if (call.in[1].dtype == DType::uint8) max_pool_gradient<decltype(stored), uint8_t>(call);
    else max_pool_gradient<decltype(stored), int32_t>(call);
  });
}

// ------------------------------------------------------------------------------------------------ average

template <class T>
void average_pool(const Call& call) {
  const PoolPlan& plan = plan_of(call);
  const std::array<int64_t, 3> from = Sides(plan, false).from;
  const T* x = call.in[0].as<T>();
  T* y = call.out[0].as<T>();
  for_written(plan, false, [&](const Place& at) HWY_ATTR {
    const float share =
        plan.axes[0].share[size_t(at.a)] * plan.axes[1].share[size_t(at.b)] * plan.axes[2].share[size_t(at.c)];
    for_vectors(plan.channels, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
      using Size = decltype(part);
      V sum = zero();
      for_sources(plan, from, at, [&](int64_t offset, int64_t, int64_t, int64_t, int64_t) HWY_ATTR {
        sum = hn::Add(sum, Size::load(x + at.from + offset + i, left));
      });
      Size::store(hn::Mul(sum, set(share)), y + at.to + i, left);
    });
  });
}

template <class T>
void average_pool_gradient(const Call& call) {
  const PoolPlan& plan = plan_of(call);
  const std::array<int64_t, 3> from = Sides(plan, true).from;
  const T* dy = call.in[0].as<T>();
  T* dx = call.out[0].as<T>();
  for_written(plan, true, [&](const Place& at) HWY_ATTR {
    for_vectors(plan.channels, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
      using Size = decltype(part);
      V sum = zero();
      for_sources(plan, from, at, [&](int64_t offset, int64_t, int64_t a, int64_t b, int64_t c) HWY_ATTR {
        const float share =
            plan.axes[0].share[size_t(a)] * plan.axes[1].share[size_t(b)] * plan.axes[2].share[size_t(c)];
        sum = hn::MulAdd(Size::load(dy + at.from + offset + i, left), set(share), sum);
      });
      Size::store(sum, dx + at.to + i, left);
    });
  });
}

void run_average(const Call& call) noexcept {
  for_stored(call, [&](auto stored) { average_pool<decltype(stored)>(call); });
}
void run_average_gradient(const Call& call) noexcept {
  for_stored(call, [&](auto stored) { average_pool_gradient<decltype(stored)>(call); });
}

// ------------------------------------------------------------------------------------------------ choice

bool supports(const KernelQuery& query) {
  const DType image = query.inputs[0].dtype;
  return (image == DType::float32 || image == DType::bfloat16) && query.outputs()[0].dtype == image;
}

std::shared_ptr<const void> prepare(const KernelQuery& query) {
  return make_plan(query.options<PoolAttributes>(), query.inputs[0].shape, query.outputs()[0].shape, false);
}
std::shared_ptr<const void> prepare_gradient(const KernelQuery& query) {
  return make_plan(query.options<PoolGradientAttributes>(), query.outputs()[0].shape, query.inputs[0].shape, true);
}

std::vector<Kernel> kernels() {
  const auto kernel = [](std::string_view op, KernelFunction run,
                         std::shared_ptr<const void> (*prepares)(const KernelQuery&)) {
    return Kernel{.op = op, .name = "windows", .run = run, .supports = supports, .prepare = prepares, .mixed = true};
  };
  return {kernel("max_pool_with_index", run_max, prepare),
          kernel("max_pool_gradient", run_max_gradient, prepare_gradient), kernel("average_pool", run_average, prepare),
          kernel("average_pool_gradient", run_average_gradient, prepare_gradient)};
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
std::vector<Kernel> pool_kernels() { return HWY_DYNAMIC_DISPATCH(kernels)(); }
}  // namespace cajal::cpu
#endif
