// One axes without what is drawn in it: frame, marks, legend, words, lines, colour bar.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cajal/base/text.h"
#include "cajal/plot/internal/axes_state.h"
#include "cajal/plot/internal/layout.h"
#include "cajal/plot/internal/script.h"

namespace cajal::plot::internal {
namespace {

class Settings {
 public:
  Settings(const AxesState& axes, const Canvas& canvas, const Arranged& place, const FigureOptions& options)
      : axes_(axes), canvas_(canvas), place_(place), across_(place.across), up_(place.up), options_(options) {}

  std::string text() const {
    return "reset\nset encoding utf8\n" + margins() + frame() + grid() + axis("x", axes_.x, across_) +
           axis("y", axes_.y, up_) + labels() + legend() + words() + guides() + colorbar();
  }

 private:
  double share_x(double points) const { return points / options_.width; }
  double share_y(double points) const { return points / options_.height; }

  std::string margins() const {
    const Box& area = place_.area;
    return fmt::format(
        "set lmargin at screen {:.5f}\nset rmargin at screen {:.5f}\nset bmargin at screen {:.5f}\n"
        "set tmargin at screen {:.5f}\n",
        share_x(area.left), share_x(area.right), share_y(area.bottom), share_y(area.top));
  }

  std::string frame() const {
    std::string out;
    if (!axes_.title.empty())
      out += fmt::format("set title {} font '{}:Bold,13' textcolor rgb {} offset 0, screen {:.5f}\n",
                         canvas_.quoted(axes_.title), font, canvas_.colour("ink"),
                         share_y((place_.legend.place == "above" ? place_.legend.height : 0) - 4));
    if (!axes_.frame) return out + "unset border\nunset xtics\nunset ytics\n";
    return out + "set border 3 back lw 1 lc rgb " + canvas_.colour("muted") + "\n";
  }

  // The words beside the axes stand at the edge of the room, not where gnuplot expects the marks to end.
  std::string labels() const {
    std::string out;
    const std::string look = "textcolor rgb " + canvas_.colour("ink") + "\n";
    if (!axes_.x.label.empty())
      out += fmt::format("set label {} at graph 0.5, screen {:.5f} center {}", canvas_.quoted(axes_.x.label),
                         share_y(place_.outer.bottom + 12), look);
    if (!axes_.y.label.empty())
      out += fmt::format("set label {} at screen {:.5f}, graph 0.5 center rotate by 90 {}",
                         canvas_.quoted(axes_.y.label), share_x(place_.outer.left + 14), look);
    return out;
  }

  // Lines across where there are numbers, none along names.
  std::string grid() const {
    const bool named_x = !axes_.x.words.empty(), named_y = !axes_.y.words.empty();
    if (!axes_.frame || !axes_.grid || (named_x && named_y)) return {};
    return fmt::format("set grid {} {} back lt 1 lw 1 dt solid lc rgb {}\n", named_x ? "noxtics" : "xtics",
                       named_y ? "noytics" : "ytics", canvas_.colour("grid"));
  }

  std::string axis(const std::string& name, const AxisState& axis, const View& view) const {
    std::string out;
    if (view.log) out += "set logscale " + name + "\n";
    out += fmt::format("set {}range [{}:{}] noextend\n", name, number(view.inverted ? view.high : view.low),
                       number(view.inverted ? view.low : view.high));
    if (!axes_.frame) return out;
    if (view.ticks.empty()) return out + "unset " + name + "tics\n";
    const bool turned = name == "x" && must_turn(view, canvas_.width, canvas_.tick_letters());
    return out + fmt::format("set {}tics scale {} out nomirror {} font '{},11' textcolor rgb {} ({})\n", name,
                             axis.words.empty() ? 0.4 : 0.0, turned ? "rotate by 45 right" : "norotate", font,
                             canvas_.colour("muted"), places(view.ticks, view.words));
  }

  std::string places(const std::vector<double>& ticks, const std::vector<std::string>& words) const {
    std::string out;
    for (size_t i = 0; i < ticks.size(); ++i) out += (i ? ", " : "") + canvas_.tick(words[i]) + " " + number(ticks[i]);
    return out;
  }

  std::string legend() const {
    const Legend& legend = place_.legend;
    if (legend.place == "none") return "unset key\n";
    // Where gnuplot puts a legend outside by itself, it knows neither of the title nor of other axes.
    const auto screen = [&](double x, double y) {
      return fmt::format("at screen {:.5f}, screen {:.5f} left top", share_x(x), share_y(y));
    };
    const Box& area = place_.area;
    std::string at;
    if (legend.place == "above")
      at = screen(area.left, area.top + legend.height) + fmt::format(" horizontal maxcols {}", legend.columns);
    else if (legend.place == "outside") at = screen(place_.outer.right - legend.width, area.top);
    else
      at = std::string("inside ") + (legend.place.starts_with("upper") ? "top" : "bottom") +
           (legend.place.ends_with("left") ? " left" : " right");
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
      out += fmt::format("set arrow from {} nohead front lw {:.2f} lc rgb {}{}\n", ends, guide.options.linewidth,
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
    const std::vector<double> ticks = round_numbers(low, high, std::max(4, int(canvas_.height / 40)));
    std::string colours;
    for (int i = 0; i <= 20; ++i) colours += fmt::format("{}{} '{}'", i ? ", " : "", i, hex(map(i / 20.0)));
    std::string out =
        fmt::format("set palette defined ({}) maxcolors 64\nset cbrange [{}:{}]\n", colours, number(low), number(high));
    out += fmt::format("set colorbox user noborder origin screen {:.5f},{:.5f} size screen {:.5f},{:.5f}\n",
                       share_x(place_.area.right + 10), share_y(place_.area.bottom), share_x(colorbar_width),
                       share_y(place_.area.height()));
    out += fmt::format("set cbtics scale 0.4 out font '{},11' textcolor rgb {} ({})\n", font, canvas_.colour("muted"),
                       places(ticks, number_words(ticks)));
    if (bar.label.empty()) return out;
    return out + fmt::format("set label {} at screen {:.5f}, graph 0.5 center rotate by 90 textcolor rgb {}\n",
                             canvas_.quoted(bar.label), share_x(place_.outer.right - 12), canvas_.colour("ink"));
  }

  const AxesState& axes_;
  const Canvas& canvas_;
  const Arranged& place_;
  const View &across_, &up_;
  const FigureOptions& options_;
};

}  // namespace

std::string settings_script(const AxesState& axes, const Canvas& canvas, const Arranged& place,
                            const FigureOptions& options) {
  return Settings(axes, canvas, place, options).text();
}

}  // namespace cajal::plot::internal
