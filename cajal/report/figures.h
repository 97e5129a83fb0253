// The pictures of a run.
#pragma once

#include <string>
#include <vector>

#include "cajal/nn/model.h"
#include "cajal/plot/figure.h"

namespace cajal::report {

/// The metrics over the epochs, training and validation together, a chart for each metric: side by side in one figure,
/// or each by itself. Loss goes on a logarithmic axis where it falls by more than a factor of 30.
plot::Figure curves_figure(const History& history);
/// Each by itself.
std::vector<plot::Figure> curve_figures(const History& history);

/// A confusion matrix, counts [classes, classes] (row = truth, column = answer): the right ones blue, the wrong ones
/// orange, the darker the larger their share of the row. Errors: another shape.
plot::Figure confusion_figure(const Tensor& counts, const std::vector<std::string>& classes);

/// Pictures with captions. Shapes: [n, rows, columns] or [n, rows, columns, 1 | 3 | 4]; a caption each.
plot::Figure mistakes_figure(const Tensor& images, const std::vector<std::string>& captions);

/// Numbers by name as bars: samples per class, accuracy per class.
plot::Figure bars_figure(const std::vector<std::string>& names, const plot::Values& lengths, const std::string& label);

/// What a network answers everywhere in a plane, and the samples on it.
struct Decision {
  plot::Values x, y;        ///< where it was asked: one number per column, one per row, both ascending and even
  Tensor predictions = {};  ///< [rows, columns] the probability of class 1; or [rows, columns, classes]
  Tensor points = {};       ///< [samples, 2]
  Tensor labels = {};       ///< [samples] class numbers
  std::vector<std::string> classes = {};
  std::string x_name = "x", y_name = "y";
};

/// The colour is that of the likelier class, the stronger the surer. Errors: shapes that do not fit together.
plot::Figure decision_figure(const Decision& decision);

/// True numbers against predicted ones, with the line on which they are equal; and how far off the answers are.
plot::Figure regression_figure(const Tensor& truth, const Tensor& predicted, const std::string& target = {});
/// The same two charts, each by itself.
std::vector<plot::Figure> regression_figures(const Tensor& truth, const Tensor& predicted,
                                             const std::string& target = {});

}  // namespace cajal::report
