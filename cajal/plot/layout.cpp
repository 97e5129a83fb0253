#include "cajal/plot/internal/layout.h"

#include <algorithm>
#include <cmath>

#include "cajal/base/utf8.h"
#include "cajal/plot/internal/axes_state.h"

namespace cajal::plot::internal {
namespace {

constexpr double title_room = 30, label_room = 22, suptitle_room = 34;
constexpr double tick_letter = 6.5;  // points, of a letter at size 11

size_t widest(const std::vector<std::string>& words, size_t most) {
  size_t out = 0;
  for (const std::string& word : words) out = std::max(out, std::min(character_count(word), most + 1));
  return out;
}

Box cell_of(const FigureOptions& options, int index) {
  const double high = options.height - (options.title.empty() ? 0 : suptitle_room);
  const double width = double(options.width) / options.columns, height = high / options.rows;
  const int row = index / options.columns, column = index % options.columns;
  const double apart = options.rows * options.columns > 1 ? 5 : 0;
  return {column * width + apart, (column + 1) * width - apart, high - (row + 1) * height + apart,
          high - row * height - apart};
}

double colorbar_room(const AxesState& axes) {
  if (!axes.colorbar) return 0;
  const std::vector<std::string> words = number_words(round_numbers(axes.colorbar->low, axes.colorbar->high, 8));
  return 10 + colorbar_width + 12 + tick_letter * double(widest(words, 10)) +
         (axes.colorbar->label.empty() ? 0 : label_room);
}

// What is left between the words round the axes.
Box area_of(const AxesState& axes, const Arranged& now, const Canvas& canvas) {
  Box area = now.cell;
  area.top -= axes.title.empty() ? 12 : title_room;
  if (now.legend.place == "above") area.top -= now.legend.height;
  if (!axes.frame)
    return {area.left + 6, area.right - 6, area.bottom + 6, axes.title.empty() ? area.top + 6 : area.top};
  const size_t most = canvas.tick_letters();
  area.left += 14 + (axes.y.label.empty() ? 0 : label_room);
  if (!now.up.ticks.empty()) area.left += 6 + tick_letter * double(widest(now.up.words, most));
  area.bottom += 8 + (axes.x.label.empty() ? 0 : label_room);
  if (!now.across.ticks.empty())
    area.bottom += must_turn(now.across, canvas.width, most)
                       ? 14 + 0.75 * tick_letter * double(widest(now.across.words, most))
                       : 24;
  area.right -= 16 + colorbar_room(axes);
  if (now.legend.place == "outside")
    area.right -= std::min(now.legend.width + legend_apart, (area.right - area.left) / 2);
  area.right = std::max(area.right, area.left + 30);
  area.top = std::max(area.top, area.bottom + 30);
  return area;
}

// The largest part in which both units are as long.
Box with_equal_units(const Box& area, const View& across, const View& up) {
  const double wanted = (across.high - across.low) / (up.high - up.low), have = area.width() / area.height();
  Box out = area;
  if (have > wanted) {
    const double spare = (area.width() - area.height() * wanted) / 2;
    out.left += spare, out.right -= spare;
  } else {
    const double spare = (area.height() - area.width() / wanted) / 2;
    out.bottom += spare, out.top -= spare;
  }
  return out;
}

bool may_grow(const AxesState& axes) {
  return !axes.y.limits && !axes.y.inverted &&
         std::none_of(axes.series.begin(), axes.series.end(), [](const Series& series) {
           return series.kind == Series::Kind::raster || series.kind == Series::Kind::contour;
         });
}

void look(const AxesState& axes, Canvas& canvas, Arranged& now) {
  canvas.width = now.area.width(), canvas.height = now.area.height();
  now.across = view_of(axes, false, canvas.width);
  now.up = view_of(axes, true, canvas.height);
  now.legend = legend_of(axes, canvas, now.across, now.up);
  // No corner is free: where the axis is ours to choose, it is made longer.
  const double taken = now.legend.height / canvas.height;
  if (axes.legend == "best" && now.legend.place == "above" && may_grow(axes) && taken < 0.5) {
    now.up = view_of(axes, true, canvas.height, taken);
    now.legend.place = "upper right";
  }
  if (now.legend.place == "above") now.legend = spread_out(now.legend, canvas.width);
  now.area = area_of(axes, now, canvas);
  now.outer = now.cell;
  if (!axes.equal || now.across.log || now.up.log) return;
  const Box part = with_equal_units(now.area, now.across, now.up);
  now.outer = {now.cell.left + part.left - now.area.left, now.cell.right + part.right - now.area.right,
               now.cell.bottom + part.bottom - now.area.bottom, now.cell.top + part.top - now.area.top};
  now.area = part;
}

}  // namespace

bool must_turn(const View& across, double width, size_t most_letters) {
  return double(widest(across.words, most_letters) + 1) * tick_letter * double(across.ticks.size()) > width * 1.05;
}

// The marks depend on the room and the room on the marks: twice is enough.
Arranged arranged(const AxesState& axes, const FigureOptions& options, int index, const Canvas& canvas) {
  Arranged out;
  out.cell = cell_of(options, index);
  out.area = {out.cell.left + 55, out.cell.right - 15, out.cell.bottom + 45, out.cell.top - 30};
  Canvas now = canvas;
  look(axes, now, out);
  look(axes, now, out);
  return out;
}

}  // namespace cajal::plot::internal
