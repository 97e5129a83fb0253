#include "cajal/nn/sizes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cajal/base/error.h"
#include "cajal/base/text.h"

namespace cajal {
namespace {

Config list_of(const std::vector<int64_t>& values) {
  Config::List out;
  for (int64_t value : values) out.emplace_back(value);
  return out;
}

std::vector<int64_t> integers(const Config& config) {
  if (config.is_number()) return {config.integer()};
  std::vector<int64_t> out;
  for (const Config& item : config.list()) out.push_back(item.integer());
  return out;
}

}  // namespace

Sizes Sizes::of(int axes, const std::string& what, int64_t least) const {
  Sizes out = values_.size() == 1 ? Sizes(std::vector<int64_t>(size_t(axes), values_[0])) : *this;
  if (int(out.values_.size()) != axes)
    fail(what + " takes one number" + (axes > 1 ? ", or " + std::to_string(axes) : "") + ", and was given " +
         list_of(values_).json());
  for (int64_t value : out.values_)
    if (value < least)
      fail(what + ": none may be below " + std::to_string(least) + ", and " + list_of(out.values_).json() +
           " was given");
  return out;
}

Config Sizes::config() const { return empty() ? Config() : list_of(values_); }

Sizes Sizes::from_config(const Config& config) { return Sizes(integers(config)); }

std::vector<Margins::Pair> Margins::of(int axes, const std::string& what) const {
  std::vector<Pair> out = pairs_;
  if (axes == 1 && numbers_.size() == 2) out = {{numbers_[0], numbers_[1]}};
  else if (numbers_.size() == 1) out.assign(size_t(axes), Pair{numbers_[0], numbers_[0]});
  else
    for (int64_t number : numbers_) out.push_back({number, number});
  if (int(out.size()) != axes)
    fail(what + " takes one number, or one or two for each of " + std::to_string(axes) + " axes, and was given " +
         config().json());
  for (const Pair& pair : out)
    if (pair[0] < 0 || pair[1] < 0) fail(what + ": none may be below 0, and " + config().json() + " was given");
  return out;
}

Config Margins::config() const {
  if (numbers_.size() == 1) return numbers_[0];
  if (!numbers_.empty()) return list_of(numbers_);
  Config::List out;
  for (const Pair& pair : pairs_) out.push_back(list_of({pair[0], pair[1]}));
  return out;
}

Margins Margins::from_config(const Config& config) {
  Margins out(0);
  const bool nested = config.is_list() && !config.list().empty() && config.list()[0].is_list();
  out.numbers_ = nested ? std::vector<int64_t>() : integers(config);
  if (!nested) return out;
  for (const Config& item : config.list()) {
    const std::vector<int64_t> pair = integers(item);
    if (pair.size() != 2) fail("margins before and after an axis are two numbers, and " + item.json() + " was given");
    out.pairs_.push_back({pair[0], pair[1]});
  }
  return out;
}

Range::Pair Range::of(const std::string& what, double least, double most) const {
  Pair out{};
  if (values_.size() == 1) out = {std::max(least, -std::abs(values_[0])), std::abs(values_[0])};
  if (values_.size() == 2) out = {std::min(values_[0], values_[1]), std::max(values_[0], values_[1])};
  bool fits = values_.size() == 1 || values_.size() == 2;
  for (double value : values_) fits = fits && value >= least && value <= most;
  if (!fits)
    fail(fmt::format("{} is one number or two from {} to {}, and was given {}", what, least, most, config().json()));
  return out;
}

Range::Pair Range::two(const std::string& what) const {
  if (values_.size() != 2 || !(values_[0] < values_[1]))
    fail(what + " is two numbers, the smaller first, and was given " + config().json(), "{0, 255}, or {0, 1}");
  return {values_[0], values_[1]};
}

Config Range::config() const {
  if (values_.size() == 1) return values_[0];
  Config::List out;
  for (double value : values_) out.emplace_back(value);
  return empty() ? Config() : Config(out);
}

Range Range::from_config(const Config& config) {
  if (config.is_number()) return config.number();
  std::vector<double> out;
  for (const Config& item : config.list()) out.push_back(item.number());
  return Range(out);
}

bool DataFormat::is_channels_first(const std::string& text) {
  const std::vector<std::string> names{"channels_last", "channels_first"};
  if (text != names[0] && text != names[1]) fail("there is no data_format called '" + text + "'", choices(text, names));
  return text == names[1];
}

Shape DataFormat::last(const Shape& shape) const {
  if (!first_ || shape.rank() < 3) return shape;
  Shape out = shape;
  out.erase(1);
  out.push_back(shape[1]);
  return out;
}

}  // namespace cajal
