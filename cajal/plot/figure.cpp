#include "cajal/plot/figure.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/plot/internal/gnuplot.h"
#include "cajal/plot/internal/script.h"
#include "cajal/plot/internal/svg.h"
#include "cajal/plot/internal/theme.h"

namespace cajal::plot {
namespace {

using namespace internal;

const Theme& theme_of(const FigureOptions& options) { return options.theme == "dark" ? dark_theme() : light_theme(); }

void check(const FigureOptions& options) {
  if (options.rows < 1 || options.columns < 1)
    fail(fmt::format("a figure was given {} rows and {} columns of axes", options.rows, options.columns),
         "at least one of each");
  if (options.width < 40 || options.height < 40 || options.width > 20000 || options.height > 20000)
    fail(fmt::format("a figure cannot be {} x {} points", options.width, options.height), "40 to 20000 on each side");
  if (!(options.scale >= 0.1 && options.scale <= 10))
    fail(fmt::format("a figure was given the scale {}", options.scale), "0.1 to 10 pixels per point");
  if (options.theme != "light" && options.theme != "dark" && options.theme != "auto")
    fail(fmt::format("there is no theme '{}'", options.theme), choices(options.theme, {"light", "dark", "auto"}));
}

}  // namespace

Figure::Figure(const FigureOptions& options)
    : options_(std::make_shared<FigureOptions>(options)), axes_(std::make_shared<std::vector<Axes>>()) {
  check(options);
  for (int i = 0; i < options.rows * options.columns; ++i) axes_->emplace_back();
}

Axes& Figure::axes(int index) {
  if (index < 0 || index >= count())
    fail(fmt::format("there are no axes {} in a figure of {}", index, count()),
         "rows and columns when the figure is made");
  return (*axes_)[size_t(index)];
}

std::string Figure::png() const { return run_gnuplot(script_of(*this, Format::png, theme_of(*options_))); }

std::string Figure::svg(const std::string& id) const {
  static std::atomic<int> made{0};
  const std::string name = id.empty() ? fmt::format("plot-{}", ++made) : id;
  return finished_svg(run_gnuplot(script_of(*this, Format::svg, marker_theme())), *options_, SvgPlace::page, name);
}

std::string Figure::svg_file() const {
  const bool follows = options_->theme == "auto";
  const std::string raw = run_gnuplot(script_of(*this, Format::svg, follows ? marker_theme() : theme_of(*options_)));
  return finished_svg(raw, *options_, follows ? SvgPlace::following_file : SvgPlace::file, "plot");
}

void Figure::save(const Path& path) const {
  const std::string ending = lower(path.extension().string());
  if (ending == ".svg") write_file_atomically(path, std::string_view(svg_file()));
  else if (ending == ".png") write_file_atomically(path, std::string_view(png()));
  else if (ending == ".pdf")
    write_file_atomically(path, std::string_view(run_gnuplot(script_of(*this, Format::pdf, theme_of(*options_)))));
  else
    throw Error(Code::invalid_argument, fmt::format("a picture cannot be written as '{}'", path.filename().string()),
                {}, "a name that ends in .svg, .png or .pdf");
}

bool available() {
  const char* folders = std::getenv("PATH");
  for (const std::string& folder : split(folders ? folders : "", ':'))
    if (::access(((folder.empty() ? "." : folder) + "/gnuplot").c_str(), X_OK) == 0) return true;
  return false;
}

}  // namespace cajal::plot
