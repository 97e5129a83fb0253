#include "cajal/base/config.h"

#include <gtest/gtest.h>

#include "cajal/base/error.h"

namespace cajal {
namespace {

TEST(Config, IsReadAsItWasWritten) {
  for (const char* text : {"null", "true", "\"a\\n\"", "[1,2.5,[]]", "{\"b\":1,\"a\":{}}", "-0.0", "1e+300", "1.0"})
    EXPECT_EQ(Config::parse(text).json(), text);
}

TEST(Config, IntegersKeepAllTheirDigits) {
  for (const int64_t number : {INT64_MAX, INT64_MIN, (int64_t(1) << 53) + 1, int64_t(-1)}) {
    EXPECT_EQ(Config(number).json(), std::to_string(number));
    EXPECT_EQ(Config::parse(std::to_string(number)).integer(), number);
  }
}

TEST(Config, NumbersBeyondAnIntegerAreFloats) {
  EXPECT_EQ(Config::parse("18446744073709551615").number(), 0x1p64);
  EXPECT_THROW((void)Config::parse("18446744073709551615").integer(), Error);
  EXPECT_THROW((void)Config(1e300).integer(), Error);
  EXPECT_THROW((void)Config(0.5).integer(), Error);
  EXPECT_EQ(Config(-3.).integer(), -3);
}

}  // namespace
}  // namespace cajal
