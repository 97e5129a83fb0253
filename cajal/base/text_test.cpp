#include "cajal/base/text.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cajal {
namespace {

const std::vector<std::string> activations = {"relu", "sigmoid", "softmax", "softplus", "tanh", "leaky_relu"};

TEST(Text, JoinAndSplit) {
  EXPECT_EQ(join({}, ", "), "");
  EXPECT_EQ(join({"a"}, ", "), "a");
  EXPECT_EQ(join({"a", "b", ""}, ", "), "a, b, ");
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), (std::vector<std::string>{""}));
}

TEST(Text, TrimAndLower) {
  EXPECT_EQ(trim("  a b\r\n"), "a b");
  EXPECT_EQ(trim(" \t "), "");
  EXPECT_EQ(lower("ReLU-Ö"), "relu-Ö");
}

TEST(Text, NearestForgivesLetters) {
  EXPECT_EQ(nearest("rleu", activations), "relu");
  EXPECT_EQ(nearest("sigmiod", activations), "sigmoid");
  EXPECT_EQ(nearest("soft_max", activations), "softmax");
  EXPECT_EQ(nearest("LeakyReLU", activations), "leaky_relu");
  EXPECT_EQ(nearest("flaot32", {"float16", "float32", "float64"}), "float32");
  EXPECT_EQ(nearest("--epoch", {"--epochs", "--batch-size"}), "--epochs");
  EXPECT_EQ(nearest("acc", {"loss", "accuracy"}), "accuracy");
}

TEST(Text, NearestFindsNothingWhereNothingIsNear) {
  EXPECT_EQ(nearest("convolution", activations), "");
  EXPECT_EQ(nearest("x", {"y", "z"}), "");
  EXPECT_EQ(nearest("", activations), "");
  EXPECT_EQ(nearest("relu", {}), "");
  EXPECT_EQ(nearest(std::string(100000, 'a'), activations), "");
}

TEST(Text, DidYouMeanAndChoices) {
  EXPECT_EQ(did_you_mean("tahn", activations), "; did you mean 'tanh'?");
  EXPECT_EQ(did_you_mean("quux", activations), "");
  EXPECT_EQ(choices("tahn", activations), "'tanh'");
  EXPECT_EQ(choices("quux", {"a", "b"}), "one of a, b");
  EXPECT_EQ(choices("quux", {}), "");
  const std::string many = choices("quux", std::vector<std::string>(25, "a"));
  EXPECT_TRUE(many.ends_with("a and 5 more")) << many;
}

TEST(Text, Bytes) {
  EXPECT_EQ(human_bytes(0), "0 bytes");
  EXPECT_EQ(human_bytes(1), "1 byte");
  EXPECT_EQ(human_bytes(999), "999 bytes");
  EXPECT_EQ(human_bytes(1000), "1.0 kB");
  EXPECT_EQ(human_bytes(3'210'000), "3.2 MB");
  EXPECT_EQ(human_bytes(99'960'000), "100 MB");
  EXPECT_EQ(human_bytes(999'600'000), "1.0 GB");
  EXPECT_EQ(human_bytes(UINT64_MAX), "18.4 EB");
}

TEST(Text, Counts) {
  EXPECT_EQ(human_count(0), "0");
  EXPECT_EQ(human_count(999), "999");
  EXPECT_EQ(human_count(92000), "92,000");
  EXPECT_EQ(human_count(-1234567), "-1,234,567");
  EXPECT_EQ(human_count(-123), "-123");
  EXPECT_EQ(human_count(INT64_MIN), "-9,223,372,036,854,775,808");
}

TEST(Text, Durations) {
  EXPECT_EQ(human_duration(0), "0 us");
  EXPECT_EQ(human_duration(0.00025), "250 us");
  EXPECT_EQ(human_duration(0.9999e-3), "1 ms");
  EXPECT_EQ(human_duration(0.012), "12 ms");
  EXPECT_EQ(human_duration(3.44), "3.4 s");
  EXPECT_EQ(human_duration(9.99), "10 s");
  EXPECT_EQ(human_duration(59.7), "1 min");
  EXPECT_EQ(human_duration(80), "1 min 20 s");
  EXPECT_EQ(human_duration(3599.9), "1 h");
  EXPECT_EQ(human_duration(7500), "2 h 5 min");
  EXPECT_EQ(human_duration(3 * 86400 + 4 * 3600), "3 d 4 h");
  EXPECT_EQ(human_duration(NAN), "unknown time");
  EXPECT_EQ(human_duration(-1), "unknown time");
}

}  // namespace
}  // namespace cajal
