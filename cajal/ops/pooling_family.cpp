// The shapes of pooling, and its functions that are a line of other ops.
#include <algorithm>

#include "cajal/ops/indexing.h"
#include "cajal/ops/internal/pool.h"
#include "cajal/ops/internal/resample.h"
#include "cajal/ops/reduction.h"

namespace cajal {
namespace {

Window pool_window(const PoolAttributes& a) { return {"window", a.window, a.strides, a.low, a.high, a.dilation}; }

// Adaptive windows along one axis: from floor(i s / o) up to ceil((i + 1) s / o).
std::vector<std::pair<int64_t, int64_t>> adaptive_windows(int64_t from, int64_t to) {
  std::vector<std::pair<int64_t, int64_t>> out;
  for (int64_t i = 0; i < to; ++i) out.push_back({i * from / to, ((i + 1) * from + to - 1) / to});
  return out;
}

// The sizes to be reached; `even` where all windows are of one size, side by side.
std::vector<int64_t> adaptive_sizes(const Var& x, const std::vector<int64_t>& output_size, bool& even) {
  const std::vector<int64_t> from = spatial_sizes(x.shape());
  const std::vector<int64_t> to = per_axis(output_size, int(from.size()), "an output_size");
  even = true;
  for (size_t i = 0; i < from.size(); ++i) {
    if (to[i] < 1 || from[i] < 1)
      fail("an image of " + by_text(from) + " cannot be pooled to " + by_text(to), "sizes of 1, 2, 3, ...");
    even = even && from[i] % to[i] == 0;
  }
  return to;
}

std::vector<int64_t> quotients(const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
  std::vector<int64_t> out = a;
  for (size_t i = 0; i < a.size(); ++i) out[i] /= b[i];
  return out;
}

Var adaptive_mean_along(const Var& x, int axis, int64_t to) {
  const int64_t from = x.dim(axis).value();
  std::vector<std::vector<double>> weights;
  for (auto [first, last] : adaptive_windows(from, to)) {
    weights.emplace_back(size_t(from));
    std::fill(weights.back().begin() + first, weights.back().begin() + last, 1 / double(last - first));
  }
  return weighted_along(x, axis, weights);
}

// The windows side by side, shorter ones filled up with their last element, and the largest of each.
Var adaptive_max_along(const Var& x, int axis, int64_t to) {
  const auto windows = adaptive_windows(x.dim(axis).value(), to);
  int64_t longest = 0;
  for (auto [first, last] : windows) longest = std::max(longest, last - first);
  Tensor index({to, longest}, DType::int32);
  for (int64_t i = 0; i < to; ++i)
    for (int64_t k = 0; k < longest; ++k)
      index.set_flat(i * longest + k, double(std::min(windows[size_t(i)].first + k, windows[size_t(i)].second - 1)));
  return max(take(x, constant(index), axis), {axis + 1});
}

}  // namespace

Shape pool_shape(const PoolAttributes& attributes, const Shape& image) {
  const std::vector<int64_t> sizes = spatial_sizes(image);
  const Window window = pool_window(attributes);
  const std::vector<int64_t> results = window.results(sizes);
  window.expect_inside(sizes);
  Shape out = image;
  for (size_t i = 0; i < results.size(); ++i) out[int(i) + 1] = results[i];
  out[-1] = known_size(image, -1);
  return out;
}

Shape pool_image_shape(const PoolGradientAttributes& attributes, const Shape& dy) {
  spatial_axes(dy);
  Shape image{dy[0]};
  for (int64_t size : attributes.spatial) image.push_back(size);
  image.push_back(dy[-1]);
  const Shape result = pool_shape(attributes, image);
  if (!(dy == result))
    fail("a gradient of the shape " + dy.text() + " was given for a result of the shape " + result.text());
  return image;
}

DType pool_index_type(const PoolAttributes& attributes) {
  int64_t places = 1;
  for (int64_t size : attributes.window) places = std::min<int64_t>(places * size, int64_t(1) << 31);
  if (places == int64_t(1) << 31) fail("a window of " + by_text(attributes.window) + ", which is too large");
  return places <= 256 ? DType::uint8 : DType::int32;
}

PoolAttributes pool_attributes(const Shape& image, const std::vector<int64_t>& window,
                               const std::vector<int64_t>& strides, const std::vector<int64_t>& low,
                               const std::vector<int64_t>& high, const std::vector<int64_t>& dilation) {
  const int axes = spatial_axes(image);
  PoolAttributes out;
  out.window = per_axis(window, axes, "a window");
  out.strides = strides.empty() ? out.window : per_axis(strides, axes, "strides");
  out.low = per_axis(low, axes, "a padding"), out.high = per_axis(high, axes, "a padding");
  out.dilation = per_axis(dilation, axes, "a dilation");
  return out;
}

PoolAttributes pool_attributes(const Shape& image, const std::vector<int64_t>& window,
                               const std::vector<int64_t>& strides, const std::string& padding) {
  PoolAttributes out = pool_attributes(image, window, strides, {0}, {0}, {1});
  Window moved = pool_window(out);
  moved.pad_as(padding, spatial_sizes(image));
  out.low = moved.low, out.high = moved.high;
  return out;
}

// One to three axes; windows side by side, apart, one over the other; odd paddings; dilation; more than 256 places.
const std::vector<PoolCase>& pool_cases() {
  static const std::vector<PoolCase> cases{
      {{2, 6, 3}, {{2}, {2}, {0}, {0}, {1}}},
      {{3, 7, 2}, {{3}, {2}, {1}, {2}, {1}, true}},
      {{5, 6, 4, 2}, {{2, 2}, {2, 2}, {0, 0}, {0, 0}, {1, 1}}},
      {{2, 5, 7, 3}, {{3, 3}, {2, 2}, {1, 0}, {1, 1}, {1, 1}}},
      {{4, 5, 5, 1}, {{3, 2}, {1, 1}, {1, 0}, {1, 1}, {1, 1}, true}},
      {{3, 9, 8, 2}, {{2, 2}, {3, 4}, {0, 1}, {0, 0}, {1, 1}}},
      {{2, 7, 8, 3}, {{3, 2}, {1, 2}, {1, 0}, {1, 1}, {2, 3}}},
      {{2, 8, 8, 17}, {{2, 2}, {2, 2}, {0, 0}, {0, 0}, {1, 1}}},
      {{2, 18, 17, 2}, {{17, 16}, {1, 1}, {0, 0}, {0, 0}, {1, 1}}},
      {{5, 4, 5, 4, 2}, {{2, 3, 2}, {2, 1, 2}, {0, 1, 0}, {0, 1, 0}, {1, 1, 1}}},
      {{0, 4, 4, 2}, {{2, 2}, {2, 2}, {0, 0}, {0, 0}, {1, 1}}},
      {{2, 4, 4, 0}, {{2, 2}, {1, 1}, {0, 0}, {0, 0}, {1, 1}}},
      {{2, 17, 19, 33}, {{3, 3}, {2, 2}, {1, 1}, {1, 1}, {1, 1}}, true},
      {{3, 16, 18, 40}, {{2, 2}, {2, 2}, {0, 0}, {0, 0}, {1, 1}}, true},
      {{2, 5, 13, 15, 33}, {{2, 2, 2}, {2, 2, 2}, {0, 0, 0}, {0, 0, 0}, {1, 1, 1}}, true},
      {{2, 7, 7, 70}, {{7, 7}, {7, 7}, {0, 0}, {0, 0}, {1, 1}}, true}};
  return cases;
}

Tensor pool_case_index(const PoolCase& c) {
  const Shape shape = pool_shape(c.attributes, c.image);
  const std::vector<int64_t> image = spatial_sizes(c.image), result = spatial_sizes(shape);
  const WindowPlaces s(c.attributes, image, c.attributes.window, result);
  const int64_t channels = shape[-1], elements = s.count(s.window);
  Tensor out(shape, pool_index_type(c.attributes));
  for (int64_t i = 0; i < out.size(); ++i) {
    const Places at = place_of(i / channels % s.count(s.result), s.result);
    int64_t element = (i * 7 + 1) % elements;
    while (s.below(at, place_of(element, s.window)) < 0) element = (element + 1) % elements;
    out.set_flat(i, double(element));
  }
  return out;
}

void expect_pool_index(const PoolAttributes& attributes, const Spec& result, const Spec& index) {
  const Spec expected{result.shape, pool_index_type(attributes)};
  if (!(index == expected)) fail("an index was expected of " + expected.text() + ", not " + index.text());
}

Var max_pool(const Var& x, const std::vector<int64_t>& window, const std::vector<int64_t>& strides,
             const std::string& padding) {
  const PoolAttributes a = named("max_pool", [&] { return pool_attributes(x.shape(), window, strides, padding); });
  return max_pool_with_index(x, a.window, a.strides, a.low, a.high, a.dilation)[0];
}

Var average_pool(const Var& x, const std::vector<int64_t>& window, const std::vector<int64_t>& strides,
                 const std::string& padding) {
  return record_average_pool(
      named("average_pool", [&] { return pool_attributes(x.shape(), window, strides, padding); }), as_float(x));
}

Var average_pool_padded(const Var& x, const std::vector<int64_t>& window, const std::vector<int64_t>& strides,
                        const std::vector<int64_t>& low, const std::vector<int64_t>& high, bool count_padding,
                        const std::vector<int64_t>& dilation) {
  PoolAttributes attributes =
      named("average_pool_padded", [&] { return pool_attributes(x.shape(), window, strides, low, high, dilation); });
  attributes.count_padding = count_padding;
  return record_average_pool(attributes, as_float(x));
}

Var adaptive_max_pool(const Var& x, const std::vector<int64_t>& output_size) {
  return named("adaptive_max_pool", [&] {
    bool even = true;
    const std::vector<int64_t> to = adaptive_sizes(x, output_size, even);
    if (even) return max_pool(x, quotients(spatial_sizes(x.shape()), to));
    Var y = x;
    for (size_t i = 0; i < to.size(); ++i) y = adaptive_max_along(y, int(i) + 1, to[i]);
    return y;
  });
}

Var adaptive_average_pool(const Var& x, const std::vector<int64_t>& output_size) {
  return named("adaptive_average_pool", [&] {
    bool even = true;
    const std::vector<int64_t> to = adaptive_sizes(x, output_size, even);
    if (even) return average_pool(x, quotients(spatial_sizes(x.shape()), to));
    Var y = as_float(x);
    for (size_t i = 0; i < to.size(); ++i) y = adaptive_mean_along(y, int(i) + 1, to[i]);
    return y;
  });
}

}  // namespace cajal
