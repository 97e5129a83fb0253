// One axes without what is drawn in it: frame, marks, legend, words, lines, colour bar.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cajal/base/text.h"
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

class Settings {
 public:
  Settings(const AxesState& axes, const Canvas& canvas, const View& across, const View& up)
      : axes_(axes), canvas_(canvas), across_(across), up_(up) {}

  std::string text() const {
    return "reset\nset encoding utf8\n" + frame() + grid() + axis("x", axes_.x, across_, canvas_.width) +
           axis("y", axes_.y, up_, canvas_.height) + legend() + words() + guides() + colorbar();
  }

 private:
  std::string frame() const {
    std::string out;
    if (!axes_.title.empty())
      out += fmt::format("set title {} font '{}:Bold,13' textcolor rgb {} offset 0,-0.3\n", canvas_.quoted(axes_.title),
                         font, canvas_.colour("ink"));
    if (axes_.equal) out += "set size ratio -1\n";
    if (axes_.frame) return out + "set border 3 back lw 1 lc rgb " + canvas_.colour("muted") + "\n";
    out += "unset border\nunset xtics\nunset ytics\nset lmargin 0.5\nset rmargin 0.5\nset bmargin 0.5\n";
    return axes_.title.empty() ? out + "set tmargin 0.5\n" : out;
  }

  // Lines across where there are numbers, none along names.
  std::string grid() const {
    const bool named_x = !axes_.x.words.empty(), named_y = !axes_.y.words.empty();
    if (!axes_.frame || !axes_.grid || (named_x && named_y)) return {};
    return fmt::format("set grid {} {} back lt 1 lw 1 dt solid lc rgb {}\n", named_x ? "noxtics" : "xtics",
                       named_y ? "noytics" : "ytics", canvas_.colour("grid"));
  }

  std::string axis(const std::string& name, const AxisState& axis, const View& view, double length) const {
    std::string out;
    if (view.log) out += "set logscale " + name + "\n";
    out += fmt::format("set {}range [{}:{}] noextend\n", name, number(view.inverted ? view.high : view.low),
                       number(view.inverted ? view.low : view.high));
    if (!axis.label.empty())
      out += fmt::format("set {}label {} textcolor rgb {}\n", name, canvas_.quoted(axis.label), canvas_.colour("ink"));
    if (!axes_.frame) return out;
    if (view.ticks.empty()) return out + "unset " + name + "tics\n";
    size_t widest = 0;
    for (const std::string& word : view.words) widest = std::max(widest, std::min(letters(word), longest_tick));
    const bool tight = name == "x" && double(widest + 1) * letter_width * double(view.ticks.size()) > length * 1.05;
    return out + fmt::format("set {}tics scale {} out nomirror {} font '{},11' textcolor rgb {} ({})\n", name,
                             axis.words.empty() ? 0.4 : 0.0, tight ? "rotate by 45 right" : "norotate", font,
                             canvas_.colour("muted"), places(view.ticks, view.words));
  }

  std::string places(const std::vector<double>& ticks, const std::vector<std::string>& words) const {
    std::string out;
    for (size_t i = 0; i < ticks.size(); ++i) out += (i ? ", " : "") + canvas_.tick(words[i]) + " " + number(ticks[i]);
    return out;
  }

  std::string legend() const {
    size_t widest = 0, lines = 0;
    for (const Series& series : axes_.series)
      if (!series.label.empty()) widest = std::max(widest, letters(series.label)), ++lines;
    if (lines == 0 || axes_.legend == "none") return "unset key\n";
    std::string place = axes_.legend;
    if (place == "best") {
      Corners corners(across_, up_, (double(widest) * letter_width * 1.15 + 45) / canvas_.width,
                      (double(lines) * 20 + 8) / canvas_.height);
      for (const Series& series : axes_.series) corners.meet(series);
      place = corners.best();
    }
    std::string at = "outside right top";
    if (place == "above") at = "tmargin left horizontal";
    else if (place != "outside")
      at = std::string("inside ") + (place.starts_with("upper") ? "top" : "bottom") +
           (place.ends_with("left") ? " left" : " right");
    return "set key " + at + " Left reverse samplen 1.6 spacing 1.2 opaque fc rgb " + canvas_.colour("paper") +
           " textcolor rgb " + canvas_.colour("ink") + "\n";
  }

  std::string words() const {
    std::string out;
    for (const Words& words : axes_.words) {
      const std::vector<std::string> lines = split(words.text, '\n');
      for (size_t i = 0; i < lines.size(); ++i)
        out += fmt::format("set label {} at {},{} {} front offset 0,{:.2f} font '{},{:g}' textcolor rgb {}\n",
                           canvas_.quoted(lines[i]), number(words.x), number(words.y), words.options.align,
                           -1.0 * double(i) * words.options.size / 12, font, words.options.size,
                           canvas_.colour(words.options.color));
    }
    return out;
  }

  std::string guides() const {
    std::string out;
    for (const Guide& guide : axes_.guides) {
      if (!std::isfinite(guide.at)) continue;
      const std::string at = number(guide.at);
      const std::string ends = guide.horizontal ? fmt::format("graph 0, first {0} to graph 1, first {0}", at)
                                                : fmt::format("first {0}, graph 0 to first {0}, graph 1", at);
      out += fmt::format("set arrow from {} nohead back lw {:.2f} lc rgb {}{}\n", ends, guide.options.linewidth,
                         canvas_.colour(guide.options.color), dashes(guide.options.linestyle));
    }
    return out;
  }

  std::string colorbar() const {
    if (!axes_.colorbar) return "unset colorbox\n";
    const Colorbar& bar = *axes_.colorbar;
    const Colormap map(bar.cmap);
    const bool single = !(bar.high > bar.low);
    const double low = single ? bar.low - 0.5 : bar.low, high = single ? bar.high + 0.5 : bar.high;
    const std::vector<double> ticks = round_numbers(low, high, std::max(2, int(canvas_.height / 45)));
    std::string colours;
    for (int i = 0; i <= 20; ++i) colours += fmt::format("{}{} '{}'", i ? ", " : "", i, hex(map(i / 20.0)));
    std::string out = fmt::format("set palette defined ({}) maxcolors 64\nset cbrange [{}:{}]\nset colorbox noborder\n",
                                  colours, number(low), number(high));
    out += fmt::format("set cbtics scale 0.4 out font '{},11' textcolor rgb {} ({})\n", font, canvas_.colour("muted"),
                       places(ticks, number_words(ticks)));
    if (bar.label.empty()) return out;
    return out + fmt::format("set cblabel {} textcolor rgb {}\n", canvas_.quoted(bar.label), canvas_.colour("ink"));
  }

  const AxesState& axes_;
  const Canvas& canvas_;
  const View &across_, &up_;
};

}  // namespace

std::string settings_script(const AxesState& axes, const Canvas& canvas, const View& across, const View& up) {
  return Settings(axes, canvas, across, up).text();
}

}  // namespace cajal::plot::internal
