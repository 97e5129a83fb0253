#include "cajal/report/diagram.h"

#include <fmt/format.h>

#include <algorithm>

#include "cajal/base/text.h"
#include "cajal/base/utf8.h"
#include "cajal/base/xml.h"
#include "cajal/report/internal/layering.h"

namespace cajal::report {
namespace {

using namespace internal;

constexpr double box_width = 216, tall = 50, low = 32, pill_width = 96, pill = 26;
constexpr double gap_across = 28, gap_down = 36, margin = 10, label_room = 84, tail = 30;
constexpr size_t most_letters = 27;

std::string shortened(const std::string& text, size_t most) {
  const std::string clean = clean_utf8(text);
  return character_count(clean) <= most ? clean : std::string(first_characters(clean, most)) + "…";
}

Flow::Size size_of(const Part& part) {
  if (part.kind == Part::Kind::op) return {pill_width, pill};
  if (part.kind == Part::Kind::input) return {box_width, low};
  return {box_width, part.parameters > 0 || part.shared ? tall : low};
}

Flow flow_of(const Structure& structure) {
  Flow flow;
  for (const Part& part : structure.parts) flow.boxes.push_back(size_of(part));
  flow.edges = structure.edges;
  return flow;
}

std::string second_line(const Part& part) {
  if (part.shared) return part.name + " · the same weights";
  return part.name + " · " + human_count(part.parameters) + (part.trainable ? "" : " frozen");
}

std::string words(double x, double y, const std::string& text, const std::string& attributes) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" {}>{}</text>", x, y, attributes, xml_text(text));
}

/// Draws one picture.
class Drawing {
 public:
  explicit Drawing(const Structure& structure)
      : structure_(structure), placement_(placed(flow_of(structure), gap_across, gap_down)) {
    for (const Part& part : structure.parts) total_ += part.parameters;
  }

  // The words beside the outermost line must fit in too.
  double width() const { return placement_.width + 2 * margin + std::max(0.0, label_room - box_width / 2); }
  double height() const { return placement_.height + 2 * margin + tail; }

  std::string svg() const {
    std::string out = fmt::format(
        "<svg class=\"diagram\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {:.0f} {:.0f}\" width=\"{:.0f}\" "
        "height=\"{:.0f}\" font-size=\"13\">",
        xml_text(description()), width(), height(), width(), height());
    out += "<g fill=\"none\" stroke=\"var(--plot-muted,#5b6475)\" stroke-width=\"1.4\">";
    for (const auto& path : placement_.paths) out += line(path);
    for (size_t i = 0; i < structure_.parts.size(); ++i)
      if (structure_.parts[i].output) out += line({bottom(i), {bottom(i).x, bottom(i).y + tail - 4}});
    out += "</g>";
    for (size_t i = 0; i < structure_.parts.size(); ++i) out += box(structure_.parts[i], placement_.centres[i]);
    for (size_t i = 0; i < structure_.parts.size(); ++i) out += label(i);
    return out + "</svg>";
  }

 private:
  Point bottom(size_t i) const {
    return {placement_.centres[i].x, placement_.centres[i].y + size_of(structure_.parts[i]).height / 2};
  }

  std::string description() const {
    std::vector<std::string> steps;
    for (const Part& part : structure_.parts) {
      if (steps.size() == 12) {
        steps.push_back(fmt::format("and {} more", structure_.parts.size() - 12));
        break;
      }
      steps.push_back(part.title + " giving " + part.shape);
    }
    return "Diagram of the network: " + join(steps, ", ");
  }

  // A smooth line with an arrowhead at its end.
  static std::string line(const std::vector<Point>& path) {
    std::string d = fmt::format("M{:.1f} {:.1f}", path[0].x + margin, path[0].y + margin);
    for (size_t i = 1; i < path.size(); ++i) {
      const Point a = path[i - 1], b = path[i];
      const double half = (b.y - a.y) / 2;
      if (a.x == b.x) d += fmt::format("V{:.1f}", b.y + margin);
      else
        d += fmt::format("C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", a.x + margin, a.y + half + margin, b.x + margin,
                         b.y - half + margin, b.x + margin, b.y + margin);
    }
    const Point end = path.back();
    return "<path d=\"" + d + fmt::format("M{:.1f} {:.1f}l4 6l4 -6", end.x + margin - 4, end.y + margin - 6.5) + "\"/>";
  }

  std::string box(const Part& part, Point centre) const {
    const Flow::Size size = size_of(part);
    const double left = centre.x - size.width / 2 + margin, top = centre.y - size.height / 2 + margin;
    const bool weights = part.parameters > 0, round = part.kind == Part::Kind::op;
    std::string out = fmt::format(
        "<g><title>{}</title><rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"{}\" "
        "fill=\"var(--plot-paper,#fff)\" stroke=\"{}\" stroke-width=\"{}\"{}/>",
        xml_text(part.title + (part.name.empty() ? "" : " '" + part.name + "'") + ", gives " + part.shape), left, top,
        size.width, size.height, round ? 13 : 7, weights ? "var(--plot-0,#0072b2)" : "var(--plot-muted,#5b6475)",
        weights ? 1.6 : 1, part.kind == Part::Kind::input ? " stroke-dasharray=\"4 3\"" : "");
    const double middle = centre.x + margin;
    const std::string ink = "text-anchor=\"middle\" fill=\"var(--plot-ink,#1d2433)\"";
    const bool two = size.height == tall;
    const bool named = part.kind == Part::Kind::input && !part.name.starts_with("input");
    const std::string title = named ? "Input " + part.name : part.title;
    out += words(middle, top + (two ? 20 : size.height / 2 + 4.5), shortened(title, most_letters),
                 ink + (weights ? " font-weight=\"600\"" : ""));
    if (two)
      out += words(middle, top + 37, shortened(second_line(part), most_letters + 5),
                   "text-anchor=\"middle\" font-size=\"11\" fill=\"var(--plot-muted,#5b6475)\"");
    return out + share_bar(part, left, top + size.height, size.width) + "</g>";
  }

  // How much of the network's parameters lies in this box.
  std::string share_bar(const Part& part, double left, double bottom, double width) const {
    if (part.parameters == 0 || total_ == 0) return {};
    const double length = std::max(2.0, (width - 16) * double(part.parameters) / double(total_));
    return fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"3\" rx=\"1.5\" "
        "fill=\"var(--plot-0,#0072b2)\"/>",
        left + 8, bottom - 6, length);
  }

  // What passes on, beside the lines that leave the box, on the side where none of them turns to.
  std::string label(size_t i) const {
    const Point from = bottom(i);
    bool left = false, right = false;
    for (size_t k = 0; k < placement_.paths.size(); ++k) {
      if (structure_.edges[k].first != int(i)) continue;
      left = left || placement_.paths[k][1].x < from.x - 1;
      right = right || placement_.paths[k][1].x > from.x + 1;
    }
    const double aside = left && right ? 0 : right ? -9 : 9;
    const char* anchor = aside == 0 ? "middle" : aside < 0 ? "end" : "start";
    return words(from.x + margin + aside, from.y + margin + (aside == 0 ? 26 : 17), structure_.parts[i].shape,
                 fmt::format("text-anchor=\"{}\" font-size=\"11\" fill=\"var(--plot-muted,#5b6475)\" "
                             "stroke=\"var(--plot-paper,#fff)\" stroke-width=\"3\" paint-order=\"stroke\"",
                             anchor));
  }

  const Structure& structure_;
  Placement placement_;
  int64_t total_ = 0;
};

}  // namespace

std::string diagram_svg(const Structure& structure) {
  if (structure.parts.empty() || (structure.edges.empty() && structure.parts.size() > 1)) return {};
  return Drawing(structure).svg();
}

double diagram_width(const Structure& structure) {
  if (structure.parts.empty() || (structure.edges.empty() && structure.parts.size() > 1)) return 0;
  return Drawing(structure).width();
}

}  // namespace cajal::report
