// Rows of a table by index, and its gradient: embeddings.
#include <cstring>

#include "cajal/backends/cpu/internal/parts.h"
#include "cajal/ops/shape_attributes.h"
#include "cajal/program/kernel.h"

namespace cajal::cpu {
namespace {

int64_t index_at(const Operand& indices, int64_t i) {
  switch (indices.dtype) {
    case DType::int8: return indices.as<int8_t>()[i];
    case DType::int16: return indices.as<int16_t>()[i];
    case DType::int32: return indices.as<int32_t>()[i];
    case DType::uint8: return indices.as<uint8_t>()[i];
    default: return indices.as<int64_t>()[i];
  }
}

// Index number i counted from the start of an axis of `size` elements; -1 for a bad one.
int64_t place_of(const Operand& indices, int64_t i, int64_t size) {
  const int64_t index = index_at(indices, i), place = index < 0 ? index + size : index;
  return place >= 0 && place < size ? place : -1;
}

void take(const Call& call) noexcept {
  const Operand &table = call.in[0], &indices = call.in[1];
  const int axis = call.options<AxisAttributes>().axis;
  const int64_t size = table.dims[axis], outer = table.product(0, axis), inner = table.product(axis + 1, table.rank);
  const size_t row = size_t(inner) * size_of(table.dtype);
  if (call.out[0].size == 0) return;
  for_ranges(outer * indices.size, 2 * kElementsPerThread / std::max<int64_t>(inner, 1) + 1,
             [&](int64_t begin, int64_t end) {
               for (int64_t i = begin; i < end; ++i) {
                 std::byte* to = call.out[0].data + size_t(i) * row;
                 const int64_t place = place_of(indices, i % indices.size, size);
                 if (place >= 0) {
                   std::memcpy(to, table.data + size_t(i / indices.size * size + place) * row, row);
                 } else {
                   call.run->status.bad_index(call.node, index_at(indices, i % indices.size), size);
                   std::memset(to, 0, row);
                 }
               }
             });
}

// Each thread has rows of its own and goes through all indices, so that equal ones are added in order.
void take_gradient(const Call& call) noexcept {
  const Operand &dy = call.in[0], &indices = call.in[1], &out = call.out[0];
  const int axis = call.options<AxisAttributes>().axis;
  const int64_t size = out.dims[axis], outer = out.product(0, axis), inner = out.product(axis + 1, out.rank);
  for (int64_t i = 0; outer > 0 && i < indices.size; ++i)
    if (place_of(indices, i, size) < 0) call.run->status.bad_index(call.node, index_at(indices, i), size);
  for_ranges(outer * size, kElementsPerThread / std::max<int64_t>(inner, 1) + 1, [&](int64_t begin, int64_t end) {
    float* to = out.as<float>();
    std::fill(to + begin * inner, to + end * inner, 0.0f);
    for (int64_t block = begin / size; block * size < end; ++block)
      for (int64_t i = 0; i < indices.size; ++i) {
        const int64_t place = place_of(indices, i, size), row = block * size + place;
        if (place < 0 || row < begin || row >= end) continue;
        const float* from = dy.as<float>() + (block * indices.size + i) * inner;
        for (int64_t j = 0; j < inner; ++j) to[row * inner + j] += from[j];
      }
  });
}

bool is_float32(const KernelQuery& query) { return query.inputs[0].dtype == DType::float32; }

}  // namespace

std::vector<Kernel> take_kernels() {
  return {{"take", "rows", take}, {"take_gradient", "rows", take_gradient, is_float32}};
}

}  // namespace cajal::cpu
