// Reading the golden values of tests/golden, for tests. Tests run in the source's folder.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "cajal/base/config.h"
#include "cajal/base/files.h"
#include "cajal/nn/layer.h"
#include "cajal/program/program.h"

namespace cajal::golden {

inline Config read(const std::string& name) { return Config::parse(read_text("tests/golden/" + name)); }

inline double number(const Config& value) {
  if (!value.is_text()) return value.number();
  const double inf = std::numeric_limits<double>::infinity();
  return value.text() == "nan" ? std::nan("") : value.text() == "inf" ? inf : -inf;
}

inline void append(const Config& value, int depth, Shape& shape, std::vector<double>& out) {
  if (!value.is_list()) return out.push_back(number(value));
  if (shape.rank() == depth) shape.push_back(int64_t(value.list().size()));
  for (const Config& item : value.list()) append(item, depth + 1, shape, out);
}

/// Nested lists as a tensor of doubles.
inline Tensor tensor(const Config& value) {
  Shape shape;
  std::vector<double> values;
  append(value, 0, shape, values);
  return Tensor::of(values, shape);
}

/// {"class_name", "config"} of a record's name and arguments.
inline Config part(const std::string& class_name, const Config& arguments) {
  Config out;
  out.set("class_name", class_name);
  out.set("config", arguments);
  return out;
}

/// The largest difference of two tensors, relative to 1 or to the wanted value where that is larger; infinite where
/// their shapes differ.
inline double difference(const Tensor& got, const Tensor& wanted) {
  if (!(got.shape() == wanted.shape())) return std::numeric_limits<double>::infinity();
  double worst = 0;
  for (int64_t i = 0; i < got.size(); ++i) {
    const double a = got.flat(i), b = wanted.flat(i);
    if (a == b || (std::isnan(a) && std::isnan(b))) continue;
    const double error = std::abs(a - b) / std::max(1.0, std::abs(b));
    worst = std::isnan(error) ? std::numeric_limits<double>::infinity() : std::max(worst, error);
  }
  return worst;
}

inline void expect_near(const Tensor& got, const Tensor& wanted, double tolerance, const std::string& what) {
  EXPECT_LE(difference(got, wanted), tolerance) << what << "\ngot " << got.shape().text() << "\n"
                                                << got.text() << "\nwanted " << wanted.shape().text() << "\n"
                                                << wanted.text();
}

/// The outputs of a recorded function of these tensors, by the reference kernels.
inline std::vector<Tensor> run(const std::vector<Tensor>& inputs, const std::function<Vars(const Vars&)>& function) {
  Vars placeholders;
  for (const Tensor& input : inputs) placeholders.push_back(placeholder(input.shape(), input.dtype()));
  return Program(placeholders, function)(inputs);
}

/// Layers, metrics and rates in double while it lives.
class InDouble {
 public:
  InDouble() { set_floatx(DType::float64); }
  ~InDouble() { set_floatx(DType::float32); }
  InDouble(const InDouble&) = delete;
  InDouble& operator=(const InDouble&) = delete;
};

}  // namespace cajal::golden
