#include "cajal/tensor/dtype.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "cajal/base/error.h"
#include "cajal/tensor/convert.h"

namespace cajal {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

DType type(int index) { return DType(index); }

TEST(DType, NamesThereAndBack) {
  for (int i = 0; i < dtype_count; ++i) EXPECT_EQ(dtype_of(name(type(i))), type(i));
  try {
    dtype_of("flaot32");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "there is no element type 'flaot32'");
    EXPECT_EQ(error.hint(), "'float32'");
  }
}

TEST(DType, SizesAreThoseOfTheTypes) {
  for (int i = 0; i < dtype_count; ++i)
    visit(type(i), [&](auto zero) {
      EXPECT_EQ(size_of(type(i)), sizeof zero);
      EXPECT_EQ(dtype<decltype(zero)>(), type(i));
    });
}

// Row and column in the order of DType's numbers; from Keras 3's table.
TEST(DType, PromotesAsKerasDoes) {
  constexpr DType f4 = DType::float32, f8 = DType::float64, bf = DType::bfloat16, f2 = DType::float16, i1 = DType::int8,
                  i2 = DType::int16, i4 = DType::int32, i8 = DType::int64, u1 = DType::uint8, b1 = DType::boolean;
  constexpr DType table[dtype_count][dtype_count] = {
      {f4, f8, f4, f4, f4, f4, f4, f4, f4, f4}, {f8, f8, f8, f8, f8, f8, f8, f8, f8, f8},
      {f4, f8, bf, f4, bf, bf, bf, bf, bf, bf}, {f4, f8, f4, f2, f2, f2, f2, f2, f2, f2},
      {f4, f8, bf, f2, i1, i2, i4, i8, i2, i1}, {f4, f8, bf, f2, i2, i2, i4, i8, i2, i2},
      {f4, f8, bf, f2, i4, i4, i4, i8, i4, i4}, {f4, f8, bf, f2, i8, i8, i8, i8, i8, i8},
      {f4, f8, bf, f2, i2, i2, i4, i8, u1, u1}, {f4, f8, bf, f2, i1, i2, i4, i8, u1, b1}};
  for (int a = 0; a < dtype_count; ++a)
    for (int b = 0; b < dtype_count; ++b) {
      EXPECT_EQ(promote(type(a), type(b)), table[a][b]) << name(type(a)) << " with " << name(type(b));
      EXPECT_EQ(promote(type(a), type(b)), promote(type(b), type(a)));
    }
}

TEST(Float16, EveryValueSurvives) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    float16 half;
    half.bits = uint16_t(bits);
    const float value = half;
    if (std::isnan(value)) {
      ASSERT_TRUE(std::isnan(float(float16(value))));
    } else {
      ASSERT_EQ(float16(value).bits, half.bits);
    }
  }
}

TEST(Float16, KnownValues) {
  EXPECT_EQ(float16(1.f).bits, 0x3C00);
  EXPECT_EQ(float16(-2.f).bits, 0xC000);
  EXPECT_EQ(float16(65504.f).bits, 0x7BFF);
  EXPECT_EQ(float16(0x1p-24f).bits, 0x0001);
  EXPECT_EQ(float16(-0.f).bits, 0x8000);
  EXPECT_EQ(float16(std::numeric_limits<float>::infinity()).bits, 0x7C00);
  EXPECT_TRUE(std::isnan(float(float16(std::nanf("")))));
}

// Halfway between two halves goes to the even one; a hair beside it to the nearer one.
TEST(Float16, RoundsToNearestEven) {
  for (uint32_t bits = 0; bits < 0x7BFF; ++bits) {
    float16 low, high;
    low.bits = uint16_t(bits);
    high.bits = uint16_t(bits + 1);
    const float middle = (float(low) + float(high)) / 2;
    ASSERT_EQ(float16(middle).bits, bits & 1 ? bits + 1 : bits);
    ASSERT_EQ(float16(std::nextafter(middle, 0.f)).bits, bits);
    ASSERT_EQ(float16(std::nextafter(middle, 1e9f)).bits, bits + 1);
  }
  EXPECT_EQ(float16(65519.99f).bits, 0x7BFF);
  EXPECT_EQ(float16(65520.f).bits, 0x7C00);
  EXPECT_EQ(float16(0x1p-25f).bits, 0);
  EXPECT_EQ(float16(1e-30f).bits, 0);
}

TEST(BFloat16, RoundsToNearestEven) {
  EXPECT_EQ(bfloat16(1.f).bits, 0x3F80);
  EXPECT_EQ(bfloat16(1.00390625f).bits, 0x3F80);
  EXPECT_EQ(bfloat16(1.01171875f).bits, 0x3F82);
  EXPECT_EQ(bfloat16(3.4e38f).bits, 0x7F80);
  EXPECT_TRUE(std::isnan(float(bfloat16(std::bit_cast<float>(0x7F800001u)))));
}

TEST(Convert, FloatToInteger) {
  EXPECT_EQ((convert<int32_t>(-2.9f)), -2);
  EXPECT_EQ((convert<uint8_t>(300.f)), 255);
  EXPECT_EQ((convert<uint8_t>(-1.f)), 0);
  EXPECT_EQ((convert<int64_t>(1e30)), INT64_MAX);
  EXPECT_EQ((convert<int64_t>(-infinity)), INT64_MIN);
  EXPECT_EQ((convert<int32_t>(2147483520.f)), 2147483520);
  EXPECT_EQ((convert<int32_t>(2147483648.f)), INT32_MAX);
  EXPECT_EQ((convert<int8_t>(std::nan(""))), 0);
  EXPECT_EQ((convert<int16_t>(float16(-3.5f))), -3);
}

TEST(Convert, IntegersAndBooleans) {
  EXPECT_EQ((convert<uint8_t>(int32_t(257))), 1);
  EXPECT_EQ((convert<int8_t>(uint8_t(200))), -56);
  EXPECT_TRUE(convert<bool>(0.5f));
  EXPECT_TRUE(convert<bool>(bfloat16(-1.f)));
  EXPECT_FALSE(convert<bool>(-0.0));
  EXPECT_EQ(float(convert<bfloat16>(true)), 1);
  EXPECT_EQ((convert<double>(int64_t(1) << 40)), 0x1p40);
}

// 1 + 2^-11 + 2^-40 lies above the middle of two halves, but as a float it is the middle itself.
TEST(Convert, DoubleToHalfIsRoundedOnce) {
  EXPECT_EQ((convert<float16>(1 + 0x1p-11).bits), 0x3C00);
  EXPECT_EQ((convert<float16>(1 + 0x1p-11 + 0x1p-40).bits), 0x3C01);
  EXPECT_EQ((convert<float16>(-1 - 0x1p-11 - 0x1p-40).bits), 0xBC01);
  EXPECT_EQ((convert<bfloat16>(1 + 0x1p-8 + 0x1p-50).bits), 0x3F81);
  EXPECT_EQ((convert<float16>(1e300).bits), 0x7C00);
  EXPECT_EQ((convert<bfloat16>(1e300).bits), 0x7F80);
}

}  // namespace
}  // namespace cajal
