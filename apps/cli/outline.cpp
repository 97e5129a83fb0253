#include "apps/cli/outline.h"

#include <fmt/format.h>

#include <vector>

#include "cajal/base/text.h"
#include "cajal/base/utf8.h"

namespace cajal::cli {
namespace {

constexpr size_t most_items = 12, longest = 300, line = 96, name_width = 14;

std::string shortened(const std::string& text) {
  return character_count(text) <= longest ? text : std::string(first_characters(text, longest)) + "...";
}

std::string outline_of(const Config& value, int depth);

// Things with names are known by them.
std::string item_text(const Config& item, int depth) {
  return item["name"].is_text() ? item["name"].text() : outline_of(item, depth);
}

std::string outline_of(const Config& value, int depth) {
  if (value.is_text()) return value.text();
  if (!value.is_list() && !value.is_map()) return value.json();
  if (depth > 3) return "...";
  std::vector<std::string> parts;
  if (value.is_map()) {
    for (const auto& [key, inner] : value.map())
      if (!inner.is_null()) parts.push_back(key + " " + outline_of(inner, depth + 1));
    return join(parts, ", ");
  }
  const Config::List& items = value.list();
  for (size_t i = 0; i < items.size() && i < most_items; ++i) parts.push_back(item_text(items[i], depth + 1));
  const std::string rest = items.size() > most_items ? fmt::format(" and {} more", items.size() - most_items) : "";
  return items.empty() ? "none" : join(parts, ", ") + rest;
}

}  // namespace

std::string outline(const Config& value) { return shortened(outline_of(value, 0)); }

std::string part_text(const Config& part) {
  if (!part.is_map()) return outline(part);
  std::vector<std::string> options;
  const Config& inner = part["config"];
  if (inner.is_map())
    for (const auto& [key, value] : inner.map()) {
      const bool said = value.is_null() || value == Config("") || key == "name";
      if (!said) options.push_back(key + " " + outline(value));
    }
  const std::string name = outline(part["class_name"]);
  return options.empty() ? name : name + ": " + join(options, ", ");
}

std::string entry_text(const std::string& name, const std::string& text) {
  std::string out = fmt::format("{:{}} ", name, name_width - 1);
  size_t column = out.size();
  bool first = true;
  for (const std::string& word : split(text, ' ')) {
    if (!first && column + 1 + word.size() > line) {
      out += "\n" + std::string(name_width, ' ');
      column = name_width;
      first = true;
    }
    out += (first ? "" : " ") + word;
    column += word.size() + (first ? 0 : 1);
    first = false;
  }
  return out + "\n";
}

}  // namespace cajal::cli
