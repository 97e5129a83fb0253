#include "cajal/plot/png.h"

#include <zlib.h>

#include <vector>

#include "cajal/base/error.h"
#include "cajal/plot/internal/raster.h"

namespace cajal::plot {
namespace {

std::string big_endian(uint32_t number) {
  return {char(number >> 24), char(number >> 16), char(number >> 8), char(number)};
}

std::string chunk(const std::string& type, const std::string& content) {
  const std::string body = type + content;
  const uLong sum = ::crc32(0, reinterpret_cast<const Bytef*>(body.data()), uInt(body.size()));
  return big_endian(uint32_t(content.size())) + body + big_endian(uint32_t(sum));
}

std::string compressed(const std::string& content) {
  uLongf size = ::compressBound(uLong(content.size()));
  std::string out(size, '\0');
  const int failed = ::compress2(reinterpret_cast<Bytef*>(out.data()), &size,
                                 reinterpret_cast<const Bytef*>(content.data()), uLong(content.size()), 9);
  if (failed != Z_OK) throw Error(Code::out_of_memory, "a picture could not be compressed");
  out.resize(size);
  return out;
}

}  // namespace

std::string png_bytes(const Tensor& image, const PngOptions& options) {
  if (!image.defined())
    fail("a picture was given as an empty tensor", "[rows, columns], or [rows, columns, 1, 3 or 4]");
  const auto range = internal::brightness_range(image);
  const internal::Raster raster = internal::raster_of(image, Colormap(options.cmap), options.vmin.value_or(range[0]),
                                                      options.vmax.value_or(range[1]));
  bool opaque = true;
  for (size_t i = 3; i < raster.rgba.size(); i += 4) opaque = opaque && raster.rgba[i] == 255;
  const size_t channels = opaque ? 3 : 4;
  std::string rows;
  for (size_t i = 0; i < raster.rgba.size(); i += 4) {
    if (i / 4 % size_t(raster.width) == 0) rows += '\0';  // each row begins with its filter: none
    rows.append(reinterpret_cast<const char*>(raster.rgba.data() + i), channels);
  }
  const std::string header = big_endian(uint32_t(raster.width)) + big_endian(uint32_t(raster.height)) +
                             std::string{8, char(opaque ? 2 : 6), 0, 0, 0};
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + chunk("IDAT", compressed(rows)) + chunk("IEND", "");
}

}  // namespace cajal::plot
