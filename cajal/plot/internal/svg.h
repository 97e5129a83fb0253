// gnuplot's SVG made fit for a page.
#pragma once

#include <string>
#include <string_view>

#include "cajal/plot/figure.h"

namespace cajal::plot::internal {

/// Where an SVG will stand.
enum class SvgPlace {
  file,            ///< by itself, in fixed colours
  following_file,  ///< by itself, in the colours that its reader prefers
  page,            ///< inside an HTML page: no background, the page's font, colours by CSS variables
};

/// The picture without what nobody needs (names of commands as tool tips, unused definitions, empty groups), with ids
/// of its own, the figure's description, and shielded text as XML.
std::string finished_svg(std::string_view raw, const FigureOptions& options, SvgPlace place, const std::string& id);

}  // namespace cajal::plot::internal
