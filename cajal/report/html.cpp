// Pieces of a page.
#include "cajal/report/internal/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "cajal/base/xml.h"
#include "cajal/plot/png.h"

namespace cajal::report::internal {
namespace {

bool is_number(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isdigit(c) || c == '.' || c == ',' || c == '-' || c == '+' || c == ' ' || c == '%' || c == 'e';
  }) && std::any_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); });
}

std::vector<bool> number_columns(const Table& table) {
  std::vector<bool> out(table.header.size(), !table.rows.empty());
  for (const auto& row : table.rows)
    for (size_t i = 0; i < out.size(); ++i)
      if (i < row.size() && !row[i].empty() && row[i] != "-" && !is_number(row[i])) out[i] = false;
  return out;
}

std::string cell(const char* tag, const std::string& text, bool number) {
  return fmt::format("<{0}{1}>{2}</{0}>", tag, number ? " class=\"n\"" : "", xml_text(text));
}

// How many pixels of the page stand for one of the picture: small ones are made larger, by whole numbers.
int enlarged(int64_t width) {
  if (width >= 96) return int(std::min<int64_t>(width, 224));
  return int(width * std::max<int64_t>(1, 96 / width));
}

}  // namespace

std::string element(std::string_view tag, std::string_view text) {
  return fmt::format("<{0}>{1}</{0}>", tag, xml_text(text));
}

std::string section(std::string_view id, std::string_view heading, const std::string& content) {
  if (content.empty()) return {};
  return fmt::format("<section id=\"{0}\" aria-labelledby=\"{0}-title\"><h2 id=\"{0}-title\">{1}</h2>\n{2}</section>\n",
                     id, xml_text(heading), content);
}

std::string table(const Table& given, size_t words) {
  std::vector<bool> numbers = number_columns(given);
  for (size_t i = 0; i < std::min(words, numbers.size()); ++i) numbers[i] = false;
  std::string out = "<div class=\"wide\" tabindex=\"0\"><table><thead><tr>";
  for (size_t i = 0; i < given.header.size(); ++i) out += cell("th", given.header[i], numbers[i]);
  out += "</tr></thead><tbody>\n";
  for (const auto& row : given.rows) {
    out += "<tr>";
    for (size_t i = 0; i < given.header.size(); ++i)
      out += cell("td", i < row.size() ? row[i] : std::string(), numbers[i]);
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string details(std::string_view summary, const std::string& content, bool open, std::string_view kind) {
  const std::string attributes =
      (kind.empty() ? std::string() : fmt::format(" class=\"{}\"", kind)) + (open ? " open=\"open\"" : "");
  return fmt::format("<details{}><summary>{}</summary>{}</details>\n", attributes, xml_text(summary), content);
}

std::string chart(Page& page, const plot::Figure& figure, std::string_view caption) {
  if (!page.charts) return {};
  const std::string words = caption.empty() ? "" : "<figcaption>" + xml_text(caption) + "</figcaption>";
  return "<figure class=\"chart\">" + figure.svg(fmt::format("chart-{}", ++page.figures)) + words + "</figure>\n";
}

std::string chart(Page& page, const std::function<plot::Figure()>& make, std::string_view caption) {
  return page.charts ? chart(page, make(), caption) : std::string();
}

std::string pictures(const std::vector<Picture>& list, std::string_view what) {
  std::string out = "<div class=\"pictures\">";
  for (const Picture& picture : list) {
    const std::string words = xml_text(picture.caption);
    const int64_t width = picture.image.defined() && picture.image.rank() > 1 ? picture.image.dim(1) : 0;
    out += fmt::format("<figure><img alt=\"{}{}{}\" width=\"{}\" src=\"data:image/png;base64,{}\"/>", xml_text(what),
                       words.empty() ? "" : ": ", words, width > 0 ? enlarged(width) : 0,
                       base64(plot::png_bytes(picture.image)));
    out += (words.empty() ? "" : "<figcaption>" + words + "</figcaption>") + "</figure>\n";
  }
  return out + "</div>\n";
}

std::string base64(std::string_view bytes) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t three = 0;
    const size_t here = std::min<size_t>(3, bytes.size() - i);
    for (size_t k = 0; k < 3; ++k) three = three << 8 | (k < here ? uint8_t(bytes[i + k]) : 0);
    for (size_t k = 0; k < 4; ++k) out += k <= here ? letters[three >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

std::string percent(double share) { return fmt::format("{:.{}f} %", 100 * share, share > 0.9 && share < 1 ? 2 : 1); }

}  // namespace cajal::report::internal
