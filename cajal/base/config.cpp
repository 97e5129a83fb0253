#include "cajal/base/config.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cajal/base/error.h"

namespace cajal {
namespace {

using Json = nlohmann::ordered_json;

// A file from anywhere may be nested so deeply that reading it overflows the stack.
constexpr int deepest = 200;

Json to_json(const Config& config) {
  if (config.is_null()) return nullptr;
  if (config.is_text()) return config.text();
  if (config.is_list()) {
    Json out = Json::array();
    for (const Config& item : config.list()) out.push_back(to_json(item));
    return out;
  }
  if (config.is_map()) {
    Json out = Json::object();
    for (const auto& [key, value] : config.map()) out[key] = to_json(value);
    return out;
  }
  if (!config.is_number()) return config.boolean();
  // An integer stays one with all its digits, of which a double would keep 53 bits.
  const double number = config.number();
  if (std::isnan(number) || config == Config(number)) return number;
  return config.integer();
}

Config from_json(const Json& json, int depth = 0) {
  if (depth > deepest) throw Error(Code::bad_data, "the configuration is nested more than 200 levels deep");
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_unsigned() && json.get<uint64_t>() > uint64_t(INT64_MAX)) return json.get<double>();
  if (json.is_number_integer()) return json.get<int64_t>();
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  if (json.is_array()) {
    Config::List out;
    for (const Json& item : json) out.push_back(from_json(item, depth + 1));
    return out;
  }
  if (json.is_object()) {
    Config::Map out;
    for (const auto& [key, value] : json.items()) out.emplace_back(key, from_json(value, depth + 1));
    return out;
  }
  return {};
}

// True where the float is a whole number that an int64_t holds.
bool is_whole(double value) { return value >= -0x1p63 && value < 0x1p63 && value == std::floor(value); }

[[noreturn]] void refuse(std::string_view wanted, const Config& given) {
  throw Error(Code::invalid_argument, "expected " + std::string(wanted) + " and found " + given.json());
}

}  // namespace

bool Config::boolean() const {
  if (auto* value = std::get_if<bool>(&value_)) return *value;
  refuse("true or false", *this);
}

int64_t Config::integer() const {
  if (auto* value = std::get_if<int64_t>(&value_)) return *value;
  if (auto* value = std::get_if<double>(&value_); value && is_whole(*value)) return int64_t(*value);
  refuse("a whole number", *this);
}

double Config::number() const {
  if (auto* value = std::get_if<double>(&value_)) return *value;
  if (auto* value = std::get_if<int64_t>(&value_)) return double(*value);
  refuse("a number", *this);
}

const std::string& Config::text() const {
  if (auto* value = std::get_if<std::string>(&value_)) return *value;
  refuse("a text", *this);
}

const Config::List& Config::list() const {
  if (auto* value = std::get_if<List>(&value_)) return *value;
  refuse("a list", *this);
}

const Config::Map& Config::map() const {
  if (auto* value = std::get_if<Map>(&value_)) return *value;
  refuse("a group of settings", *this);
}

const Config& Config::operator[](std::string_view key) const {
  static const Config none;
  if (!is_map()) return none;
  const Map& entries = map();
  auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.first == key; });
  return found == entries.end() ? none : found->second;
}

bool Config::has(std::string_view key) const { return !(*this)[key].is_null(); }

void Config::set(std::string_view key, Config value) {
  if (is_null()) value_ = Map{};
  Map& entries = std::get<Map>(value_);
  for (auto& entry : entries)
    if (entry.first == key) {
      entry.second = std::move(value);
      return;
    }
  entries.emplace_back(std::string(key), std::move(value));
}

void Config::add(Config value) {
  if (is_null()) value_ = List{};
  std::get<List>(value_).push_back(std::move(value));
}

std::string Config::json(int indent) const {
  return to_json(*this).dump(indent, ' ', false, Json::error_handler_t::replace);
}

Config Config::parse(std::string_view json) {
  try {
    return from_json(Json::parse(json));
  } catch (const nlohmann::json::exception& error) {
    const std::string_view told = error.what();  // "[json.exception.parse_error.101] parse error at line 1, ..."
    const size_t name = told.find("] ");
    throw Error(Code::bad_data,
                "this is not JSON: " + std::string(told.substr(name == std::string_view::npos ? 0 : name + 2)));
  }
}

}  // namespace cajal
