// Settings as data: what a layer, an optimizer, a run was made with. Saved with models, read from files, shown in
// forms.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace cajal {

/// A JSON value that keeps the order of its keys and tells integers from floats.
class Config {
 public:
  using List = std::vector<Config>;
  using Map = std::vector<std::pair<std::string, Config>>;

  Config() = default;  ///< null
  Config(bool value) : value_(value) {}
  Config(int value) : value_(int64_t(value)) {}
  Config(int64_t value) : value_(value) {}
  Config(double value) : value_(value) {}
  Config(const char* value) : value_(std::string(value)) {}
  Config(std::string value) : value_(std::move(value)) {}
  Config(List value) : value_(std::move(value)) {}
  Config(Map value) : value_(std::move(value)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_text() const { return std::holds_alternative<std::string>(value_); }
  bool is_list() const { return std::holds_alternative<List>(value_); }
  bool is_map() const { return std::holds_alternative<Map>(value_); }
  bool is_number() const { return std::holds_alternative<int64_t>(value_) || std::holds_alternative<double>(value_); }

  /// The value as that type; throws Error naming what is there instead. Integers count as floats.
  bool boolean() const;
  int64_t integer() const;
  double number() const;
  const std::string& text() const;
  const List& list() const;
  const Map& map() const;

  /// The value of a key; null if it is not there.
  const Config& operator[](std::string_view key) const;
  bool has(std::string_view key) const;
  void set(std::string_view key, Config value);
  void add(Config value);

  /// JSON text; `indent` < 0 writes one line.
  std::string json(int indent = -1) const;
  /// Throws Error{bad_data} naming the place where the text stops being JSON.
  static Config parse(std::string_view json);

  friend bool operator==(const Config&, const Config&) = default;

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, List, Map> value_;
};

}  // namespace cajal
