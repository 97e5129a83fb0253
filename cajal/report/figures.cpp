#include "cajal/report/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/report/findings.h"

namespace cajal::report {
namespace {

constexpr int narrow = 350;  // points: a phone shows it nearly as large as it is, a wide page larger

struct Curve {
  std::string metric;
  std::vector<std::pair<std::string, const std::vector<double>*>> lines;
};

// A metric and its "val_" twin share a chart.
std::vector<Curve> curves_of(const History& history) {
  std::vector<Curve> out;
  for (const auto& [name, numbers] : history.history) {
    const bool held_out = name.starts_with("val_");
    const std::string metric = held_out ? name.substr(4) : name;
    auto found = std::find_if(out.begin(), out.end(), [&](const Curve& curve) { return curve.metric == metric; });
    if (found == out.end()) found = out.insert(out.end(), Curve{metric, {}});
    found->lines.push_back({held_out ? "validation" : "training", &numbers});
  }
  return out;
}

bool wants_log(const Curve& curve) {
  double low = HUGE_VAL, high = 0;
  for (const auto& line : curve.lines)
    for (double value : *line.second) {
      if (std::isnan(value)) continue;
      low = std::min(low, value);
      if (std::isfinite(value)) high = std::max(high, value);
    }
  return low > 0 && high > 30 * low && curve.metric.find("loss") != std::string::npos;
}

void draw_curve(plot::Axes& axes, const History& history, const Curve& curve) {
  for (const auto& [label, numbers] : curve.lines) {
    std::vector<double> epochs(numbers->size());
    for (size_t i = 0; i < epochs.size(); ++i)
      epochs[i] = i < history.epoch.size() ? history.epoch[i] + 1.0 : double(i) + 1;
    axes.plot(epochs, *numbers,
              {.label = curve.lines.size() > 1 ? label : std::string(),
               .color = label == "training" ? "C0" : "C1",
               .marker = epochs.size() <= 25 ? "o" : ""});
  }
  axes.set_title(curve.metric).set_xlabel("epoch");
  if (wants_log(curve)) axes.set_yscale("log");
}

std::string described(const Curve& curve) {
  std::vector<std::string> parts;
  for (const auto& [label, numbers] : curve.lines)
    if (!numbers->empty())
      parts.push_back(fmt::format("{} from {:.4g} to {:.4g}", label, numbers->front(), numbers->back()));
  return "Chart of " + curve.metric + " over the epochs: " + join(parts, ", ");
}

void check_square(const Tensor& counts) {
  if (!counts.defined() || counts.rank() != 2 || counts.dim(0) != counts.dim(1) || counts.size() == 0)
    fail("a confusion matrix has the shape " + (counts.defined() ? counts.shape().text() : std::string("of nothing")),
         "[classes, classes]");
}

// One cell; the share is that of the row, and its root makes a few mistakes visible.
void draw_cell(plot::Axes& axes, int64_t truth, int64_t answer, double count, double share, bool with_number,
               double size) {
  const bool right = truth == answer;
  const double alpha = count == 0 ? 0 : right ? 0.15 + 0.85 * share : std::min(1.0, 0.1 + 0.9 * std::sqrt(share));
  const double x = double(answer), y = double(truth), half = with_number ? 0.47 : 0.5;
  if (count > 0) axes.rectangle(x - half, y - half, x + half, y + half, {.color = right ? "C0" : "C1", .alpha = alpha});
  if (with_number)
    axes.text(x, y, count == 0 ? "·" : human_count(int64_t(count)),
              {.color = count == 0    ? "muted"
                        : alpha > 0.6 ? "paper"
                                      : "ink",
               .size = size});
}

size_t longest_name(const std::vector<std::string>& names) {
  size_t out = 0;
  for (const std::string& name : names) out = std::max(out, name.size());
  return out;
}

// Points: as small as cells and names allow, since a page shows small figures larger.
int matrix_side(int count, int longest) {
  const int for_cells = count <= 6 ? narrow : count <= 10 ? 400 : count <= 16 ? 560 : 640;
  const int for_names = 60 + 7 * longest + count * (7 * longest + 8);
  return longest <= 8 ? for_cells : std::clamp(for_names, for_cells, std::max(for_cells, 560));
}

std::vector<std::string> names_of(const std::vector<std::string>& classes, int64_t count) {
  std::vector<std::string> out;
  for (int64_t i = 0; i < count; ++i) out.push_back(class_name(classes, i));
  return out;
}

}  // namespace

std::vector<plot::Figure> curve_figures(const History& history) {
  std::vector<plot::Figure> out;
  for (const Curve& curve : curves_of(history)) {
    plot::Figure figure({.width = narrow, .height = 250, .alt = described(curve)});
    draw_curve(figure.axes(), history, curve);
    out.push_back(std::move(figure));
  }
  return out;
}

plot::Figure curves_figure(const History& history) {
  const std::vector<Curve> curves = curves_of(history);
  if (curves.empty()) fail("a history without any metric was to be drawn", "the history that fit returns");
  const int columns = int(std::min<size_t>(curves.size(), 3)), rows = (int(curves.size()) + columns - 1) / columns;
  std::vector<std::string> words;
  for (const Curve& curve : curves) words.push_back(described(curve));
  plot::Figure figure({.width = columns == 1 ? 640 : 420 * columns,
                       .height = columns == 1 ? 400 : 300 * rows,
                       .rows = rows,
                       .columns = columns,
                       .alt = join(words, "; ")});
  for (size_t i = 0; i < curves.size(); ++i) draw_curve(figure.axes(int(i)), history, curves[i]);
  for (int i = int(curves.size()); i < figure.count(); ++i) figure.axes(i).axis_off().grid(false);
  return figure;
}

plot::Figure confusion_figure(const Tensor& counts, const std::vector<std::string>& classes) {
  check_square(counts);
  const int64_t count = counts.dim(0);
  const bool with_numbers = count <= 16;
  const int side = matrix_side(int(count), int(longest_name(classes)));
  plot::Figure figure(
      {.width = side, .height = side, .alt = "Confusion matrix: rows are the true classes, columns the answers"});
  plot::Axes& axes = figure.axes();
  const std::vector<double> values = counts.values<double>();
  for (int64_t truth = 0; truth < count; ++truth) {
    double total = 0;
    for (int64_t answer = 0; answer < count; ++answer) total += values[size_t(truth * count + answer)];
    for (int64_t answer = 0; answer < count; ++answer) {
      const double cell = values[size_t(truth * count + answer)];
      draw_cell(axes, truth, answer, cell, total > 0 ? cell / total : 0, with_numbers, count > 10 ? 9 : 11);
    }
  }
  std::vector<double> all(static_cast<size_t>(count));
  for (size_t i = 0; i < all.size(); ++i) all[i] = double(i);
  axes.set_xticks(all, names_of(classes, count)).set_yticks(all, names_of(classes, count));
  axes.set_xlim(-0.5, double(count) - 0.5).set_ylim(double(count) - 0.5, -0.5).grid(false);
  axes.set_xlabel("answer").set_ylabel("truth");
  return figure;
}

plot::Figure mistakes_figure(const Tensor& images, const std::vector<std::string>& captions) {
  return plot::image_grid(images, {.captions = captions});
}

plot::Figure bars_figure(const std::vector<std::string>& names, const plot::Values& lengths, const std::string& label) {
  plot::Figure figure({.width = narrow,
                       .height = std::clamp(int(names.size()) * 20 + 70, 110, 900),
                       .alt = "Bars: " + label + " of " + std::to_string(names.size()) + " classes"});
  figure.axes().barh(names, lengths, {.color = "C0", .width = 0.7}).set_xlabel(label);
  return figure;
}

}  // namespace cajal::report
