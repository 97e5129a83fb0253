// TensorFlow Playground's settings, points in the plane, and features, as its links (playground.tensorflow.org/#...)
// name them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cajal/data/dataset.h"

namespace cajal {

/// All that a link to TensorFlow Playground says, with its defaults.
///
/// `cosX` and `cosY` are in its links but feed nothing, there as here; `showTestData`, `discretize`, `collectStats`,
/// `tutorial` and `hideText` are kept and change no training. Source: github.com/tensorflow/playground, src/state.ts.
struct PlaygroundSettings {
  std::string activation = "tanh";      ///< relu, tanh, sigmoid, linear: of the hidden layers
  std::string regularization = "none";  ///< none, L1, L2
  int64_t batch_size = 10;
  std::string dataset = "circle";         ///< circle, xor, gauss, spiral
  std::string reg_dataset = "reg-plane";  ///< reg-plane, reg-gauss
  double learning_rate = 0.03;
  double regularization_rate = 0;
  double noise = 0;  ///< in percent: 0 to 80 (its slider ends at 50)
  std::vector<int64_t> network_shape = {4, 2};
  std::string seed = {};
  bool show_test_data = false, discretize = false;
  double perc_train_data = 50;  ///< of the points, in percent
  bool x = true, y = true, x_times_y = false, x_squared = false, y_squared = false;
  bool cos_x = false, sin_x = false, cos_y = false, sin_y = false;
  bool collect_stats = false;
  std::string tutorial = {};
  std::string problem = "classification";  ///< or regression
  bool init_zero = false, hide_text = false;

  /// Visits all settings in the link's order, under its names.
  template <class V>
  void fields(V& v) {
    v("activation", activation), v("regularization", regularization), v("batchSize", batch_size);
    v("dataset", dataset), v("regDataset", reg_dataset), v("learningRate", learning_rate);
    v("regularizationRate", regularization_rate), v("noise", noise), v("networkShape", network_shape), v("seed", seed);
    v("showTestData", show_test_data), v("discretize", discretize), v("percTrainData", perc_train_data);
    v("x", x), v("y", y), v("xTimesY", x_times_y), v("xSquared", x_squared), v("ySquared", y_squared);
    v("cosX", cos_x), v("sinX", sin_x), v("cosY", cos_y), v("sinY", sin_y), v("collectStats", collect_stats);
    v("tutorial", tutorial), v("problem", problem), v("initZero", init_zero), v("hideText", hide_text);
  }

  /// Reads "https://playground.tensorflow.org/#activation=tanh&...", "playground:#...", or the settings alone. What is
  /// not said has its default; `..._hide` is not looked at, but that a hidden feature is not fed, as in the page.
  /// Errors: a key or a value that does not exist, with the nearest one.
  static PlaygroundSettings parse(std::string_view link);
  /// Whether a text is such a link: begins with "playground:" or names the page.
  static bool is_link(std::string_view text);
  /// "activation=tanh&regularization=none&...": what stands behind the # of a link. `parse` reads it back.
  std::string hash() const;

  bool regression() const { return problem == "regression"; }
  /// The features that are fed, in the page's order: x, y, xSquared, ySquared, xTimesY, sinX, sinY.
  std::vector<std::string> features() const;
  /// A number made of `seed`'s letters.
  uint64_t seed_number() const;
  /// Throws Error for a value outside of its range, or no feature.
  void check() const;
};

/// Points of one of its data sets: circle, xor, gauss, spiral (label -1 or 1), reg-plane, reg-gauss (-1 to 1).
///
/// Formulas are the page's (src/dataset.ts); its random numbers are another generator's, so that the points are others
/// of the same kind. `noise` is a share, 0.5 for 50 %. Shapes: [count, 3] float64: x, y, label; coordinates lie within
/// about -6 and 6. Errors: a name that does not exist, with the nearest one.
Tensor playground_points(const std::string& name, int64_t count, double noise, uint64_t seed);

/// What the settings' features are for points of the plane. Shapes: [n, 2 or more], x and y first -> [n, features]
/// float32.
Tensor playground_features(const PlaygroundSettings& settings, const Tensor& points);

/// What a network learns from under these settings, and what is held out, with the points themselves for drawing.
struct PlaygroundData {
  Dataset train, test;               ///< x [features] float32, y [1] float32
  Tensor train_points, test_points;  ///< [n, 3] float64: x, y, label
};

/// 500 points, 1200 for regression, shuffled and divided.
PlaygroundData playground_data(const PlaygroundSettings& settings);

}  // namespace cajal
