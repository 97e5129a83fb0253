#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cajal/base/files.h"
#include "cajal/tensor/tensor.h"

namespace cajal {
namespace {

using Json = nlohmann::json;

double number_of(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<double>();
  const auto word = value.get<std::string>();
  if (word == "nan") return std::numeric_limits<double>::quiet_NaN();
  return word == "-inf" ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
}

Tensor tensor_of(const Json& record) {
  Tensor out(Shape::of(record["shape"].get<std::vector<int64_t>>()), dtype_of(record["dtype"].get<std::string>()));
  const Json& values = record["values"];
  for (int64_t i = 0; i < out.size(); ++i) {
    if (values.is_object()) out.set_flat(i, double(i));
    else if (out.dtype() == DType::int64) out.data<int64_t>()[i] = values[size_t(i)].get<int64_t>();
    else out.set_flat(i, number_of(values[size_t(i)]));
  }
  return out;
}

TEST(Printing, IsWhatNumPyPrints) {
  const Json golden = Json::parse(read_text("tests/golden/numpy_printing.json"));
  int compared = 0;
  for (const Json& record : golden["records"]) {
    if (!record.contains("str") || record["dtype"].get<std::string>().starts_with("uint64")) continue;
    EXPECT_EQ(tensor_of(record).text(), record["str"].get<std::string>()) << record.dump();
    ++compared;
  }
  EXPECT_GT(compared, 40);
}

TEST(Printing, Scalars) {
  EXPECT_EQ(Tensor(1.f).text(), "1.0");
  EXPECT_EQ(Tensor(-0.1f).text(), "-0.1");
  EXPECT_EQ(Tensor::full({}, 1e20, DType::float64).text(), "1e+20");
  EXPECT_EQ(Tensor::full({}, -1.5e-7, DType::float64).text(), "-1.5e-07");
  EXPECT_EQ(Tensor::full({}, 65504, DType::float16).text(), "6.55e+04");
  EXPECT_EQ(Tensor(999999.f).text(), "999999.0");
  EXPECT_EQ(Tensor(1e6f).text(), "1e+06");
  EXPECT_EQ(Tensor::full({}, 1e6, DType::float64).text(), "1000000.0");
  EXPECT_EQ(Tensor(1e-4f).text(), "1e-04");
  EXPECT_EQ(Tensor(7).text(), "7");
  EXPECT_EQ(Tensor::full({}, 1, DType::boolean).text(), "True");
}

TEST(Printing, ShortestDigitsOfEachType) {
  EXPECT_EQ(Tensor::of<float16>({0.1f, 65504.f, 6e-8f}).text(), "[1.00e-01 6.55e+04 5.96e-08]");
  EXPECT_EQ(Tensor::of<bfloat16>({0.1f, 2.f, 3.140625f}).text(), "[0.1  2.   3.14]");
  EXPECT_EQ(Tensor::of({1e-5f, 123456.78f}).text(), "[9.9999997e-06 1.2345678e+05]");
}

TEST(Printing, FollowsStrides) {
  const Tensor numbers = Tensor::of({1, 2, 3, 4, 5, 6}, {2, 3});
  EXPECT_EQ(numbers.transpose().text(), "[[1 4]\n [2 5]\n [3 6]]");
  EXPECT_EQ(numbers[1].slice(0, {.step = -1}).text(), "[6 5 4]");
}

TEST(Printing, LinesBreakBeforeColumn75) {
  EXPECT_EQ(Tensor::full({30}, 1, DType::int32).text(),
            "[1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1]");
  const std::string text = Tensor::full({40}, 1, DType::int32).text();
  EXPECT_EQ(text.find('\n'), 74u);
  EXPECT_EQ(text.substr(73), "1\n 1 1 1]");
}

TEST(Printing, EmptyAndUndefined) {
  EXPECT_EQ(Tensor(Shape{0, 3}).text(), "[]");
  EXPECT_EQ(Tensor().text(), "(no tensor)");
}

TEST(Printing, ToAStream) {
  std::ostringstream out;
  out << Tensor::of({1.5, 2.});
  EXPECT_EQ(out.str(), "[1.5 2. ]");
}

}  // namespace
}  // namespace cajal
