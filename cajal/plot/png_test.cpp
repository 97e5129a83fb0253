#include "cajal/plot/png.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>

#include "cajal/base/error.h"

namespace cajal::plot {
namespace {

uint32_t big_endian_at(const std::string& bytes, size_t at) {
  uint32_t out = 0;
  for (size_t i = 0; i < 4; ++i) out = out << 8 | uint8_t(bytes[at + i]);
  return out;
}

// The rows of pixels that a PNG of ours holds, each chunk's checksum proved.
std::string rows_of(const std::string& png, size_t size) {
  EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
  std::string packed;
  for (size_t at = 8; at + 12 <= png.size();) {
    const size_t length = big_endian_at(png, at);
    const std::string type = png.substr(at + 4, 4), content = png.substr(at + 8, length);
    const uLong sum = ::crc32(0, reinterpret_cast<const Bytef*>(png.data() + at + 4), uInt(length + 4));
    EXPECT_EQ(big_endian_at(png, at + 8 + length), uint32_t(sum)) << type;
    if (type == "IDAT") packed += content;
    at += length + 12;
  }
  std::string out(size, '\0');
  uLongf got = uLongf(size);
  EXPECT_EQ(::uncompress(reinterpret_cast<Bytef*>(out.data()), &got, reinterpret_cast<const Bytef*>(packed.data()),
                         uLong(packed.size())),
            Z_OK);
  EXPECT_EQ(got, size);
  return out;
}

TEST(Png, GrayBytesKeepTheirValues) {
  const Tensor image = Tensor::of<uint8_t>({0, 128, 255, 1, 2, 3}, {2, 3});
  const std::string png = png_bytes(image);
  EXPECT_EQ(big_endian_at(png, 16), 3u);
  EXPECT_EQ(big_endian_at(png, 20), 2u);
  const std::string rows = rows_of(png, 2 * (1 + 9));
  EXPECT_EQ(uint8_t(rows[4]), 128);
  EXPECT_EQ(uint8_t(rows[7]), 255);
  EXPECT_EQ(uint8_t(rows[19]), 3);
}

TEST(Png, FloatsFromZeroToOneAndOtherRanges) {
  EXPECT_EQ(uint8_t(rows_of(png_bytes(Tensor::of<float>({0, 0.5, 1, 0.25}, {2, 2})), 14)[4]), 128);
  const std::string rows = rows_of(png_bytes(Tensor::of<float>({-1, 0, 1, 3}, {2, 2})), 14);
  EXPECT_EQ(uint8_t(rows[1]), 0);
  EXPECT_EQ(uint8_t(rows[11]), 255);
}

TEST(Png, ColourAndTransparency) {
  const Tensor image = Tensor::of<float>({1, 0, 0, 0, 1, 0}, {1, 2, 3});
  EXPECT_EQ(uint8_t(rows_of(png_bytes(image), 7)[1]), 255);
  const std::string rows = rows_of(png_bytes(Tensor::of<float>({NAN, 1}, {1, 2})), 9);
  EXPECT_EQ(uint8_t(rows[4]), 0) << "NaN is see-through";
  EXPECT_EQ(uint8_t(rows[8]), 255);
}

TEST(Png, OtherShapesAreRefused) {
  EXPECT_THROW(png_bytes(Tensor({3})), Error);
  EXPECT_THROW(png_bytes(Tensor({3, 3, 2})), Error);
  EXPECT_THROW(png_bytes(Tensor()), Error);
  EXPECT_THROW(png_bytes(Tensor({0, 3})), Error);
}

}  // namespace
}  // namespace cajal::plot
