#include <algorithm>

#include "cajal/base/text.h"
#include "cajal/nn/internal/augmentation.h"
#include "cajal/nn/internal/noise.h"
#include "cajal/ops/creation.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/indexing.h"
#include "cajal/ops/random.h"
#include "cajal/ops/shape.h"

namespace cajal::internal {
namespace {

void expect_word(const std::string& owner, const std::string& option, const std::string& given,
                 const std::vector<std::string>& words) {
  if (std::find(words.begin(), words.end(), given) == words.end())
    fail(owner + " has no " + option + " called '" + given + "'", choices(given, words));
}

// Narrower types cannot tell the places of a picture apart.
DType type_of_places(const Var& x) { return x.dtype() == DType::float64 ? DType::float64 : DType::float32; }

// What is left of a whole place after whole periods; as one pass of simple steps, unlike `mod`.
Var within_period(const Var& place, double period) { return place - floor(place / period) * period; }

// Where the picture has what stands at a whole place that may lie beyond its edges.
Var place_within(const Var& place, int64_t size, const std::string& fill_mode) {
  const double n = double(size);
  if (fill_mode == "wrap") return within_period(place, n);
  if (fill_mode == "reflect") {  // dcba|abcd|dcba
    const Var turn = within_period(place, 2 * n);
    return minimum(turn, 2 * n - 1 - turn);
  }
  return clip(place, 0, n - 1);
}

Var is_within(const Var& place, int64_t size) { return place >= 0 && place <= double(size - 1); }

// The picture at whole places, also beyond its edges.
Var filled(const Var& x, const Var& row, const Var& column, const Reading& reading) {
  const int64_t height = x.dim(1), width = x.dim(2);
  const auto index = [&](const Var& place, int64_t size) {
    return cast(place_within(place, size, reading.fill_mode), DType::int32);
  };
  const Var values = picked(x, index(row, height), index(column, width));
  if (reading.fill_mode != "constant") return values;
  return where(is_within(row, height) && is_within(column, width), values, constant_like(reading.fill_value, x));
}

}  // namespace

Var drawn_per_sample(const Var& x, const Range::Pair& range) {
  const Var one = cast(noise_like(x, {-1, 1}), type_of_places(x));
  return range[0] + (range[1] - range[0]) * random_uniform_like(one);
}

Var places_along(const Var& x, int axis, DType type) {
  const int64_t size = x.dim(axis);
  Shape shape = Shape::of(std::vector<int64_t>(size_t(x.rank()), 1));
  shape[axis] = size;
  return constant(arange(0, double(size), 1, type).reshape(shape));
}

Var places_along(const Var& x, int axis) { return places_along(x, axis, type_of_places(x)); }

void expect_reading(const std::string& owner, const Reading& reading) {
  expect_word(owner, "fill_mode", reading.fill_mode, {"reflect", "wrap", "constant", "nearest"});
  expect_word(owner, "interpolation", reading.interpolation, {"nearest", "bilinear"});
}

Var picked(const Var& x, const Var& rows, const Var& columns) {
  const int64_t height = x.dim(1), width = x.dim(2);
  const Var sample = reshape(index_along(x, 0), {x.dim(0), 1, 1, 1});
  const Var index = (sample * int(height) + rows) * int(width) + columns;
  const Var pixels = reshape(x, {x.dim(0) * height * width, x.dim(3)});
  return take(pixels, squeeze(index, {3}), 0);
}

Var read_at(const Var& x, const Var& rows, const Var& columns, const Reading& reading) {
  if (reading.interpolation == "nearest") return filled(x, floor(rows + 0.5), floor(columns + 0.5), reading);
  const Var top = floor(rows), left = floor(columns);
  // One share for each place of the result: products with what lacks the height are slow.
  const Shape places{x.dim(0), std::max<int64_t>(rows.dim(1), columns.dim(1)),
                     std::max<int64_t>(rows.dim(2), columns.dim(2)), 1};
  const auto shares = [&](const Var& beyond) { return broadcast_to(cast(beyond, x.dtype()), places); };
  const Var down = shares(rows - top), right = shares(columns - left);
  const auto row_at = [&](const Var& row) {
    const Var first = filled(x, row, left, reading);
    return first + (filled(x, row, left + 1, reading) - first) * right;
  };
  const Var first = row_at(top);
  return first + (row_at(top + 1) - first) * down;
}

}  // namespace cajal::internal
