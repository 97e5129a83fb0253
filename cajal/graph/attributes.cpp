#include "cajal/graph/attributes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "cajal/base/error.h"
#include "cajal/base/random.h"
#include "cajal/base/text.h"
#include "cajal/graph/body.h"

namespace cajal {

std::string FieldText::text(double value) { return fmt::format("{}", value); }

// Small tensors are written out; of large ones a hash of the bytes tells equal from different.
std::string FieldText::text(const Tensor& value) {
  if (!value.defined()) return "none";
  const Tensor dense = value.contiguous();
  if (dense.size() == 1 && is_integer(dense.dtype()))  // all digits, which a double may not hold
    return fmt::format("{} {}", name(dense.dtype()), dense.values<int64_t>()[0]);
  if (dense.size() == 1) return fmt::format("{} {}", name(dense.dtype()), dense.item());
  uint64_t hash = dense.bytes();
  for (size_t i = 0; i < dense.bytes(); ++i) hash = random::mix(hash ^ uint64_t(dense.raw()[i]));
  return fmt::format("{} {} #{:016x}", name(dense.dtype()), dense.shape().text(), hash);
}

std::string FieldText::text(const std::shared_ptr<const Graph>& value) {
  return value ? "{\n" + cajal::text(*value) + "}" : "none";
}

// The name is for people; the address tells two variables of one name apart.
std::string FieldText::text(const std::shared_ptr<VariableState>& value) {
  return fmt::format("{} @{}", value->name, static_cast<const void*>(value.get()));
}

// ------------------------------------------------------------------------------------------------ files

namespace {

[[noreturn]] void refuse(const std::string& what) { throw Error(Code::bad_data, what); }

std::string hexadecimal(const Tensor& value) {
  const Tensor dense = value.contiguous();
  std::string out;
  out.reserve(2 * dense.bytes());
  for (size_t i = 0; i < dense.bytes(); ++i) out += fmt::format("{:02x}", unsigned(dense.raw()[i]));
  return out;
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  refuse(fmt::format("'{}' stands among the hexadecimal digits of a tensor", c));
}

constexpr int64_t most_elements = int64_t(1) << 32;

Shape concrete_shape(const Config& config) {
  Shape shape;
  FieldReader::read(config, shape);
  int64_t size = 1;
  for (const Dim& dim : shape) {
    if (dim.is_symbolic() || dim.value() < 0 || (dim.value() > 0 && size > most_elements / dim.value()))
      refuse("a tensor of the shape " + shape.text() + " cannot be");
    size *= dim.value();
  }
  return shape;
}

}  // namespace

Config FieldConfig::config(double value) {
  if (std::isfinite(value)) return value;
  return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

Config FieldConfig::config(const Dim& value) { return value.is_symbolic() ? Config(value.text()) : value.value(); }

Config FieldConfig::config(const Shape& value) {
  Config::List out;
  for (const Dim& dim : value) out.push_back(config(dim));
  return out;
}

Config FieldConfig::config(const Tensor& value) {
  if (!value.defined()) return {};
  Config out;
  out.set("dtype", std::string(name(value.dtype())));
  out.set("shape", config(value.shape()));
  out.set("bytes", hexadecimal(value));
  return out;
}

Config FieldConfig::config(const std::shared_ptr<const Graph>& value) { return value ? body_config(*value) : Config(); }

Config FieldConfig::config(const std::shared_ptr<VariableState>& value) {
  throw Error(Code::unsupported, "the variable '" + value->name + "' cannot be written as part of an op");
}

const Config& FieldReader::named(std::string_view name) const {
  if (!from_.is_map() || !from_.has(name)) refuse("an op's attribute '" + std::string(name) + "' is missing");
  return from_[name];
}

void FieldReader::read(const Config& from, int& value) {
  const int64_t given = from.integer();
  value = int(given);
  if (value != given) refuse(fmt::format("{} is too large for an op's attribute", given));
}

void FieldReader::read(const Config& from, double& value) {
  if (!from.is_text()) value = from.number();
  else if (from.text() == "nan") value = std::numeric_limits<double>::quiet_NaN();
  else if (from.text() == "inf") value = std::numeric_limits<double>::infinity();
  else if (from.text() == "-inf") value = -std::numeric_limits<double>::infinity();
  else refuse("'" + from.text() + "' is not a number");
}

void FieldReader::read(const Config& from, float& value) {
  double wide = 0;
  read(from, wide);
  value = float(wide);
}

// "2*batch*time"
void FieldReader::read(const Config& from, Dim& value) {
  if (!from.is_text()) {
    value = Dim(from.integer());
    return;
  }
  value = Dim(1);
  for (const std::string& factor : split(from.text(), '*')) {
    if (factor.empty() || factor.size() > 60) refuse("'" + from.text() + "' is not a dimension");
    const bool number = std::all_of(factor.begin(), factor.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (number && factor.size() > 15) refuse("'" + from.text() + "' is not a dimension");
    value = value * (number ? Dim(int64_t(std::stoll(factor))) : Dim::symbol(factor));
  }
}

void FieldReader::read(const Config& from, Shape& value) {
  value = {};
  for (const Config& item : from.list()) {
    Dim dim;
    read(item, dim);
    value.push_back(dim);
  }
}

void FieldReader::read(const Config& from, Tensor& value) {
  value = {};
  if (from.is_null()) return;
  const Shape shape = concrete_shape(from["shape"]);
  const DType type = dtype_of(from["dtype"].text());
  const std::string& digits = from["bytes"].text();
  if (digits.size() != 2 * size_t(shape.size().value()) * size_of(type))
    refuse("a tensor of " + shape.text() + " has " + std::to_string(digits.size() / 2) + " bytes");
  value = Tensor(shape, type);
  for (size_t i = 0; i < value.bytes(); ++i)
    value.raw()[i] = std::byte(16 * digit(digits[2 * i]) + digit(digits[2 * i + 1]));
}

void FieldReader::read(const Config&, std::shared_ptr<const Graph>&) {
  refuse("a graph within an op is read by the op itself");
}

void FieldReader::read(const Config&, std::shared_ptr<VariableState>&) { refuse("a variable stands within an op"); }

}  // namespace cajal
