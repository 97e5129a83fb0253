// Where a legend stands.
#include <algorithm>
#include <cmath>

#include "cajal/base/utf8.h"
#include "cajal/plot/internal/axes_state.h"
#include "cajal/plot/internal/script.h"

namespace cajal::plot::internal {
namespace {

/// Counts what is drawn in each corner, to find one for the legend.
class Corners {
 public:
  Corners(const View& across, const View& up, double wide, double high)
      : across_(across), up_(up), wide_(std::min(0.95, wide)), high_(std::min(0.95, high)) {}

  void meet(double x, double y) {
    double right = across_.share(x), above = up_.share(y);
    if (across_.inverted) right = 1 - right;
    if (up_.inverted) above = 1 - above;
    for (int corner = 0; corner < 4; ++corner) {
      const bool in_x = corner % 2 == 0 ? right > 1 - wide_ : right < wide_;
      const bool in_y = corner < 2 ? above > 1 - high_ : above < high_;
      if (in_x && in_y) ++count_[corner];
    }
  }

  void meet(const Series& series) {
    if (series.kind == Series::Kind::rectangles) {
      for (size_t i = 0; i < series.x.size(); ++i)
        for (double right : {0.0, 0.5, 1.0})
          for (double above : {0.0, 0.25, 0.5, 0.75, 1.0})
            meet(series.x[i] + right * (series.x2[i] - series.x[i]),
                 series.y[i] + above * (series.y2[i] - series.y[i]));
      return;
    }
    for (size_t i = 0; i < series.x.size() && i < series.y.size(); ++i) meet(series.x[i], series.y[i]);
    for (size_t i = 0; i < series.y2.size(); ++i) meet(series.x[i], series.y2[i]);
    // A line passes between its points too.
    if (series.kind == Series::Kind::line && series.x.size() < 200)
      for (size_t i = 1; i < series.x.size(); ++i)
        for (double t : {0.25, 0.5, 0.75})
          meet(series.x[i - 1] + t * (series.x[i] - series.x[i - 1]),
               series.y[i - 1] + t * (series.y[i] - series.y[i - 1]));
  }

  /// Above all where no corner is free.
  std::string best() const {
    const char* names[] = {"upper right", "upper left", "lower right", "lower left"};
    const int* least = std::min_element(count_, count_ + 4);
    return *least > 0 ? "above" : names[least - count_];
  }

 private:
  const View &across_, &up_;
  double wide_, high_;
  int count_[4] = {};
};

}  // namespace

Legend legend_of(const AxesState& axes, const Canvas& canvas, const View& across, const View& up) {
  size_t widest = 0;
  Legend out;
  for (const Series& series : axes.series)
    if (!series.label.empty()) widest = std::max(widest, character_count(series.label)), ++out.entries;
  if (out.entries == 0 || axes.legend == "none") return {};
  out.place = axes.legend;
  out.width = double(std::min(widest, canvas.label_letters())) * label_letter + legend_sample;
  out.height = out.entries * legend_line + 8;
  if (out.place != "best") return out;
  Corners corners(across, up, out.width / canvas.width, out.height / canvas.height);
  for (const Series& series : axes.series) corners.meet(series);
  out.place = corners.best();
  return out;
}

Legend spread_out(Legend legend, double width) {
  legend.columns = std::clamp(int(width / legend.width), 1, legend.entries);
  legend.height = (legend.entries + legend.columns - 1) / legend.columns * legend_line + 4;
  return legend;
}

}  // namespace cajal::plot::internal
