#include "cajal/nn/part.h"

#include <algorithm>

#include "cajal/base/text.h"

namespace cajal {

Config ConfigWriter::to_config(const Shape& value) {
  Config::List out;
  for (const Dim& dim : value) {
    Config& item = out.emplace_back();
    if (!dim.is_symbolic()) item = dim.value();
  }
  return Config(std::move(out));
}

Config ConfigWriter::to_config(const Tensor& value) {
  if (!value.defined()) return {};
  Config out;
  out.set("dtype", std::string(cajal::name(value.dtype())));
  out.set("shape", to_config(value.shape()));
  out.set("values", to_config(value.values<double>()));
  return out;
}

void ConfigReader::from_config(const Config& config, int& value) {
  const int64_t given = config.integer();
  if (given != int64_t(int(given)))
    throw Error(Code::invalid_argument, "expected a number of at most nine digits and found " + std::to_string(given));
  value = int(given);
}

void ConfigReader::from_config(const Config& config, Shape& value) {
  value = {};
  for (const Config& dim : config.list()) value.push_back(dim.is_null() ? Dim::symbol("batch") : Dim(dim.integer()));
}

void ConfigReader::from_config(const Config& config, Tensor& value) {
  std::vector<double> values;
  Shape shape;
  from_config(config["values"], values);
  from_config(config["shape"], shape);
  value = Tensor::of(values, shape).cast(dtype_of(config["dtype"].text()));
}

bool ConfigReader::mentions(std::string_view name) const {
  if (config_.is_null()) return false;
  const Config::Map& entries = config_.map();
  return std::any_of(entries.begin(), entries.end(), [&](const auto& entry) { return entry.first == name; });
}

void ConfigReader::finish(std::string_view owner) const {
  if (config_.is_null()) return;
  for (const auto& entry : config_.map())
    if (std::find(known_.begin(), known_.end(), entry.first) == known_.end())
      fail(std::string(owner) + " has no option '" + entry.first + "'", choices(entry.first, known_));
}

}  // namespace cajal
