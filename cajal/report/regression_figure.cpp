// True numbers against predicted ones.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cajal/base/error.h"
#include "cajal/report/figures.h"

namespace cajal::report {
namespace {

struct Numbers {
  std::vector<double> truth, predicted;

  Numbers(const Tensor& real, const Tensor& answers)
      : truth(plot::Values(real).numbers()), predicted(plot::Values(answers).numbers()) {
    if (truth.size() != predicted.size())
      fail(fmt::format("regression_figure was given {} true numbers and {} predicted ones", truth.size(),
                       predicted.size()));
  }
};

void draw_truth(plot::Axes& axes, const Numbers& numbers, const std::string& target) {
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (const auto* list : {&numbers.truth, &numbers.predicted})
    for (double value : *list)
      if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
  if (low < high) axes.plot({low, high}, {low, high}, {.color = "muted", .linestyle = "--", .linewidth = 1.2});
  const bool many = numbers.truth.size() > 500;
  axes.scatter(numbers.truth, numbers.predicted, {.color = "C0", .size = many ? 4.0 : 5.5, .alpha = 0.55});
  axes.set_xlabel(target.empty() ? "truth" : "true " + target).set_ylabel("predicted");
}

void draw_errors(plot::Axes& axes, const Numbers& numbers) {
  std::vector<double> errors;
  for (size_t i = 0; i < numbers.truth.size(); ++i) errors.push_back(numbers.predicted[i] - numbers.truth[i]);
  axes.hist(errors, {.color = "C1"}).axvline(0, {.color = "ink"});
  axes.set_xlabel("predicted - true").set_ylabel("samples");
}

}  // namespace

std::vector<plot::Figure> regression_figures(const Tensor& truth, const Tensor& predicted, const std::string& target) {
  const Numbers numbers(truth, predicted);
  plot::Figure first(
      {.width = 350, .height = 300, .alt = "Predicted against true numbers; a perfect answer lies on the line"});
  plot::Figure second({.width = 350, .height = 300, .alt = "How often the answer was how far off"});
  draw_truth(first.axes(), numbers, target);
  draw_errors(second.axes(), numbers);
  return {first, second};
}

plot::Figure regression_figure(const Tensor& truth, const Tensor& predicted, const std::string& target) {
  const Numbers numbers(truth, predicted);
  plot::Figure figure({.width = 840,
                       .height = 380,
                       .columns = 2,
                       .alt = "Predicted against true numbers, and the distribution of the errors"});
  draw_truth(figure.axes(0), numbers, target);
  draw_errors(figure.axes(1), numbers);
  return figure;
}

}  // namespace cajal::report
