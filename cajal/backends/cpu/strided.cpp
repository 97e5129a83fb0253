// transpose, broadcast_to, slice: a result in row-major order from elements that lie at strides.
//
// Axes that can be walked as one are joined first. Then rows are copied, filled with one value, gathered, or, where
// the elements of a row lie apart but those of another axis side by side, transposed tile by tile.
#include "cajal/backends/cpu/internal/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/strided.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <cstring>

#include "cajal/backends/cpu/internal/parts.h"
#include "cajal/backends/cpu/internal/vector-inl.h"
#include "cajal/ops/shape_attributes.h"
#include "cajal/program/kernel.h"

#ifndef CAJAL_BACKENDS_CPU_STRIDED_PLAN_
#define CAJAL_BACKENDS_CPU_STRIDED_PLAN_
namespace cajal::cpu {
namespace {

// An axis of the result: its size, and how far apart (in elements) its neighbours are in the input and the result.
struct Axis {
  int64_t size, in, out;
};

struct StridedPlan {
  int64_t start = 0;  // of the first element in the input
  int64_t element_bytes = 4;
  std::vector<Axis> outer;  // all but the last one or two
  Axis across{1, 1, 1};     // of a transposition: the axis along which the input's elements are neighbours
  Axis row{1, 1, 1};        // along which the result's are
  bool transposed = false;
  int64_t count = 1;  // of the outer axes together
};

std::vector<Axis> joined(const std::vector<int64_t>& dims, const std::vector<int64_t>& strides) {
  std::vector<Axis> axes;
  int64_t out = 1;
  for (size_t i = dims.size(); i-- > 0;) {
    if (dims[i] != 1) {
      const bool continues = !axes.empty() && strides[i] == axes.back().in * axes.back().size;
      if (continues) axes.back().size *= dims[i];
      else axes.push_back({dims[i], strides[i], out});
    }
    out *= dims[i];
  }
  std::reverse(axes.begin(), axes.end());
  return axes;
}

std::shared_ptr<const void> make_plan(const std::vector<int64_t>& dims, const std::vector<int64_t>& strides,
                                      int64_t start, DType type) {
  auto plan = std::make_shared<StridedPlan>();
  plan->start = start;
  plan->element_bytes = int64_t(size_of(type));
  plan->outer = joined(dims, strides);
  if (!plan->outer.empty()) plan->row = plan->outer.back(), plan->outer.pop_back();
  const auto side_by_side =
      std::find_if(plan->outer.begin(), plan->outer.end(), [](const Axis& a) { return a.in == 1; });
  if (plan->row.in != 1 && plan->row.in != 0 && side_by_side != plan->outer.end()) {
    plan->transposed = true;
    plan->across = *side_by_side;
    plan->outer.erase(side_by_side);
  }
  for (const Axis& axis : plan->outer) plan->count *= axis.size;
  return plan;
}

}  // namespace
}  // namespace cajal::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

constexpr int64_t kTile = 16;

// to[a, b] = from[b, a] for a 4 x 4 block of 32-bit elements.
HWY_INLINE void transpose_block(const uint32_t* from, int64_t from_row, uint32_t* to, int64_t to_row) {
#if HWY_TARGET == HWY_SCALAR
  for (int64_t a = 0; a < 4; ++a)
    for (int64_t b = 0; b < 4; ++b) to[a * to_row + b] = from[b * from_row + a];
#else
  const hn::FixedTag<uint32_t, 4> d;
  const hn::FixedTag<uint64_t, 2> pairs;
  const auto r0 = hn::LoadU(d, from), r1 = hn::LoadU(d, from + from_row);
  const auto r2 = hn::LoadU(d, from + 2 * from_row), r3 = hn::LoadU(d, from + 3 * from_row);
  const auto a01 = hn::BitCast(pairs, hn::InterleaveLower(d, r0, r1)),
             c01 = hn::BitCast(pairs, hn::InterleaveUpper(d, r0, r1));
  const auto a23 = hn::BitCast(pairs, hn::InterleaveLower(d, r2, r3)),
             c23 = hn::BitCast(pairs, hn::InterleaveUpper(d, r2, r3));
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, a01, a23)), d, to);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, a01, a23)), d, to + to_row);
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, c01, c23)), d, to + 2 * to_row);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, c01, c23)), d, to + 3 * to_row);
#endif
}

// A tile of at most kTile x kTile elements.
template <class T>
void transpose_tile(const T* from, int64_t from_row, T* to, int64_t to_row, int64_t rows, int64_t columns) {
  if constexpr (sizeof(T) == 4) {
    if (rows == kTile && columns == kTile) {
      for (int64_t a = 0; a < kTile; a += 4)
        for (int64_t b = 0; b < kTile; b += 4)
          transpose_block(from + b * from_row + a, from_row, to + a * to_row + b, to_row);
      return;
    }
  }
  for (int64_t a = 0; a < rows; ++a)
    for (int64_t b = 0; b < columns; ++b) to[a * to_row + b] = from[b * from_row + a];
}

template <class T>
void copy_row(const T* from, T* to, const Axis& row) {
  if (row.in == 1) std::memcpy(to, from, size_t(row.size) * sizeof(T));
  else if (row.in == 0) std::fill_n(to, row.size, *from);
  else
    for (int64_t i = 0; i < row.size; ++i) to[i] = from[i * row.in];
}

// Offsets of the outer axes' index number i.
struct Offsets {
  int64_t in = 0, out = 0;
  Offsets(const StridedPlan& plan, int64_t i) {
    for (size_t axis = plan.outer.size(); axis-- > 0;) {
      const Axis& a = plan.outer[axis];
      in += i % a.size * a.in;
      out += i % a.size * a.out;
      i /= a.size;
    }
  }
};

template <class T>
void copy_rows(const StridedPlan& plan, const T* from, T* to) {
  const int64_t least = std::max<int64_t>(2 * kElementsPerThread / std::max<int64_t>(plan.row.size, 1), 1);
  for_ranges(plan.count, least, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const Offsets at(plan, i);
      copy_row(from + at.in, to + at.out, plan.row);
    }
  });
}

template <class T>
void transpose(const StridedPlan& plan, const T* from, T* to) {
  const int64_t strips = divide_up(plan.across.size, kTile), work = kTile * plan.row.size;
  for_ranges(plan.count * strips, std::max<int64_t>(kElementsPerThread / std::max<int64_t>(work, 1), 1),
             [&](int64_t begin, int64_t end) {
               for (int64_t i = begin; i < end; ++i) {
                 const Offsets at(plan, i / strips);
                 const int64_t a = i % strips * kTile, rows = std::min(kTile, plan.across.size - a);
                 for (int64_t b = 0; b < plan.row.size; b += kTile)
                   transpose_tile(from + at.in + a + b * plan.row.in, plan.row.in,
                                  to + at.out + a * plan.across.out + b, plan.across.out, rows,
                                  std::min(kTile, plan.row.size - b));
               }
             });
}

template <class T>
void run_typed(const StridedPlan& plan, const Call& call) {
  const T* from = call.in[0].as<T>() + plan.start;
  T* to = call.out[0].as<T>();
  if (plan.transposed) transpose(plan, from, to);
  else copy_rows(plan, from, to);
}

void run(const Call& call) noexcept {
  const auto& plan = *static_cast<const StridedPlan*>(call.prepared);
  if (call.out[0].size == 0) return;
  switch (plan.element_bytes) {
    case 1: return run_typed<uint8_t>(plan, call);
    case 2: return run_typed<uint16_t>(plan, call);
    case 4: return run_typed<uint32_t>(plan, call);
    default: return run_typed<uint64_t>(plan, call);
  }
}

// ------------------------------------------------------------------------------------------------ choice

std::shared_ptr<const void> prepare_transpose(const KernelQuery& query) {
  const auto dense = row_major_strides(query.inputs[0].shape.ints());
  std::vector<int64_t> strides;
  for (int axis : query.options<TransposeAttributes>().axes) strides.push_back(dense[size_t(axis)]);
  return make_plan(query.outputs()[0].shape.ints(), strides, 0, query.inputs[0].dtype);
}

std::shared_ptr<const void> prepare_broadcast(const KernelQuery& query) {
  const auto from = query.inputs[0].shape.ints(), to = query.outputs()[0].shape.ints();
  const auto dense = row_major_strides(from);
  std::vector<int64_t> strides(to.size(), 0);
  for (size_t back = 1; back <= from.size(); ++back)
    if (from[from.size() - back] != 1) strides[to.size() - back] = dense[from.size() - back];
  return make_plan(to, strides, 0, query.inputs[0].dtype);
}

std::shared_ptr<const void> prepare_slice(const KernelQuery& query) {
  const auto from = query.inputs[0].shape.ints();
  auto strides = row_major_strides(from);
  int64_t start = 0;
  for (size_t axis = 0; axis < from.size(); ++axis) {
    const AxisRange range = axis_range(query.options<SliceAttributes>().axis(int(axis)), from[axis]);
    if (range.count > 0) start += range.start * strides[axis];
    strides[axis] *= range.step;
  }
  return make_plan(query.outputs()[0].shape.ints(), strides, start, query.inputs[0].dtype);
}

std::vector<Kernel> kernels() {
  return {{"transpose", "tiles", run, nullptr, prepare_transpose},
          {"broadcast_to", "rows", run, nullptr, prepare_broadcast},
          {"slice", "rows", run, nullptr, prepare_slice}};
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
std::vector<Kernel> strided_kernels() { return HWY_DYNAMIC_DISPATCH(kernels)(); }
}  // namespace cajal::cpu
#endif
