// What is drawn in one axes, as inline data and parts of gnuplot's command `plot`.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "cajal/plot/internal/axes_state.h"
#include "cajal/plot/internal/raster.h"
#include "cajal/plot/internal/script.h"
#include "cajal/plot/internal/thinning.h"

namespace cajal::plot::internal {
namespace {

constexpr const char* as_boxes = " using 1:2:3:4:5:6:7 with boxxyerror lc rgb variable fs solid ";

int point_type(const std::string& marker) {
  if (marker == "s") return 5;
  if (marker == "^") return 9;
  if (marker == "D") return 13;
  if (marker == "x") return 2;
  return marker == "+" ? 1 : 7;
}

/// One row of data for a filled rectangle.
std::string box_row(double left, double right, double bottom, double top, uint32_t colour) {
  return fmt::format("{} {} {} {} {} {} {}\n", number((left + right) / 2), number((bottom + top) / 2), number(left),
                     number(right), number(bottom), number(top), colour);
}

class Writer {
 public:
  Writer(int index, const Canvas& canvas, const View& across, const View& up)
      : index_(index), canvas_(canvas), across_(across), up_(up) {}

  void add(const Series& series) {
    switch (series.kind) {
      case Series::Kind::line: return add_line(series);
      case Series::Kind::points: return add_points(series);
      case Series::Kind::rectangles: return add_rectangles(series);
      case Series::Kind::band: return add_band(series);
      case Series::Kind::raster: return add_raster(series.raster);
      case Series::Kind::contour: return add_contour(series);
    }
  }

  SeriesScript script;

 private:
  std::string block(const std::string& content) {
    const std::string name = fmt::format("$d{}_{}", index_, blocks_++);
    script.data += name + " << CAJAL_END\n" + content + "CAJAL_END\n";
    return name;
  }

  std::string title(const Series& series) const {
    return series.label.empty() ? " notitle" : " title " + canvas_.label(series.label);
  }

  // A series in which there is nothing to see still has its place in the legend.
  void add_entry(const Series& series, const std::string& look) {
    if (!series.label.empty()) script.plots.push_back("keyentry with " + look + title(series));
  }

  bool visible(const Series& series, size_t i) const {
    return std::isfinite(series.x[i]) && std::isfinite(series.y[i]) && (!across_.log || series.x[i] > 0) &&
           (!up_.log || series.y[i] > 0);
  }

  // gnuplot's unit differs from terminal to terminal.
  double point_size(const std::string& marker, double size) const {
    const double unit = canvas_.format == Format::svg ? 9.1 : 8.5;
    return size / unit * (marker == "." ? 0.5 : marker == "o" ? 1.0 : 0.9);
  }

  void add_line(const Series& series) {
    std::string rows;
    size_t seen = 0;
    for (size_t i : thinned_line(series.x, series.y, across_, size_t(canvas_.width))) {
      const bool shown = visible(series, i);
      seen += shown;
      rows += number(series.x[i]) + " " + (shown ? number(series.y[i]) : "NaN") + "\n";
    }
    const std::string pen =
        fmt::format("lc rgb {} lw {:.2f}", canvas_.colour(series.colour, series.alpha), series.width) +
        dashes(series.style);
    if (seen == 0) return add_entry(series, "lines " + pen);
    const std::string marker = series.marker.empty() && seen == 1 ? "o" : series.marker;
    const std::string look = marker.empty() ? "lines " + pen
                                            : fmt::format("linespoints {} pt {} ps {:.3f}", pen, point_type(marker),
                                                          point_size(marker, series.size));
    script.plots.push_back(block(rows) + " using 1:2 with " + look + title(series));
  }

  void add_points(const Series& series) {
    std::string rows;
    const size_t columns = size_t(canvas_.width / 2), lines = size_t(canvas_.height / 2);
    for (size_t i : thinned_points(series.x, series.y, across_, up_, columns, lines)) {
      if (!visible(series, i)) continue;
      rows += number(series.x[i]) + " " + number(series.y[i]);
      if (!series.colours.empty()) rows += fmt::format(" {}", canvas_.colour_number(series.colours[i], series.alpha));
      rows += "\n";
    }
    const bool one_colour = series.colours.empty();
    const std::string pen = one_colour ? canvas_.colour(series.colour, series.alpha) : std::string("variable");
    const std::string look = fmt::format(" pt {} lw 1.6", point_type(series.marker));
    const std::string size = fmt::format(" ps {:.3f}", point_size(series.marker, series.size));
    if (rows.empty()) return add_entry(series, "points lc rgb " + canvas_.colour(series.colour) + look + size);
    const std::string name = block(rows);
    if (!series.edge.empty())
      script.plots.push_back(name + " using 1:2 with points lc rgb " + canvas_.colour(series.edge) + look +
                             fmt::format(" ps {:.3f} notitle", point_size(series.marker, series.size + 2)));
    script.plots.push_back(name + (one_colour ? " using 1:2" : " using 1:2:3") + " with points lc rgb " + pen + look +
                           size + title(series));
  }

  void add_rectangles(const Series& series) {
    std::string rows;
    for (size_t i = 0; i < series.x.size(); ++i) {
      double left = series.x[i], right = series.x2[i], bottom = series.y[i], top = series.y2[i];
      if (!std::isfinite(left + right + bottom + top)) continue;
      if (across_.log) left = std::max(left, across_.low), right = std::max(right, across_.low);
      if (up_.log) bottom = std::max(bottom, up_.low), top = std::max(top, up_.low);
      rows += box_row(left, right, bottom, top,
                      canvas_.colour_number(series.colours.empty() ? series.colour : series.colours[i],
                                            series.alphas.empty() ? series.alpha : series.alphas[i]));
    }
    const std::string border = series.edge.empty() ? "noborder" : "border rgb " + canvas_.colour(series.edge);
    if (!rows.empty()) script.plots.push_back(block(rows) + as_boxes + border + " notitle");
    if (!series.label.empty())
      add_entry(series, "boxes lc rgb " + canvas_.colour(series.colour, series.alpha) + " fs solid noborder");
  }

  void add_band(const Series& series) {
    std::string rows;
    for (size_t i : thinned_line(series.x, series.y, across_, size_t(canvas_.width)))
      if (visible(series, i) && std::isfinite(series.y2[i]))
        rows += number(series.x[i]) + " " + number(series.y[i]) + " " + number(series.y2[i]) + "\n";
    const std::string look =
        "filledcurves lc rgb " + canvas_.colour(series.colour, series.alpha) + " fs solid noborder";
    if (rows.empty()) return add_entry(series, look);
    script.plots.push_back(block(rows) + " using 1:2:3 with " + look + title(series));
  }

  void add_raster(const Raster& given) {
    const double finer = canvas_.format == Format::png ? 2 : 1;
    const Raster raster = at_most(given, std::max<int64_t>(64, int64_t(canvas_.width * finer)),
                                  std::max<int64_t>(64, int64_t(canvas_.height * finer)));
    const Extent& box = raster.extent;
    const double step_x = (box.right - box.left) / double(raster.width);
    const double step_y = (box.bottom - box.top) / double(raster.height);
    if (raster.width == 1 || raster.height == 1) return add_strip(raster, step_x, step_y);
    fmt::memory_buffer rows;
    for (int64_t i = 0; i < raster.width * raster.height; ++i) {
      const uint8_t* pixel = raster.rgba.data() + 4 * i;
      fmt::format_to(std::back_inserter(rows), "{:.7g} {:.7g} {} {} {} {}\n",
                     box.left + (double(i % raster.width) + 0.5) * step_x,
                     box.top + (double(i / raster.width) + 0.5) * step_y, pixel[0], pixel[1], pixel[2], pixel[3]);
    }
    script.plots.push_back(block(fmt::to_string(rows)) + " using 1:2:3:4:5:6 with rgbalpha notitle");
  }

  // A single row or column of pixels has no size of its own for gnuplot.
  void add_strip(const Raster& raster, double step_x, double step_y) {
    std::string rows;
    for (int64_t i = 0; i < raster.width * raster.height; ++i) {
      const uint8_t* pixel = raster.rgba.data() + 4 * i;
      const double x = raster.extent.left + double(i % raster.width) * step_x;
      const double y = raster.extent.top + double(i / raster.width) * step_y;
      const uint32_t colour =
          uint32_t(255 - pixel[3]) << 24 | uint32_t(pixel[0]) << 16 | uint32_t(pixel[1]) << 8 | pixel[2];
      rows += box_row(x, x + step_x, std::min(y, y + step_y), std::max(y, y + step_y), colour);
    }
    script.plots.push_back(block(rows) + as_boxes + "noborder notitle");
  }

  // gnuplot finds the lines itself and keeps them as inline data.
  void add_contour(const Series& series) {
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (double value : series.z)
      if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
    std::string rows, levels;
    for (double level : series.levels)
      if (level > low && level < high) levels += (levels.empty() ? "" : ",") + number(level);
    if (levels.empty()) return;
    for (size_t j = 0; j < series.y.size(); ++j, rows += "\n")
      for (size_t i = 0; i < series.x.size(); ++i)
        rows +=
            number(series.x[i]) + " " + number(series.y[j]) + " " + number(series.z[j * series.x.size() + i]) + "\n";
    const std::string grid = block(rows), lines = fmt::format("$d{}_{}", index_, blocks_++);
    script.data += "set contour base\nunset surface\nset cntrparam levels discrete " + levels + "\nset table " + lines +
                   "\nsplot " + grid + " using 1:2:3 with lines notitle\nunset table\nunset contour\nset surface\n";
    script.plots.push_back(
        lines + fmt::format(" using 1:2 with lines lc rgb {} lw {:.2f}", canvas_.colour(series.colour), series.width) +
        dashes(series.style) + title(series));
  }

  int index_, blocks_ = 0;
  const Canvas& canvas_;
  const View &across_, &up_;
};

}  // namespace

SeriesScript series_script(const AxesState& axes, int index, const Canvas& canvas, const View& across, const View& up) {
  Writer writer(index, canvas, across, up);
  for (const Series& series : axes.series) writer.add(series);
  return std::move(writer.script);
}

}  // namespace cajal::plot::internal
