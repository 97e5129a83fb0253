// Kernels in the order in which the micro-kernels of direct convolution read them. Compiled once per SIMD target.

#if defined(CAJAL_BACKENDS_CPU_DIRECT_CONV_PACK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CAJAL_BACKENDS_CPU_DIRECT_CONV_PACK_INL_H_
#undef CAJAL_BACKENDS_CPU_DIRECT_CONV_PACK_INL_H_
#else
#define CAJAL_BACKENDS_CPU_DIRECT_CONV_PACK_INL_H_
#endif

#include <algorithm>
#include <cstdint>

#include "cajal/backends/cpu/internal/direct_conv.h"
#include "cajal/backends/cpu/internal/direct_conv_image-inl.h"
#include "cajal/backends/cpu/internal/gemm_pack-inl.h"
#include "cajal/backends/cpu/internal/parts.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {  // the names are short, and other kernels may choose the same

struct KernelPanel {
  int64_t first, columns;  // channels of the result, in the group
  int64_t stride() const { return round_up(columns, kLanes); }
};

inline KernelPanel kernel_panel(const DirectConvPlan& plan, int64_t index) {
  const int64_t first = index * kMaxColumns;
  return {first, std::min<int64_t>(kMaxColumns, plan.group_result - first)};
}

inline int64_t panels_of_group(const DirectConvPlan& plan) { return divide_up(plan.group_result, kMaxColumns); }

// Floats of the packed kernels of one group.
inline int64_t packed_group(const DirectConvPlan& plan, const Piece& piece) {
  return piece.depth * round_up(plan.group_result, kLanes);
}

// Brings a panel of kernels into the order in which a piece's patches meet it.
inline void pack_panel(const DirectConvPlan& plan, const Piece& piece, const float* kernel, int64_t group,
                       int64_t index, float* to) {
  const KernelPanel panel = kernel_panel(plan, index);
  const int64_t filters = plan.shape.filters, tap_size = plan.shape.channels / plan.groups * filters;
  const ConvAxis &rows = piece.walk.rows, &columns = piece.walk.columns;
  for (int64_t t = 0; t < rows.taps; ++t)
    for (int64_t u = 0; u < columns.taps; ++u) {
      const int64_t tap = (rows.kernel_first + t * rows.kernel_step) * plan.shape.kernel_width + columns.kernel_first +
                          u * columns.kernel_step;
      const float* from = kernel + tap * tap_size;
      if (plan.transposed) {
        transpose(from + panel.first * filters + group * plan.group_source, filters, panel.columns, plan.group_source,
                  to, panel.stride());
      } else {
        copy_rows(from + group * plan.group_result + panel.first, filters, plan.group_source, panel.columns, to,
                  panel.stride());
      }
      to += plan.group_source * panel.stride();
    }
}

inline void pack_kernels(const DirectConvPlan& plan, const float* kernel, float* packed) {
  const int64_t panels = panels_of_group(plan), each = plan.groups * panels;
  const int64_t count = int64_t(plan.pieces.size()) * each;
  const int64_t least = divide_up(count * kElementsPerThread, std::max<int64_t>(plan.b_size, 1));
  for_ranges(count, std::max<int64_t>(least, 1), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const Piece& piece = plan.pieces[size_t(i / each)];
      const int64_t group = i % each / panels, panel = i % panels;
      float* to = packed + piece.b_offset + group * packed_group(plan, piece) + panel * kMaxColumns * piece.depth;
      pack_panel(plan, piece, kernel, group, panel, to);
    }
  });
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#endif  // CAJAL_BACKENDS_CPU_DIRECT_CONV_PACK_INL_H_
