// What layers, losses, metrics, optimizers and the like have in common: they are given by name or as an object, are
// cheap handles to copy, and can say what they were made with.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "cajal/base/config.h"
#include "cajal/base/error.h"
#include "cajal/tensor/tensor.h"

namespace cajal {

/// A shared handle to any kind of `Base`: made from a text ("relu", "adam", "mse"), from an object of a derived type,
/// or empty. `Base` has `static std::shared_ptr<Base> named(const std::string&)`, which throws Error with the nearest
/// name.
template <class Base>
class Any {
 public:
  Any() = default;
  Any(std::nullptr_t) {}
  Any(const char* name) : part_(Base::named(name)) {}
  Any(const std::string& name) : part_(Base::named(name)) {}
  template <class D>
    requires std::is_base_of_v<Base, D> Any(D part) : part_(std::make_shared<D>(std::move(part))) {}
    template <class D>
      requires std::is_base_of_v<Base, D> Any(std::shared_ptr<D> part) : part_(std::move(part)) {}

      explicit operator bool() const { return part_ != nullptr; }
      Base* operator->() const { return part_.get(); }
      Base& operator*() const { return *part_; }
      const std::shared_ptr<Base>& shared() const { return part_; }

     private:
      std::shared_ptr<Base> part_;
};

/// Writes an options struct into a Config: `options.fields(writer)` calls `writer("units", units)` for each.
class ConfigWriter {
 public:
  template <class T>
  void operator()(std::string_view name, const T& value) {
    config_.set(name, to_config(value));
  }
  const Config& config() const { return config_; }

  static Config to_config(bool value) { return value; }
  static Config to_config(int value) { return value; }
  static Config to_config(int64_t value) { return value; }
  static Config to_config(uint64_t value) { return int64_t(value); }
  static Config to_config(float value) { return double(value); }
  static Config to_config(double value) { return value; }
  static Config to_config(const std::string& value) { return value; }
  static Config to_config(DType value) { return std::string(cajal::name(value)); }
  static Config to_config(const Shape& value);
  static Config to_config(const Tensor& value);
  template <class T>
  static Config to_config(const std::vector<T>& values) {
    Config::List out;
    for (const T& value : values) out.push_back(to_config(value));
    return out;
  }
  template <class Base>
  static Config to_config(const Any<Base>& part) {
    return part ? part->config() : Config();
  }
  template <class T>
  static Config to_config(const std::optional<T>& value) {
    return value ? to_config(*value) : Config();
  }
  /// Handles that are no Any: they have `Config config() const` and `static T from_config(const Config&)`.
  template <class T>
    requires requires(const T& value, const Config& config) {
      { value.config() } -> std::same_as<Config>;
      { T::from_config(config) } -> std::same_as<T>;
    }
  static Config to_config(const T& value) { return value.config(); }

 private:
  Config config_;
};

/// Reads an options struct out of a Config. Keys that are absent keep their defaults, and null makes an option that may
/// be left out empty; a key that no field has is an Error with the nearest one (checked by `finish`).
class ConfigReader {
 public:
  explicit ConfigReader(const Config& config) : config_(config) {}
  template <class T>
  void operator()(std::string_view name, T& value) {
    known_.emplace_back(name);
    const Config& given = config_[name];
    if (!given.is_null()) from_config(given, value);
  }
  template <class T>
  void operator()(std::string_view name, std::optional<T>& value) {
    known_.emplace_back(name);
    if (!mentions(name)) return;
    value.reset();
    if (config_.has(name)) from_config(config_[name], value);
  }
  void finish(std::string_view owner) const;

  static void from_config(const Config& config, bool& value) { value = config.boolean(); }
  static void from_config(const Config& config, int& value);
  static void from_config(const Config& config, int64_t& value) { value = config.integer(); }
  static void from_config(const Config& config, uint64_t& value) { value = uint64_t(config.integer()); }
  static void from_config(const Config& config, float& value) { value = float(config.number()); }
  static void from_config(const Config& config, double& value) { value = config.number(); }
  static void from_config(const Config& config, std::string& value) { value = config.text(); }
  static void from_config(const Config& config, DType& value) { value = dtype_of(config.text()); }
  static void from_config(const Config& config, Shape& value);
  static void from_config(const Config& config, Tensor& value);
  template <class T>
  static void from_config(const Config& config, std::vector<T>& values) {
    values.clear();
    if (config.is_number()) return from_config(config, values.emplace_back());  // one axis stands for a list of one
    for (const Config& item : config.list()) from_config(item, values.emplace_back());
  }
  template <class Base>
  static void from_config(const Config& config, Any<Base>& part) {
    part = config.is_text() ? Any<Base>(config.text()) : Any<Base>(Base::from_config(config));
  }
  template <class T>
  static void from_config(const Config& config, std::optional<T>& value) {
    from_config(config, value.emplace());
  }
  template <class T>
    requires requires(const Config& given) {
      { T::from_config(given) } -> std::same_as<T>;
    }
  static void from_config(const Config& config, T& value) { value = T::from_config(config); }

 private:
  bool mentions(std::string_view name) const;

  const Config& config_;
  std::vector<std::string> known_;
};

/// {"class_name": ..., "config": {...}} of something whose options have `fields`.
template <class Options>
Config described(std::string_view class_name, const Options& options) {
  ConfigWriter writer;
  const_cast<Options&>(options).fields(writer);  // one visitor reads and writes
  Config out;
  out.set("class_name", std::string(class_name));
  out.set("config", writer.config().is_null() ? Config(Config::Map{}) : writer.config());
  return out;
}

/// The options that `config` (the inner part) describes.
template <class Options>
Options options_from(const Config& config, std::string_view owner) {
  Options options;
  ConfigReader reader(config);
  options.fields(reader);
  reader.finish(owner);
  return options;
}

}  // namespace cajal
