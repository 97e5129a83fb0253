// What the tests of file formats share. Included by tests only.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cajal/base/error.h"
#include "cajal/base/files.h"
#include "cajal/tensor/tensor.h"

namespace cajal::internal {

/// A folder of this test's own, removed at its end.
class Scratch {
 public:
  Scratch() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    const std::string own = std::string(info->test_suite_name()) + "_" + info->name() + "_" + std::to_string(getpid());
    folder_ = Path(testing::TempDir()) / own;
    std::filesystem::create_directories(folder_);
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Path operator/(const std::string& name) const { return folder_ / name; }

 private:
  Path folder_;
};

/// A file of the data sets beside the source; "" where they are absent.
inline Path data_file(const std::string& name) {
  const char* folder = std::getenv("CAJAL_DATA");
  const Path path = Path(folder ? folder : "../shared/data") / name;
  return file_exists(path) ? path : Path();
}

/// "message | hint" of the error that the body throws.
inline std::string error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.message() + (error.hint().empty() ? "" : " | " + error.hint());
  }
  return "no error";
}

inline Code code_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.code();
  }
  return Code(0);
}

/// Every prefix of the bytes must be refused as bad data.
inline void expect_prefixes_refused(const Bytes& whole, const std::function<void(const Bytes&)>& read) {
  for (size_t size = 0; size < whole.size(); ++size) {
    const Bytes prefix(whole.begin(), whole.begin() + std::ptrdiff_t(size));
    EXPECT_EQ(code_of([&] { read(prefix); }), Code::bad_data) << size << " of " << whole.size() << " bytes";
  }
}

/// Each byte with each bit turned, and with all, must give a result or an Error, nothing else.
inline void expect_damage_survived(const Bytes& whole, const std::function<void(const Bytes&)>& read) {
  for (size_t place = 0; place < whole.size(); ++place)
    for (const int bits : {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
      Bytes damaged = whole;
      damaged[place] ^= std::byte(bits);
      try {
        read(damaged);
      } catch (const Error&) {
      }
    }
}

/// The records of tests/golden/files.json of one format.
inline std::vector<nlohmann::json> golden_files(const std::string& format) {
  std::vector<nlohmann::json> out;
  const auto golden = nlohmann::json::parse(read_text("tests/golden/files.json"));
  for (const auto& record : golden["records"])
    if (record["format"] == format) out.push_back(record);
  return out;
}

/// Compares a tensor with a golden record's shape, dtype and values.
inline void expect_golden(const Tensor& tensor, const nlohmann::json& record) {
  SCOPED_TRACE(record.dump());
  EXPECT_EQ(tensor.shape(), Shape::of(record["shape"].get<std::vector<int64_t>>()));
  const auto type = record["dtype"].get<std::string>();
  if (!type.starts_with("uint") || type == "uint8") {
    EXPECT_EQ(name(tensor.dtype()), type);
  }
  ASSERT_EQ(size_t(tensor.size()), record["values"].size());
  for (int64_t i = 0; i < tensor.size(); ++i) {
    const auto& value = record["values"][size_t(i)];
    const std::string text = value.is_string() ? value.get<std::string>() : "";
    if (text == "nan") {
      EXPECT_TRUE(std::isnan(tensor.flat(i)));
    } else if (!text.empty()) {
      EXPECT_EQ(tensor.flat(i), text == "inf" ? HUGE_VAL : -HUGE_VAL);
    } else if (tensor.dtype() == DType::int64) {
      EXPECT_EQ(tensor.values<int64_t>()[size_t(i)], value.get<int64_t>());
    } else {
      EXPECT_EQ(tensor.flat(i), value.is_boolean() ? double(value.get<bool>()) : value.get<double>());
    }
  }
}

}  // namespace cajal::internal
