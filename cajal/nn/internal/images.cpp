#include "cajal/nn/internal/images.h"

#include <fmt/format.h>

#include "cajal/base/text.h"
#include "cajal/nn/internal/noise.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/random.h"
#include "cajal/ops/resize.h"
#include "cajal/ops/shape.h"

namespace cajal::internal {

std::string title(const Layer& layer) { return layer.class_name() + " '" + layer.name() + "'"; }

std::string axis_name(int axis, int axes) {
  static const char* const names[] = {"depth", "height", "width"};
  return axes == 1 ? "length" : names[axis + 3 - axes];
}

void expect_axes(const Layer& layer, const Shape& given, int axes, const DataFormat& format) {
  static const char* const forms[] = {"length", "height, width", "depth, height, width"};
  const std::string sizes = forms[axes - 1];
  if (given.rank() == axes + 2) return;
  fail(fmt::format("{} expects [batch, {}] and was given {}", title(layer),
                   format.channels_first() ? "channels, " + sizes : sizes + ", channels", given.text()),
       given.rank() == axes + 1 ? "an axis for the channel, of size 1, is put in by Reshape or expand_dims" : "");
}

Shape image_shape(const Layer& layer, const Shape& given, int axes, const DataFormat& format) {
  expect_axes(layer, given, axes, format);
  const Shape out = format.last(given);
  for (int axis = 1; axis < out.rank(); ++axis)
    if (out[axis].is_symbolic())
      fail(fmt::format("{} needs images of a known size and was given {}", title(layer), given.text()),
           "give the Input the size; a model may be called anew for another");
  return out;
}

Var with_channels_last(const Var& x, const DataFormat& format) {
  if (!format.channels_first() || x.rank() < 3) return x;
  return moveaxis(x, 1, x.rank() - 1);
}

Var with_channels_as_given(const Var& y, const DataFormat& format) {
  if (!format.channels_first() || y.rank() < 3) return y;
  return moveaxis(y, y.rank() - 1, 1);
}

void expect_channels(const Layer& layer, const Shape& image, const Dim& channels) {
  if (image.back() == channels) return;
  fail(fmt::format("{} expects {} channels and was given {}: the layer was built for {} at its first call",
                   title(layer), channels.text(), image.back().text(), layer.state()->input_shapes.at(0).text()),
       "give this input a layer of its own");
}

void expect_room(const Layer& layer, const std::string& what, const Shape& image, const Sizes& window,
                 const Sizes& dilation, const std::string& padding) {
  if (padding != "valid") return;
  const int axes = image.rank() - 2;
  for (int axis = 0; axis < axes; ++axis) {
    const int64_t places = image[axis + 1].value(), k = window.values()[size_t(axis)];
    const int64_t step = dilation.empty() ? 1 : dilation.values()[size_t(axis)], taken = (k - 1) * step + 1;
    if (taken <= places) continue;
    const std::string sum = step == 1 ? std::to_string(k) : fmt::format("({} - 1) * {} + 1 = {}", k, step, taken);
    fail(fmt::format("the {} of {} is larger than the image {}: along the {} it takes {} places and there are {}, so "
                     "that the output would have {} - {} + 1 = {}",
                     what, title(layer), image.text(), axis_name(axis, axes), sum, places, places, taken,
                     places - taken + 1),
         fmt::format("padding \"same\", a smaller {}, or fewer layers that make the image smaller before it", what));
  }
}

void expect_padding(const std::string& owner, const std::string& padding, bool causal) {
  std::vector<std::string> names{"valid", "same"};
  if (causal) names.emplace_back("causal");
  for (const std::string& name : names)
    if (padding == name) return;
  fail(owner + " has no padding called '" + padding + "'", choices(padding, names));
}

void expect_groups(const std::string& owner, int64_t groups, int64_t number, const std::string& what) {
  if (groups < 1) fail(fmt::format("{} needs at least 1 group and was given {}", owner, groups));
  if (number % groups == 0) return;
  fail(fmt::format("{} has {} groups, which do not divide its {} {}: {} = {} * {} + {}", owner, groups, number, what,
                   number, number / groups, groups, number % groups),
       "a number that divides both the channels and the filters");
}

namespace {

// Where the first spatial axis stands.
int first_axis(const DataFormat& format) { return format.channels_first() ? 2 : 1; }

}  // namespace

Var zero_padded(const Layer& layer, const Var& x, const std::vector<Margins::Pair>& padding, const DataFormat& format) {
  image_shape(layer, x.shape(), int(padding.size()), format);
  std::vector<int64_t> low(size_t(x.rank()), 0), high = low;
  for (size_t axis = 0; axis < padding.size(); ++axis) {
    low[axis + size_t(first_axis(format))] = padding[axis][0];
    high[axis + size_t(first_axis(format))] = padding[axis][1];
  }
  return pad(x, low, high);
}

Var cropped(const Layer& layer, const Var& x, const std::vector<Margins::Pair>& cropping, const DataFormat& format) {
  const Shape image = image_shape(layer, x.shape(), int(cropping.size()), format);
  std::vector<int64_t> starts(size_t(first_axis(format)), from_first), stops(starts.size(), to_end);
  for (size_t axis = 0; axis < cropping.size(); ++axis) {
    const int64_t size = image[int(axis) + 1].value(), before = cropping[axis][0], after = cropping[axis][1];
    if (size <= before + after)
      fail(fmt::format("{} leaves nothing of {}: along the {} {} - {} - {} = {}", title(layer), x.shape().text(),
                       axis_name(int(axis), int(cropping.size())), size, before, after, size - before - after),
           "a smaller cropping");
    starts.push_back(before), stops.push_back(size - after);
  }
  return slice(x, starts, stops);
}

Var enlarged(const Layer& layer, const Var& x, const Sizes& factors, const DataFormat& format,
             const std::string& interpolation) {
  image_shape(layer, x.shape(), int(factors.values().size()), format);
  const Var last = with_channels_last(interpolation == "nearest" ? x : as_float(x, floatx()), format);
  return with_channels_as_given(upsample(last, factors.values(), interpolation), format);
}

void expect_rate(const std::string& owner, double rate) {
  if (!(rate >= 0 && rate <= 1))
    fail(owner + " expects a rate from 0 to 1 and was given " + std::to_string(rate), owner + "(0.2)");
}

Var channel_mask(const Layer& layer, const Var& x, int axes, double rate, const DataFormat& format) {
  expect_axes(layer, x.shape(), axes, format);
  Shape drawn = x.shape();
  for (int axis = 0; axis < axes; ++axis) drawn[axis + first_axis(format)] = 1;
  return dropout_mask(noise_like(x, drawn), rate);
}

Var as_float(const Var& x, DType type) { return is_float(x.dtype()) ? x : cast(x, type); }

}  // namespace cajal::internal
