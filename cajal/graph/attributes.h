// The options of one node: a plain struct, erased, that can still be printed and compared.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "cajal/tensor/tensor.h"

namespace cajal {

struct Graph;
struct VariableState;

/// The one value of a struct without fields: stands for attributes that were left out.
template <class T>
inline constexpr T no_fields{};

/// Collects the fields of an attribute struct as "axis=1, keepdims=true". Equal texts mean equal attributes.
class FieldText {
 public:
  template <class T>
  void operator()(std::string_view name, const T& value) {
    out_ += (out_.empty() ? "" : ", ") + std::string(name) + "=" + text(value);
  }
  const std::string& str() const { return out_; }

  static std::string text(bool value) { return value ? "true" : "false"; }
  static std::string text(int value) { return std::to_string(value); }
  static std::string text(int64_t value) { return std::to_string(value); }
  static std::string text(uint64_t value) { return std::to_string(value); }
  static std::string text(double value);
  static std::string text(float value) { return text(double(value)); }
  static std::string text(DType value) { return std::string(name(value)); }
  static std::string text(const Dim& value) { return value.text(); }
  static std::string text(const Shape& value) { return value.text(); }
  static std::string text(const std::string& value) { return "'" + value + "'"; }
  static std::string text(const Tensor& value);
  static std::string text(const std::shared_ptr<const Graph>& value);
  static std::string text(const std::shared_ptr<VariableState>& value);
  template <class T>
  static std::string text(const std::vector<T>& values) {
    std::string out = "[";
    for (const T& value : values) out += (out.size() > 1 ? ", " : "") + text(value);
    return out + "]";
  }

 private:
  std::string out_;
};

/// A value of some attribute struct, shared and immutable.
///
/// The struct lists its fields for printing: `template <class V> void fields(V& v) const { v("axis", axis); }`; one
/// without fields needs no such function.
class Attributes {
 public:
  Attributes() = default;
  template <class T>
    requires(!std::is_same_v<T, Attributes>)
  explicit Attributes(T value) : data_(std::make_shared<const T>(std::move(value))), text_(text_of<T>) {}

  template <class T>
  const T& as() const {
    if constexpr (std::is_empty_v<T>) return no_fields<T>;
    else return *static_cast<const T*>(data_.get());
  }
  const void* get() const { return data_.get(); }
  std::string text() const { return data_ ? text_(data_.get()) : std::string(); }

 private:
  template <class T>
  static std::string text_of(const void* value) {
    FieldText out;
    if constexpr (requires(const T& t) { t.fields(out); }) static_cast<const T*>(value)->fields(out);
    return out.str();
  }

  std::shared_ptr<const void> data_;
  std::string (*text_)(const void*) = nullptr;
};

}  // namespace cajal
