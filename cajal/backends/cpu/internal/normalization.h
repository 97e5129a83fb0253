// What normalizations share: [rows, columns] cut into chunks of rows.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>

#include "cajal/backends/cpu/internal/parts.h"
#include "cajal/backends/cpu/internal/views.h"
#include "cajal/ops/normalization_attributes.h"
#include "cajal/program/kernel.h"

namespace cajal::cpu {

inline constexpr int64_t kChunk = 64;  ///< rows

struct NormalizationPlan {
  int64_t rows = 0, columns = 0, chunks = 0;
  double epsilon = 0;
};

/// Calls `body(chunk, first row, last row + 1)`, several threads sharing the chunks.
template <class Body>
void for_chunks(const NormalizationPlan& plan, const Body& body) {
  const int64_t work = kChunk * std::max<int64_t>(plan.columns, 1);
  for_ranges(plan.chunks, std::max<int64_t>(kElementsPerThread / work, 1), [&](int64_t begin, int64_t end) {
    for (int64_t chunk = begin; chunk < end; ++chunk)
      body(chunk, chunk * kChunk, std::min((chunk + 1) * kChunk, plan.rows));
  });
}

inline std::optional<ReductionView> normalization_view(const Shape& shape, const NormalizationAttributes& attributes) {
  std::array<bool, 16> goes{};
  if (shape.rank() > 16) return std::nullopt;
  for (int axis : attributes.axes) goes[size_t(axis)] = true;
  return reduction_view(shape, goes);
}

inline NormalizationPlan normalization_plan(int64_t rows, int64_t columns, double epsilon) {
  return {rows, columns, divide_up(rows, kChunk), epsilon};
}

}  // namespace cajal::cpu
