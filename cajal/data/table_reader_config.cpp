// A reader as it is saved with a model.
#include <algorithm>
#include <cmath>

#include "cajal/base/error.h"
#include "cajal/data/condition.h"
#include "cajal/data/table_reader.h"

namespace cajal {
namespace {

Config to_config(const std::vector<std::string>& texts) { return Config::List(texts.begin(), texts.end()); }

std::vector<std::string> to_texts(const Config& config) {
  std::vector<std::string> out;
  if (config.is_null()) return out;
  for (const Config& text : config.list()) out.push_back(text.text());
  return out;
}

double to_number(const Config& config, double fallback) { return config.is_null() ? fallback : config.number(); }

Config to_config(const TableInput& input) {
  Config out;
  out.set("name", input.name);
  out.set("position", input.position);
  if (input.is_number) {
    out.set("fill", input.fill);
    if (input.centre != 0) out.set("centre", input.centre);
    if (input.scale != 1) out.set("scale", input.scale);
  } else {
    out.set("categories", to_config(input.categories));
    out.set("fill", input.fill_name);
  }
  return out;
}

TableInput to_input(const Config& config) {
  TableInput out{.name = config["name"].text(), .position = int(config["position"].integer())};
  out.is_number = !config.has("categories");
  out.categories = to_texts(config["categories"]);
  if (!out.is_number && config.has("fill")) out.fill_name = config["fill"].text();
  if (out.is_number) out.fill = to_number(config["fill"], 0);
  out.centre = to_number(config["centre"], 0);
  out.scale = to_number(config["scale"], 1);
  return out;
}

Config to_config(const TableTarget& target) {
  Config out;
  out.set("name", target.name);
  out.set("position", target.position);
  if (!target.classes.empty()) out.set("classes", to_config(target.classes));
  else out.set("mean", target.mean), out.set("stddev", target.stddev);
  return out;
}

TableTarget to_target(const Config& config) {
  TableTarget out{.name = config["name"].text(), .position = int(config["position"].integer())};
  out.classes = to_texts(config["classes"]);
  out.mean = to_number(config["mean"], 0);
  out.stddev = to_number(config["stddev"], 1);
  if (out.position < 0) (void)Condition(out.name);
  return out;
}

void check(bool good, const char* what) {
  if (!good) throw Error(Code::bad_data, what);
}

}  // namespace

Config TableReader::config() const {
  Config::List inputs;
  for (const TableInput& input : inputs_) inputs.push_back(to_config(input));
  Config out;
  out.set("reader", "table");
  out.set("header", header_);
  out.set("columns", to_config(columns_));
  out.set("inputs", inputs);
  out.set("target", to_config(target_));
  out.set("missing", missing_);
  if (!na_values_.empty()) out.set("na_values", to_config(na_values_));
  return out;
}

TableReader TableReader::from_config(const Config& config) {
  try {
    check(config["reader"] == Config("table"), "it is not one for tables");
    TableReader out;
    out.header_ = config["header"].boolean();
    out.columns_ = to_texts(config["columns"]);
    for (const Config& input : config["inputs"].list()) out.inputs_.push_back(to_input(input));
    out.target_ = to_target(config["target"]);
    out.missing_ = config["missing"].text();
    out.na_values_ = to_texts(config["na_values"]);
    const int count = int(out.columns_.size());
    check(!out.inputs_.empty(), "it has no inputs");
    for (const TableInput& input : out.inputs_) {
      check(input.position >= 0 && input.position < count, "an input lies outside of its columns");
      check(input.is_number || !input.categories.empty(), "an input has no categories");
      check(std::isfinite(input.centre) && std::isfinite(input.scale), "an input's scale is no number");
    }
    check(out.target_.position < count, "its target lies outside of its columns");
    check(out.missing_ == "error" || out.missing_ == "fill" || out.missing_ == "drop",
          "'missing' is none of the three");
    return out;
  } catch (const Error& error) {
    throw Error(Code::bad_data, "the model's reader is damaged: " + error.message(), {}, "train the model again");
  }
}

}  // namespace cajal
