// What a network answers everywhere in a plane.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cajal/base/error.h"
#include "cajal/plot/colours.h"
#include "cajal/report/figures.h"
#include "cajal/report/findings.h"

namespace cajal::report {
namespace {

void check(const Decision& given) {
  const Tensor& p = given.predictions;
  if (!p.defined() || (p.rank() != 2 && p.rank() != 3) || given.x.size() < 2 || given.y.size() < 2 ||
      p.dim(0) != int64_t(given.y.size()) || p.dim(1) != int64_t(given.x.size()))
    fail(fmt::format("decision_figure was given predictions {} for {} rows and {} columns of places",
                     p.defined() ? p.shape().text() : "of nothing", given.y.size(), given.x.size()),
         "[rows, columns], or [rows, columns, classes], with at least two of each");
  if (given.points.defined() && (given.points.rank() != 2 || given.points.dim(1) != 2))
    fail("decision_figure was given points of shape " + given.points.shape().text(), "[samples, 2]");
  const int64_t points = given.points.defined() ? given.points.dim(0) : 0;
  const int64_t labels = given.labels.defined() ? given.labels.size() : 0;
  if (points != labels) fail(fmt::format("decision_figure was given {} points and {} labels", points, labels));
}

// The likeliest class of a place, and how much likelier it is than a guess: 0 to 1.
struct Answer {
  int index = 0;
  double sure = 0;
};

Answer answer_at(const std::vector<double>& values, size_t place, int64_t classes) {
  if (classes == 1) {
    const double one = values[place];
    return {one > 0.5, std::isnan(one) ? 0 : std::min(1.0, std::abs(one - 0.5) * 2)};
  }
  const auto begin = values.begin() + std::ptrdiff_t(place) * classes;
  const auto best = std::max_element(begin, begin + classes);
  const double guess = 1.0 / double(classes);
  return {int(best - begin), std::clamp((*best - guess) / (1 - guess), 0.0, 1.0)};
}

// The page shines through where the network is not sure.
Tensor painted(const Decision& given) {
  const int64_t rows = given.predictions.dim(0), columns = given.predictions.dim(1);
  const int64_t classes = given.predictions.rank() == 3 ? given.predictions.dim(2) : 1;
  const std::vector<double> values = given.predictions.values<double>();
  Tensor out(Shape{rows, columns, 4}, DType::uint8);
  uint8_t* to = out.data<uint8_t>();
  for (size_t i = 0; i < size_t(rows * columns); ++i, to += 4) {
    const Answer answer = answer_at(values, i, classes);
    const plot::Rgb colour = plot::class_colour(answer.index);
    to[0] = colour.red, to[1] = colour.green, to[2] = colour.blue;
    to[3] = uint8_t(std::lround(255 * (0.06 + 0.54 * answer.sure)));
  }
  return out;
}

void draw_points(plot::Axes& axes, const Decision& given) {
  if (!given.points.defined()) return;
  const std::vector<double> places = given.points.values<double>(), labels = given.labels.values<double>();
  const int classes = labels.empty() ? 0 : int(*std::max_element(labels.begin(), labels.end())) + 1;
  const char* markers[] = {"o", "s", "^", "D"};
  for (int index = 0; index < std::max(classes, int(given.classes.size())); ++index) {
    std::vector<double> x, y;
    for (size_t i = 0; i < labels.size(); ++i)
      if (int(labels[i]) == index) x.push_back(places[2 * i]), y.push_back(places[2 * i + 1]);
    axes.scatter(x, y,
                 {.label = class_name(given.classes, index),
                  .color = plot::hex(plot::class_colour(index)),
                  .marker = markers[index % 4],
                  .size = labels.size() > 400 ? 4.0 : 6.0,
                  .edgecolor = "paper"});
  }
}

}  // namespace

plot::Figure decision_figure(const Decision& given) {
  check(given);
  plot::Figure figure(
      {.width = 360,
       .height = 350,
       .alt = "The network's answer everywhere in the plane, and the samples: the stronger the colour, the "
              "surer the answer"});
  plot::Axes& axes = figure.axes();
  const double step_x = (given.x.numbers().back() - given.x[0]) / double(given.x.size() - 1);
  const double step_y = (given.y.numbers().back() - given.y[0]) / double(given.y.size() - 1);
  const plot::Extent extent{given.x[0] - step_x / 2, given.x.numbers().back() + step_x / 2,
                            given.y.numbers().back() + step_y / 2, given.y[0] - step_y / 2};
  axes.imshow(painted(given), {.extent = extent});
  if (given.predictions.rank() == 2) axes.contour(given.x, given.y, given.predictions, {.levels = {0.5}});
  draw_points(axes, given);
  axes.set_xlim(extent.left, extent.right).set_ylim(extent.top, extent.bottom);
  axes.set_xlabel(given.x_name).set_ylabel(given.y_name).legend({.loc = "above"});
  return figure;
}

}  // namespace cajal::report
