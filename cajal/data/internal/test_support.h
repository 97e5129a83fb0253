// What the tests of this room share. Included by tests only.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "cajal/base/error.h"
#include "cajal/base/files.h"
#include "cajal/data/dataset.h"

namespace cajal::internal {

/// "message | hint" of the error that the body throws.
inline std::string error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.message() + (error.hint().empty() ? "" : " | " + error.hint());
  }
  return "no error";
}

/// Its code; 0 where none is thrown.
inline Code code_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.code();
  }
  return Code(0);
}

/// The first inputs of an epoch's elements, as numbers, one list for each element.
using Numbers = std::vector<std::vector<int64_t>>;
inline Numbers elements(const Dataset& data, uint64_t epoch = 0, int64_t skipped = 0) {
  Numbers out;
  DatasetCursor cursor = data.begin_epoch(epoch);
  cursor.skip(skipped);
  for (Batch batch; cursor.next(batch);) out.push_back(batch.x[0].values<int64_t>());
  return out;
}

/// The same, all elements behind each other.
inline std::vector<int64_t> flat(const Dataset& data, uint64_t epoch = 0, int64_t skipped = 0) {
  std::vector<int64_t> out;
  for (const auto& values : elements(data, epoch, skipped)) out.insert(out.end(), values.begin(), values.end());
  return out;
}

/// The same numbers in ways that can only be read in order.
inline Dataset in_order(const Dataset& data) {
  return data.filter([](const Batch&) { return true; });
}

/// A folder of this test's own.
inline Path scratch_folder() {
  const auto* info = testing::UnitTest::GetInstance()->current_test_info();
  const Path folder = Path(testing::TempDir()) / (std::string("cajal_") + info->test_suite_name() + "_" + info->name());
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

}  // namespace cajal::internal
