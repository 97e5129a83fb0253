// Arguments: what stands behind a verb, read into a plain struct.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "apps/cli/verb.h"
#include "cajal/nn/part.h"

namespace cajal::cli {

/// The program was called in a way that it does not understand: one sentence, exit status 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A word or a flag that a verb takes.
struct ArgumentInfo {
  std::string name;         ///< "DATA", "--epochs"
  std::string placeholder;  ///< of a flag's value: "N"; empty for a word and for a flag that stands alone
  std::string help;
  bool is_flag() const { return name.starts_with("--"); }
};

/// What a verb takes: its words in their order, then its flags. The verb does not run.
std::vector<ArgumentInfo> arguments_of(const Verb& verb);

/// The flags and words of a verb.
///
///     Options options;
///     Arguments arguments(verb);
///     arguments.word("DATA", options.data, "a name or a folder");
///     options.fields(arguments);      // arguments("epochs", epochs, "N", "passes over the data") for each
///     if (!arguments.read(given)) return 0;
///
/// A field called batch_size is the flag --batch-size; a bool is a flag without a value.
class Arguments {
 public:
  explicit Arguments(const Verb& verb) : verb_(verb) {}

  /// A word without dashes; required where there is no value yet.
  void word(const std::string& name, std::string& value, const std::string& help);
  /// The same, and it may be left out.
  void optional_word(const std::string& name, std::string& value, const std::string& help);

  template <class T>
  void operator()(std::string_view name, T& value, const std::string& placeholder, const std::string& help) {
    const std::string flag = flag_of(name);
    flags_.push_back({flag, placeholder, help, shown(value), std::is_same_v<T, bool>,
                      [flag, &value](const std::string& text) { read_value(flag, text, value); }});
  }

  /// Reads them; false where help was asked for and has been printed. Throws UsageError with the nearest right
  /// spelling.
  bool read(std::span<const std::string> given) const;

 private:
  struct Flag {
    std::string name, placeholder, help, fallback;
    bool alone = false;
    std::function<void(const std::string&)> set;
  };
  struct Word {
    std::string name, help;
    std::string* value;
    bool optional = false;
  };

  void print_help() const;
  std::vector<ArgumentInfo> list() const;
  void refuse_unknown(const std::vector<std::string>& left) const;
  static std::string flag_of(std::string_view name);

  static std::string shown(bool) { return {}; }
  static std::string shown(int value) { return std::to_string(value); }
  static std::string shown(int64_t value) { return std::to_string(value); }
  static std::string shown(uint64_t value) { return std::to_string(value); }
  static std::string shown(double value);
  static std::string shown(const std::string& value) { return value; }
  static std::string shown(const std::vector<int64_t>& values);
  static std::string shown(const std::vector<std::string>& values);
  template <class T>
  static std::string shown(const std::optional<T>& value) {
    return value ? shown(*value) : std::string();
  }

  static void read_value(const std::string& flag, const std::string& text, bool& value);
  static void read_value(const std::string& flag, const std::string& text, int& value);
  static void read_value(const std::string& flag, const std::string& text, int64_t& value);
  static void read_value(const std::string& flag, const std::string& text, uint64_t& value);
  static void read_value(const std::string& flag, const std::string& text, double& value);
  static void read_value(const std::string& flag, const std::string& text, std::string& value);
  static void read_value(const std::string& flag, const std::string& text, std::vector<int64_t>& values);
  static void read_value(const std::string& flag, const std::string& text, std::vector<std::string>& values);
  template <class T>
  static void read_value(const std::string& flag, const std::string& text, std::optional<T>& value) {
    read_value(flag, text, value.emplace());
  }

  const Verb& verb_;
  std::vector<Word> words_;
  std::vector<Flag> flags_;
};

/// Writes the fields of options into a Config, without what is said about them.
class ResolvedOptions {
 public:
  template <class T>
  void operator()(std::string_view name, const T& value, std::string_view, std::string_view) {
    writer_(name, value);
  }
  const Config& config() const { return writer_.config(); }

 private:
  ConfigWriter writer_;
};

/// Reads the fields of options out of a Config that ResolvedOptions wrote; those that are not there keep their values.
/// Throws Error where there is a key that no field has, with the nearest one.
class OptionsFromConfig {
 public:
  explicit OptionsFromConfig(const Config& config) : reader_(config) {}
  template <class T>
  void operator()(std::string_view name, T& value, std::string_view, std::string_view) {
    reader_(name, value);
  }
  void finish(std::string_view owner) const { reader_.finish(owner); }

 private:
  ConfigReader reader_;
};

/// Throws UsageError unless the number is at least `least`.
void require_at_least(const char* flag, double value, double least);

/// The way in which the program was called, for hints: "cajal" or "./run".
std::string called_as();

}  // namespace cajal::cli
