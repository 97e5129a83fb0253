// What the tests of networks share.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "cajal/base/random.h"
#include "cajal/nn/layer.h"

namespace cajal {

/// Begins each test with the first names and the same random numbers.
class FreshSession : public testing::Test {
 protected:
  void SetUp() override {
    clear_session();
    set_random_seed(1);
  }
};

/// The same, with an empty folder that goes with the test.
class SessionWithFolder : public FreshSession {
 protected:
  void SetUp() override {
    FreshSession::SetUp();
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              ("cajal_" + std::string(info->test_suite_name()) + "_" + std::string(info->name()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string file(const std::string& name) const { return (folder_ / name).string(); }
  std::string folder() const { return folder_.string(); }

 private:
  std::filesystem::path folder_;
};

/// The Error that a call throws; one that says so where it throws none.
template <class F>
Error error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error;
  }
  return Error(Code::unsupported, "nothing was thrown");
}

/// Numbers between -1 and 1, always the same for a seed.
inline Tensor numbers(const Shape& shape, uint64_t seed) {
  Tensor out(shape);
  random::Stream stream(seed);
  for (int64_t i = 0; i < out.size(); ++i) out.set_flat(i, stream.uniform(-1, 1));
  return out;
}

}  // namespace cajal
