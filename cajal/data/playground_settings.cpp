// The settings as the text of a link.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/data/internal/parse_number.h"
#include "cajal/data/playground.h"

namespace cajal {
namespace {

using Pairs = std::map<std::string, std::string>;

// What browsers and messengers make of ',' and '-' in links.
std::string without_percents(std::string_view text) {
  auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
  };
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool coded = text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    out += coded ? char(16 * digit(text[i + 1]) + digit(text[i + 2])) : text[i];
    if (coded) i += 2;
  }
  return out;
}

// What stands behind the '#', or behind "playground:", or all.
std::string_view settings_part(std::string_view link) {
  if (const size_t at = link.find('#'); at != std::string_view::npos) return link.substr(at + 1);
  if (link.starts_with("playground:")) return link.substr(11);
  return link.find("://") == std::string_view::npos && link != "playground" ? link : std::string_view();
}

Pairs pairs_of(std::string_view link) {
  Pairs out;
  for (const std::string& part : split(trim(settings_part(link)), '&')) {
    if (part.empty()) continue;
    const size_t at = part.find('=');
    if (at == std::string::npos)
      fail(fmt::format("'{}' in the settings of TensorFlow Playground has no value", part), part + "=...");
    out[part.substr(0, at)] = std::string(trim(without_percents(part.substr(at + 1))));
  }
  return out;
}

[[noreturn]] void refuse(std::string_view key, const std::string& value, const std::string& hint) {
  fail(fmt::format("TensorFlow Playground's {} is '{}'", key, value), hint);
}

// Takes the values of keys; what no field asked for is left.
class LinkReader {
 public:
  explicit LinkReader(Pairs pairs) : pairs_(std::move(pairs)) {}

  template <class T>
  void operator()(const char* key, T& value) {
    known_.emplace_back(key);
    const auto found = pairs_.find(key);
    if (found == pairs_.end()) return;
    const std::string text = found->second;
    pairs_.erase(found);
    if (!text.empty() || std::is_same_v<T, std::vector<int64_t>>) read(key, text, value);
  }

  // The hidden things are no settings of the training.
  void finish() const {
    for (const auto& pair : pairs_)
      if (!pair.first.ends_with("_hide"))
        fail(fmt::format("TensorFlow Playground has no setting called '{}'", pair.first), choices(pair.first, known_));
  }

  bool hides(const std::string& feature) const {
    const auto found = pairs_.find(feature + "_hide");
    return found != pairs_.end() && found->second == "true";
  }

 private:
  static void read(std::string_view, const std::string& text, std::string& value) { value = text; }
  static void read(std::string_view key, const std::string& text, bool& value) {
    if (text != "true" && text != "false") refuse(key, text, "true or false");
    value = text == "true";
  }
  static void read(std::string_view key, const std::string& text, double& value) {
    if (!internal::parse_number(text, '.', value) || !std::isfinite(value)) refuse(key, text, "a number");
  }
  static void read(std::string_view key, const std::string& text, int64_t& value) {
    double number = 0;
    read(key, text, number);
    if (number != std::floor(number) || std::abs(number) > 1e9) refuse(key, text, "a whole number");
    value = int64_t(number);
  }
  static void read(std::string_view key, const std::string& text, std::vector<int64_t>& values) {
    values.clear();
    if (text.empty()) return;
    for (const std::string& part : split(text, ',')) read(key, std::string(trim(part)), values.emplace_back());
  }

  Pairs pairs_;
  std::vector<std::string> known_;
};

class LinkWriter {
 public:
  template <class T>
  void operator()(const char* key, const T& value) {
    if constexpr (std::is_same_v<T, std::string>)
      if (value.empty()) return;
    text += fmt::format("{}{}={}", text.empty() ? "" : "&", key, shown(value));
  }
  std::string text;

 private:
  static std::string shown(bool value) { return value ? "true" : "false"; }
  static std::string shown(int64_t value) { return std::to_string(value); }
  static std::string shown(double value) { return fmt::format("{}", value); }
  static std::string shown(const std::string& value) { return value; }
  static std::string shown(const std::vector<int64_t>& values) { return fmt::format("{}", fmt::join(values, ",")); }
};

void check_name(std::string_view key, const std::string& value, const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), value) == known.end()) refuse(key, value, choices(value, known));
}

void check_range(std::string_view key, double value, double least, double most) {
  if (!(value >= least && value <= most))
    refuse(key, fmt::format("{}", value), fmt::format("a number from {} to {}", least, most));
}

}  // namespace

bool PlaygroundSettings::is_link(std::string_view text) {
  return text.starts_with("playground:") || text.find("playground.tensorflow.org") != std::string_view::npos;
}

PlaygroundSettings PlaygroundSettings::parse(std::string_view link) {
  PlaygroundSettings out;
  LinkReader reader(pairs_of(link));
  out.fields(reader);
  reader.finish();
  const std::pair<const char*, bool*> fed[] = {{"x", &out.x},
                                               {"y", &out.y},
                                               {"xSquared", &out.x_squared},
                                               {"ySquared", &out.y_squared},
                                               {"xTimesY", &out.x_times_y},
                                               {"sinX", &out.sin_x},
                                               {"sinY", &out.sin_y}};
  for (const auto& [name, value] : fed)
    if (reader.hides(name)) *value = false;
  out.check();
  return out;
}

std::string PlaygroundSettings::hash() const {
  LinkWriter writer;
  const_cast<PlaygroundSettings&>(*this).fields(writer);  // one visitor reads and writes
  return writer.text;
}

std::vector<std::string> PlaygroundSettings::features() const {
  std::vector<std::string> out;
  if (x) out.emplace_back("x");
  if (y) out.emplace_back("y");
  if (x_squared) out.emplace_back("xSquared");
  if (y_squared) out.emplace_back("ySquared");
  if (x_times_y) out.emplace_back("xTimesY");
  if (sin_x) out.emplace_back("sinX");
  if (sin_y) out.emplace_back("sinY");
  return out;
}

// FNV-1a.
uint64_t PlaygroundSettings::seed_number() const {
  uint64_t number = 0xCBF29CE484222325u;
  for (char c : seed) number = (number ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return number;
}

void PlaygroundSettings::check() const {
  check_name("activation", activation, {"relu", "tanh", "sigmoid", "linear"});
  check_name("regularization", regularization, {"none", "L1", "L2"});
  check_name("dataset", dataset, {"circle", "xor", "gauss", "spiral"});
  check_name("regDataset", reg_dataset, {"reg-plane", "reg-gauss"});
  check_name("problem", problem, {"classification", "regression"});
  check_range("batchSize", double(batch_size), 1, 1e6);
  check_range("learningRate", learning_rate, 0, 1e6);
  check_range("regularizationRate", regularization_rate, 0, 1e6);
  check_range("noise", noise, 0, 80);
  check_range("percTrainData", perc_train_data, 1, 99);
  if (network_shape.size() > 100) refuse("networkShape", fmt::format("{} layers", network_shape.size()), "at most 100");
  for (int64_t units : network_shape) check_range("networkShape", double(units), 1, 10'000);
  if (features().empty())
    fail("TensorFlow Playground's settings feed no feature", "x=true, or another of xSquared, xTimesY, sinX");
}

}  // namespace cajal
