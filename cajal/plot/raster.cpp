#include "cajal/plot/internal/raster.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cajal/base/error.h"
#include "cajal/plot/internal/checks.h"

namespace cajal::plot::internal {
namespace {

uint8_t byte(double value) { return uint8_t(std::lround(std::clamp(value, 0.0, 255.0))); }

void write_pixel(const double* from, int64_t channels, double scale, uint8_t* to) {
  for (int64_t c = 0; c < 3; ++c) to[c] = byte(from[c] * scale);
  to[3] = channels == 4 ? byte(from[3] * scale) : 255;
  if (std::any_of(from, from + channels, [](double value) { return std::isnan(value); })) to[3] = 0;
}

void write_mapped(double value, const Colormap& map, double low, double high, uint8_t* to) {
  const Rgb colour = map(high > low ? (value - low) / (high - low) : 0.5);
  to[0] = colour.red, to[1] = colour.green, to[2] = colour.blue;
  to[3] = std::isnan(value) ? 0 : 255;
}

}  // namespace

std::array<double, 2> brightness_range(const Tensor& image) {
  if (image.dtype() == DType::uint8) return {0, 255};
  if (image.dtype() == DType::boolean) return {0, 1};
  const auto range = finite_range(image.values<double>());
  return range[0] >= 0 && range[1] <= 1 ? std::array{0.0, 1.0} : range;
}

Raster raster_of(const Tensor& image, const Colormap& map, double low, double high) {
  const int rank = image.defined() ? image.rank() : 0;
  const int64_t channels = rank == 3 ? image.dim(2) : 1;
  if ((rank != 2 && rank != 3) || (channels != 1 && channels != 3 && channels != 4) || image.size() == 0)
    fail("a picture was given as " + (image.defined() ? image.shape().text() : std::string("an empty tensor")),
         "[rows, columns], or [rows, columns, 1, 3 or 4]");
  Raster out;
  out.height = image.dim(0), out.width = image.dim(1);
  out.extent = {-0.5, double(out.width) - 0.5, double(out.height) - 0.5, -0.5};
  out.rgba.resize(size_t(out.width * out.height * 4));
  const std::vector<double> values = image.values<double>();
  const double scale = is_float(image.dtype()) || image.dtype() == DType::boolean ? 255 : 1;
  for (int64_t i = 0; i < out.width * out.height; ++i) {
    uint8_t* to = out.rgba.data() + 4 * i;
    if (channels == 1) write_mapped(values[size_t(i)], map, low, high, to);
    else write_pixel(values.data() + i * channels, channels, scale, to);
  }
  return out;
}

Raster at_most(const Raster& raster, int64_t width, int64_t height) {
  if (raster.width <= width && raster.height <= height) return raster;
  Raster out{std::min(raster.width, width), std::min(raster.height, height), {}, raster.extent};
  out.rgba.resize(size_t(out.width * out.height * 4));
  for (int64_t row = 0; row < out.height; ++row)
    for (int64_t column = 0; column < out.width; ++column) {
      const int64_t top = row * raster.height / out.height, bottom = (row + 1) * raster.height / out.height;
      const int64_t left = column * raster.width / out.width, right = (column + 1) * raster.width / out.width;
      double sum[4] = {};
      for (int64_t y = top; y < bottom; ++y)
        for (int64_t x = left; x < right; ++x)
          for (int c = 0; c < 4; ++c) sum[c] += raster.rgba[size_t((y * raster.width + x) * 4 + c)];
      const double count = double((bottom - top) * (right - left));
      for (int c = 0; c < 4; ++c) out.rgba[size_t((row * out.width + column) * 4 + c)] = byte(sum[c] / count);
    }
  return out;
}

}  // namespace cajal::plot::internal
