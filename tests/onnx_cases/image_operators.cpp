// Convolution, pooling and resizing.
#include <algorithm>

#include "cajal/ops/convolution.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/pooling.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/resize.h"
#include "layout.h"
#include "operators.h"

namespace cajal::onnx_cases {
namespace {

using Ints = std::vector<int64_t>;

// Strides, dilations and paddings of a window as ONNX describes them.
struct Moved {
  Ints image, window, strides, dilations, low, high, beyond;

  Moved(const NodeCall& call, const Ints& window) : window(window) {
    const size_t axes = window.size();
    for (size_t i = 0; i < axes; ++i) image.push_back(call.x().dim(int(i) + 2));
    strides = call.integers("strides", Ints(axes, 1)), dilations = call.integers("dilations", Ints(axes, 1));
    const Ints pads = call.integers("pads", Ints(2 * axes, 0));
    low.assign(pads.begin(), pads.begin() + std::ptrdiff_t(axes));
    high.assign(pads.begin() + std::ptrdiff_t(axes), pads.end());
    beyond.assign(axes, 0);
    const std::string automatic = call.text("auto_pad", "NOTSET");
    if (automatic.starts_with("SAME")) pad_same(automatic == "SAME_UPPER");
    if (call.integer("ceil_mode", 0)) reach_the_end();
  }
  int64_t covered(size_t i) const { return (window[i] - 1) * dilations[i] + 1; }

 private:
  void pad_same(bool upper) {
    for (size_t i = 0; i < window.size(); ++i) {
      const int64_t count = (image[i] + strides[i] - 1) / strides[i];
      const int64_t whole = std::max<int64_t>((count - 1) * strides[i] + covered(i) - image[i], 0);
      low[i] = upper ? whole / 2 : whole - whole / 2, high[i] = whole - low[i];
    }
  }
  // One more place where the last window reaches over the end, unless it begins there.
  void reach_the_end() {
    for (size_t i = 0; i < window.size(); ++i) {
      const int64_t padded = image[i] + low[i] + high[i];
      int64_t count = (padded - covered(i) + strides[i] - 1) / strides[i] + 1;
      if ((count - 1) * strides[i] >= image[i] + low[i]) --count;
      beyond[i] = std::max<int64_t>((count - 1) * strides[i] + covered(i) - padded, 0);
    }
  }
};

Ints sum_of(Ints a, const Ints& b) {
  for (size_t i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

// [out, in, k...] -> [k..., in, out]
Var kernel_last(const Var& kernel) {
  std::vector<int> order = spatial_axes_of(kernel);
  order.push_back(1), order.push_back(0);
  return transpose(kernel, order);
}

Ints kernel_sizes(const Var& kernel) {
  Ints out;
  for (int axis : spatial_axes_of(kernel)) out.push_back(kernel.dim(axis));
  return out;
}

Var with_bias(const NodeCall& call, const Var& y) { return channels_first(call.has(2) ? y + call.x(2) : y); }

Vars convolution(const NodeCall& call) {
  const Moved m(call, kernel_sizes(call.x(1)));
  return {with_bias(call, conv_padded(channels_last(call.x()), kernel_last(call.x(1)), m.strides, m.low, m.high,
                                      m.dilations, call.integer("group", 1)))};
}

Vars transposed_convolution(const NodeCall& call) {
  Moved m(call, kernel_sizes(call.x(1)));
  const Ints extra = call.integers("output_padding", Ints(m.window.size(), 0));
  const std::string automatic = call.text("auto_pad", "NOTSET");
  const bool same = automatic.starts_with("SAME");
  Ints size = call.integers("output_shape");
  for (size_t i = 0; i < m.window.size(); ++i) {
    const int64_t whole = (m.image[i] - 1) * m.strides[i] + m.covered(i) + extra[i];
    if (size.size() <= i) size.push_back(same ? m.image[i] * m.strides[i] : whole - m.low[i] - m.high[i]);
    if (!same && !call.given("output_shape")) continue;
    const int64_t cut = std::max<int64_t>(whole - size[i], 0);
    m.low[i] = automatic == "SAME_UPPER" ? cut / 2 : cut - cut / 2, m.high[i] = cut - m.low[i];
  }
  return {with_bias(call, conv_input_gradient(channels_last(call.x()), kernel_last(call.x(1)), size, m.strides, m.low,
                                              m.high, m.dilations, call.integer("group", 1)))};
}

Vars largest_of_windows(const NodeCall& call) {
  const Moved m(call, call.integers("kernel_shape"));
  const Vars both =
      max_pool_with_index(channels_last(call.x()), m.window, m.strides, m.low, sum_of(m.high, m.beyond), m.dilations);
  return {channels_first(both[0])};
}

// Zeros that count are padded first where windows reach beyond them too: what lies there does not count.
Vars average(const NodeCall& call) {
  const Moved m(call, call.integers("kernel_shape"));
  const bool counted = call.integer("count_include_pad", 0);
  const bool reaches = std::any_of(m.beyond.begin(), m.beyond.end(), [](int64_t n) { return n > 0; });
  Var x = channels_last(call.x());
  Ints low = m.low, high = sum_of(m.high, m.beyond);
  if (counted && reaches) {
    Ints before{0}, after{0};
    before.insert(before.end(), m.low.begin(), m.low.end()), after.insert(after.end(), m.high.begin(), m.high.end());
    before.push_back(0), after.push_back(0);
    x = pad(x, before, after);
    low.assign(low.size(), 0), high = m.beyond;
  }
  return {channels_first(average_pool_padded(x, m.window, m.strides, low, high, counted && !reaches, m.dilations))};
}

// The sizes that the axes of the image get.
Ints resized(const NodeCall& call, size_t scales, size_t sizes) {
  const Shape& from = call.x().shape();
  Ints axes = call.integers("axes"), out = from.ints();
  for (int axis = 0; !call.given("axes") && axis < from.rank(); ++axis) axes.push_back(axis);
  for (size_t i = 0; i < axes.size(); ++i) {
    const int axis = normal_axis(int(axes[i]), from.rank());
    out[size_t(axis)] = call.has(sizes) ? int64_t(call.value(sizes).flat(int64_t(i)))
                                        : int64_t(double(from[axis].value()) * call.value(scales).flat(int64_t(i)));
  }
  return {out.begin() + 2, out.end()};
}

Vars resizing(const NodeCall& call) {
  static const std::map<std::string, std::string> modes{
      {"nearest", "nearest"}, {"linear", "bilinear"}, {"cubic", "bicubic"}};
  return {channels_first(resize(channels_last(call.x()), resized(call, 2, 3), modes.at(call.text("mode", "nearest")),
                                call.integer("antialias", 0)))};
}

Vars upsampling(const NodeCall& call) {
  Ints factors = call.integers_of(1);
  return {channels_first(upsample(channels_last(call.x()), {factors.begin() + 2, factors.end()}))};
}

}  // namespace

void add_image_operators(Operators& to) {
  to["Conv"] = convolution;
  to["ConvTranspose"] = transposed_convolution;
  to["MaxPool"] = largest_of_windows;
  to["AveragePool"] = average;
  to["GlobalAveragePool"] = [](const NodeCall& call) -> Vars {
    return {mean(call.x(), spatial_axes_of(call.x()), true)};
  };
  to["GlobalMaxPool"] = [](const NodeCall& call) -> Vars { return {max(call.x(), spatial_axes_of(call.x()), true)}; };
  to["Resize"] = resizing;
  to["Upsample"] = upsampling;
}

}  // namespace cajal::onnx_cases
