#include "cajal/plot/internal/script.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cajal/plot/internal/axes_state.h"
#include "cajal/plot/internal/layout.h"

namespace cajal::plot::internal {
namespace {

std::string terminal(const FigureOptions& options, Format format, const Theme& theme) {
  const std::string look = fmt::format("font '{},12' noenhanced background rgb '{}'", font, hex(theme.paper));
  if (format == Format::svg)
    return fmt::format("set terminal svg size {},{} dynamic {}\n", options.width, options.height, look);
  if (format == Format::pdf)
    return fmt::format("set terminal pdfcairo size {:.4f}in,{:.4f}in {} fontscale 0.75\n", options.width / 96.0,
                       options.height / 96.0, look);
  return fmt::format("set terminal pngcairo size {},{} {} fontscale {:g} linewidth {:g} pointscale {:g}\n",
                     std::lround(options.width * options.scale), std::lround(options.height * options.scale), look,
                     options.scale * 0.75, options.scale, options.scale);
}

}  // namespace

std::string script_of(const Figure& figure, Format format, const Theme& theme) {
  const FigureOptions& options = figure.options();
  std::string data, drawings;
  for (int i = 0; i < figure.count(); ++i) {
    const AxesState& axes = *const_cast<Figure&>(figure).axes(i).state();
    Canvas canvas{format, theme, 100, 100};
    const Arranged place = arranged(axes, options, i, canvas);
    canvas.width = place.area.width(), canvas.height = place.area.height();
    const SeriesScript series = series_script(axes, i, canvas, place.across, place.up);
    data += series.data;
    drawings += settings_script(axes, canvas, place, options);
    // Axes without anything in them, and colour bars, need something that is plotted: a point that is not there.
    drawings += axes.colorbar ? "plot NaN with points palette notitle" : "plot NaN notitle";
    for (const std::string& plot : series.plots) drawings += ", " + plot;
    drawings += "\n";
  }
  const std::string start = "set encoding utf8\n" + terminal(options, format, theme) + data;
  if (figure.count() == 1 && options.title.empty()) return start + drawings;
  std::string all = "set multiplot";
  if (!options.title.empty()) {
    const Canvas canvas{format, theme, double(options.width), double(options.height)};
    all += fmt::format(" title {} font '{}:Bold,14' textcolor rgb {}", canvas.quoted(options.title), font,
                       canvas.colour("ink"));
  }
  return start + all + "\n" + drawings + "unset multiplot\n";
}

}  // namespace cajal::plot::internal
