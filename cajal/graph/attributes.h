// The options of one node: a plain struct, erased, that can still be printed and compared.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "cajal/base/config.h"
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

/// The fields of an attribute struct as a Config: what a file keeps of a node.
class FieldConfig {
 public:
  template <class T>
  void operator()(std::string_view name, const T& value) {
    out_.set(name, config(value));
  }
  const Config& fields() const { return out_; }

  static Config config(bool value) { return value; }
  static Config config(int value) { return value; }
  static Config config(int64_t value) { return value; }
  static Config config(uint64_t value) { return int64_t(value); }
  static Config config(double value);  // not finite: as a text
  static Config config(float value) { return config(double(value)); }
  static Config config(DType value) { return std::string(name(value)); }
  static Config config(const std::string& value) { return value; }
  static Config config(const Dim& value);
  static Config config(const Shape& value);
  static Config config(const Tensor& value);                        // every bit of it
  static Config config(const std::shared_ptr<const Graph>& value);  // see body_config
  /// Throws Error: it has no meaning outside of the process.
  static Config config(const std::shared_ptr<VariableState>& value);
  template <class T>
  static Config config(const std::vector<T>& values) {
    Config::List out;
    for (const T& value : values) out.push_back(config(value));
    return out;
  }

 private:
  Config out_{Config::Map{}};
};

/// Reads the fields of an attribute struct from what FieldConfig wrote. Throws Error{bad_data} where one is missing or
/// of another kind.
class FieldReader {
 public:
  explicit FieldReader(const Config& from) : from_(from) {}
  /// `value` is a field of an object that is no constant: `fields` is one visitor for reading and writing.
  template <class T>
  void operator()(std::string_view name, const T& value) {
    read(named(name), const_cast<T&>(value));
  }

  static void read(const Config& from, bool& value) { value = from.boolean(); }
  static void read(const Config& from, int& value);
  static void read(const Config& from, int64_t& value) { value = from.integer(); }
  static void read(const Config& from, uint64_t& value) { value = uint64_t(from.integer()); }
  static void read(const Config& from, double& value);
  static void read(const Config& from, float& value);
  static void read(const Config& from, DType& value) { value = dtype_of(from.text()); }
  static void read(const Config& from, std::string& value) { value = from.text(); }
  static void read(const Config& from, Dim& value);
  static void read(const Config& from, Shape& value);
  static void read(const Config& from, Tensor& value);
  /// Throw Error: the first needs the table of ops (body_from), the other has no meaning outside of the process.
  static void read(const Config& from, std::shared_ptr<const Graph>& value);
  static void read(const Config& from, std::shared_ptr<VariableState>& value);
  template <class T>
  static void read(const Config& from, std::vector<T>& values) {
    values.clear();
    for (const Config& item : from.list()) read(item, values.emplace_back());
  }

 private:
  const Config& named(std::string_view name) const;
  const Config& from_;
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
  explicit Attributes(T value)
      : data_(std::make_shared<const T>(std::move(value))), text_(text_of<T>), config_(config_of<T>) {}

  template <class T>
  const T& as() const {
    if constexpr (std::is_empty_v<T>) return no_fields<T>;
    else return *static_cast<const T*>(data_.get());
  }
  const void* get() const { return data_.get(); }
  std::string text() const { return data_ ? text_(data_.get()) : std::string(); }
  /// The fields as data, for files; `Op::read_attributes` makes the struct from them.
  Config config() const { return data_ ? config_(data_.get()) : Config(Config::Map{}); }

 private:
  template <class T>
  static std::string text_of(const void* value) {
    FieldText out;
    if constexpr (requires(const T& t) { t.fields(out); }) static_cast<const T*>(value)->fields(out);
    return out.str();
  }

  template <class T>
  static Config config_of(const void* value) {
    FieldConfig out;
    if constexpr (requires(const T& t) { t.fields(out); }) static_cast<const T*>(value)->fields(out);
    return out.fields();
  }

  std::shared_ptr<const void> data_;
  std::string (*text_)(const void*) = nullptr;
  Config (*config_)(const void*) = nullptr;
};

}  // namespace cajal
