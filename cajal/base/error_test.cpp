#include "cajal/base/error.h"

#include <gtest/gtest.h>

namespace cajal {
namespace {

TEST(Error, WhatJoinsMessagePlaceAndHint) {
  const Error error(Code::bad_data, "row 3 has 4 columns", "iris.csv", "--header no");
  EXPECT_EQ(error.code(), Code::bad_data);
  EXPECT_STREQ(error.what(), "row 3 has 4 columns\n  In iris.csv.\n  Try: --header no");
}

TEST(Error, WithoutPlaceAndHint) { EXPECT_STREQ(Error(Code::io, "no room").what(), "no room"); }

TEST(Error, AtPutsPlacesInFront) {
  const Error error = Error(Code::io, "m").at("dense_1").at("model");
  EXPECT_EQ(error.where(), "model, dense_1");
  EXPECT_STREQ(error.what(), "m\n  In model, dense_1.");
}

TEST(Error, FailIsAnInvalidArgument) {
  try {
    fail("wrong", "right");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::invalid_argument);
    EXPECT_EQ(error.message(), "wrong");
    EXPECT_EQ(error.hint(), "right");
  }
}

}  // namespace
}  // namespace cajal
