#include "cajal/zoo/measurement.h"

#include <gtest/gtest.h>

#include <cmath>

#include "cajal/base/error.h"

namespace cajal {
namespace {

TEST(Measurement, TakesTheSizesThatItIsGiven) {
  const Workload& small = workload("iris_mlp");
  Measurement own(small), larger(small, {.batch = 50, .width = 64});
  EXPECT_EQ(own.items(), 32);
  EXPECT_EQ(larger.items(), 50);
  larger.instance().run();
  EXPECT_TRUE(std::isfinite(larger.loss()));
  EXPECT_GT(larger.plan()->arena_bytes, own.plan()->arena_bytes);
}

TEST(Measurement, AnInferenceHasOtherBatchesToo) {
  const Workload one{.name = "one",
                     .summary = "",
                     .batch = 2,
                     .items = 6,
                     .model =
                         [] {
                           return dense_classifier({4, 3});
                         },
                     .data =
                         [] {
                           Batch batch = random_batch(2, {4}, 3);
                           batch.y.clear();
                           return batch;
                         },
                     .training = false};
  Measurement measurement(one, {.batch = 5});
  EXPECT_EQ(measurement.items(), 15);
  measurement.instance().run();
  const Tensor out = measurement.instance().output(0);
  EXPECT_EQ(out.shape(), (Shape{5, 3}));
  for (int64_t column = 0; column < 3; ++column) {
    EXPECT_EQ(out.at({4, column}), out.at({0, column})) << "the samples of the workload, again and again";
    EXPECT_EQ(out.at({3, column}), out.at({1, column}));
  }
}

void expect_refused(std::string_view name, const WorkloadSize& size, const std::string& message) {
  try {
    Measurement(workload(name), size);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), message);
  }
}

TEST(Measurement, SizesThatMakeNoSenseAreNamed) {
  expect_refused("mnist_cnn", {.width = 8}, "the workload mnist_cnn was given a width of 8");
  expect_refused("iris_mlp", {.batch = -1}, "the workload iris_mlp was given a batch of -1");
}

}  // namespace
}  // namespace cajal
