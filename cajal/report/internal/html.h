// Pieces of a page.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cajal/plot/figure.h"
#include "cajal/report/report.h"

namespace cajal::report::internal {

/// What the sections of a page share.
struct Page {
  const RunReport& report;
  bool charts = true;  ///< there is a gnuplot
  int figures = 0;     ///< made so far: ids
};

/// "<tag>text</tag>", the text escaped.
std::string element(std::string_view tag, std::string_view text);
/// <section id> with its heading; empty content gives nothing.
std::string section(std::string_view id, std::string_view heading, const std::string& content);
/// A table with a scroll bar of its own where it is too wide; the cells escaped. Columns whose cells are all numbers
/// are set to the right, but for the first ones, which are names.
std::string table(const Table& table, size_t words = 1);
/// Numbers behind a picture: folded away, open where there is no picture. What is of the kind "paper" is printed too.
std::string details(std::string_view summary, const std::string& content, bool open = false,
                    std::string_view kind = {});
/// A chart with a line below it (escaped; may be empty); nothing where there are no charts.
std::string chart(Page& page, const std::function<plot::Figure()>& make, std::string_view caption);
std::string chart(Page& page, const plot::Figure& figure, std::string_view caption);
/// Pictures side by side, each with its words, pixel for pixel.
std::string pictures(const std::vector<Picture>& pictures, std::string_view what);

std::string base64(std::string_view bytes);
/// "98.10 %"
std::string percent(double share);

/// The page's style sheet.
std::string style();

// The sections, in their order.
std::string data_section(Page& page);
std::string network_section(Page& page);
std::string training_section(Page& page);
std::string errors_section(Page& page);
std::string again_section(Page& page);

}  // namespace cajal::report::internal
