// Tensors joined along an axis, and an axis cut into parts: runs of memory copied.
#include <cstring>

#include "cajal/backends/cpu/internal/parts.h"
#include "cajal/ops/shape_attributes.h"
#include "cajal/program/kernel.h"

namespace cajal::cpu {
namespace {

constexpr int64_t kBytesPerThread = 256 * 1024;

// Copies between a whole tensor and its parts along an axis, block after block of the axes before it.
template <bool join>
void copy(const Operand& whole, std::span<const Operand> parts, int axis) {
  const int64_t outer = whole.product(0, axis);
  const int64_t row = whole.product(axis + 1, whole.rank) * int64_t(size_of(whole.dtype)),
                block = whole.dims[axis] * row;
  for_ranges(outer, kBytesPerThread / std::max<int64_t>(block, 1) + 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      std::byte* at = whole.data + i * block;
      for (const Operand& part : parts) {
        const int64_t bytes = part.dims[axis] * row;
        if (bytes == 0) continue;
        if (join) std::memcpy(at, part.data + i * bytes, size_t(bytes));
        else std::memcpy(part.data + i * bytes, at, size_t(bytes));
        at += bytes;
      }
    }
  });
}

void concatenate(const Call& call) noexcept { copy<true>(call.out[0], call.in, call.options<AxisAttributes>().axis); }
void split(const Call& call) noexcept { copy<false>(call.in[0], call.out, call.options<SplitAttributes>().axis); }

}  // namespace

std::vector<Kernel> concatenate_kernels() { return {{"concatenate", "runs", concatenate}, {"split", "runs", split}}; }

}  // namespace cajal::cpu
