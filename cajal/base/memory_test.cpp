#include "cajal/base/memory.h"

#include <gtest/gtest.h>

#include "cajal/base/error.h"

namespace cajal {
namespace {

TEST(FreeMemory, IsSomeAndNotAll) {
  EXPECT_GT(free_memory(), uint64_t(1) << 20);
  EXPECT_NO_THROW(require_memory(uint64_t(1) << 20, "a little", ""));
}

TEST(FreeMemory, WhatIsNotThereIsRefusedWithTheFigure) {
  if (free_memory() == UINT64_MAX) GTEST_SKIP() << "this system does not say how much memory is free";
  try {
    require_memory(uint64_t(1) << 60, "the network", "a smaller one");
    FAIL() << "an exabyte is there";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::out_of_memory);
    EXPECT_TRUE(error.message().starts_with("the network needs 1.2 EB of memory, and ")) << error.message();
    EXPECT_NE(error.message().find(" are free"), std::string::npos) << error.message();
    EXPECT_EQ(error.hint(), "a smaller one");
  }
}

}  // namespace
}  // namespace cajal
