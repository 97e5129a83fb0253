#include "cajal/plot/internal/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "cajal/base/xml.h"
#include "cajal/plot/internal/shield.h"
#include "cajal/plot/internal/theme.h"

namespace cajal::plot::internal {
namespace {

bool is_blank(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isspace(c); });
}

std::string one_spaced(std::string_view text) {
  std::string out;
  for (unsigned char c : text) {
    if (!std::isspace(c)) out += char(c);
    else if (!out.empty() && out.back() != ' ') out += ' ';
  }
  return out;
}

// "rgb(254,   2,   0)" or "#fe0200" at the beginning of the text: the colour and its length.
std::optional<std::pair<Rgb, size_t>> colour_at(std::string_view text) {
  int parts[3] = {};
  if (text.starts_with("rgb(")) {
    size_t at = 4;
    for (int& part : parts) {
      while (at < text.size() && (text[at] == ' ' || text[at] == ',')) ++at;
      const auto result = std::from_chars(text.data() + at, text.data() + text.size(), part);
      if (result.ec != std::errc()) return {};
      at = size_t(result.ptr - text.data());
    }
    if (at >= text.size() || text[at] != ')') return {};
    return std::pair{Rgb{uint8_t(parts[0]), uint8_t(parts[1]), uint8_t(parts[2])}, at + 1};
  }
  if (text.size() < 7 || text[0] != '#') return {};
  for (int i = 0; i < 3; ++i) {
    const char* from = text.data() + 1 + 2 * i;
    if (std::from_chars(from, from + 2, parts[i], 16).ptr != from + 2) return {};
  }
  return std::pair{Rgb{uint8_t(parts[0]), uint8_t(parts[1]), uint8_t(parts[2])}, size_t(7)};
}

std::string with_css_colours(std::string_view tag) {
  std::string out;
  while (!tag.empty()) {
    if (const auto colour = colour_at(tag)) {
      out += css_colour(colour->first);
      tag.remove_prefix(colour->second);
    } else {
      out += tag[0];
      tag.remove_prefix(1);
    }
  }
  return out;
}

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// Reads gnuplot's SVG tag by tag and keeps what is of use.
class Tidying {
 public:
  Tidying(SvgPlace place, std::string id) : place_(place), id_(std::move(id)) {}

  void read(std::string_view raw) {
    while (!raw.empty()) {
      const size_t open = raw.find('<');
      if (open != 0) text(raw.substr(0, open));
      if (open == std::string_view::npos) return;
      raw.remove_prefix(open);
      const size_t close = raw.find('>');
      if (close == std::string_view::npos) return;
      tag(one_spaced(raw.substr(0, close + 1)));
      raw.remove_prefix(close + 1);
    }
  }

  /// What stands between <svg> and </svg>.
  std::string content() const {
    std::string body;
    for (const std::string& token : tokens_) body += token;
    return "<defs>" + definitions(body) + "</defs>" + body;
  }

 private:
  void text(std::string_view words) {
    if (hidden_.empty() && !in_definitions_ && !is_blank(words)) tokens_.emplace_back(words);
  }

  void tag(std::string tag) {
    if (!hidden_.empty()) {
      if (tag == "</" + hidden_ + ">") hidden_.clear();
      return;
    }
    if (tag.starts_with("<?") || tag.starts_with("<svg") || tag == "</svg>") return;
    for (const char* name : {"title", "desc", "filter"})
      if (tag.starts_with(std::string("<") + name)) {
        hidden_ = name;
        return;
      }
    if (tag == "<defs>" || tag == "</defs>") {
      in_definitions_ = tag == "<defs>";
      return;
    }
    finish(tag);
    if (in_definitions_) return define(tag);
    if (place_ == SvgPlace::page && tag.starts_with("<rect x=\"0\" y=\"0\"") && tokens_.size() < 3) return;
    if (tag == "</g>" && !tokens_.empty() && tokens_.back().starts_with("<g")) tokens_.pop_back();
    else tokens_.push_back(std::move(tag));
  }

  void finish(std::string& tag) const {
    replace_all(tag, "id='", "id='" + id_ + "-");
    if (const size_t name = tag.find(" id=\""); name != std::string::npos)  // of groups: nobody asks for them
      tag.erase(name, tag.find('"', name + 5) + 1 - name);
    replace_all(tag, "xlink:href='#", "xlink:href='#" + id_ + "-");
    replace_all(tag, "image x=", "image style='image-rendering:pixelated' x=");
    replace_all(tag, "font-family=\"sans-serif:Bold\"", "font-family=\"sans-serif\" font-weight=\"600\"");
    if (place_ == SvgPlace::page) replace_all(tag, " font-family=\"sans-serif\"", "");
    if (tag.find("base64,") == std::string::npos) tag = with_css_colours(tag);
  }

  void define(const std::string& tag) {
    for (const char* quote : {"'", "\""}) {
      const size_t at = tag.find(std::string("id=") + quote);
      if (at != std::string::npos) defined_[tag.substr(at + 4, tag.find(quote, at + 4) - at - 4)] = tag;
    }
  }

  // Those that the body names, and those that these name.
  std::string definitions(const std::string& body) const {
    std::string used;
    std::set<std::string> kept;
    bool more = true;
    while (more) {
      more = false;
      for (const auto& [id, tag] : defined_)
        if (kept.count(id) == 0 && (body + used).find("'#" + id + "'") != std::string::npos) {
          kept.insert(id);
          used += tag;
          more = true;
        }
    }
    return used;
  }

  SvgPlace place_;
  std::string id_, hidden_;
  bool in_definitions_ = false;
  std::vector<std::string> tokens_;
  std::map<std::string, std::string> defined_;
};

}  // namespace

std::string finished_svg(std::string_view raw, const FigureOptions& options, SvgPlace place, const std::string& id) {
  Tidying tidying(place, id);
  tidying.read(raw);
  const bool page = place == SvgPlace::page;
  std::string out = page ? "" : "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
  out += fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" id=\"{}\" role=\"img\" "
      "aria-label=\"{}\" viewBox=\"0 0 {} {}\"",
      xml_text(id), xml_text(options.alt.empty() ? options.title : options.alt), options.width, options.height);
  if (page) out += fmt::format(" class=\"plot\" style=\"width:100%;max-width:{}px;height:auto\">", options.width);
  else out += fmt::format(" width=\"{}\" height=\"{}\">", options.width, options.height);
  if (place == SvgPlace::following_file) out += "<style>" + style_sheet() + "</style>";
  return out + unshielded(tidying.content()) + "</svg>\n";
}

}  // namespace cajal::plot::internal
