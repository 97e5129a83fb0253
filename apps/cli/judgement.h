// Judgement: how well a model does on data, in words and numbers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/cli/confusion.h"
#include "apps/cli/data_source.h"
#include "cajal/nn/model.h"

namespace cajal::cli {

/// What a model answered and what would have been right.
struct Judgement {
  std::string sentence;         ///< "97.60 % right (48 of 2,000 wrong; ...)", or how far off numbers were
  Tensor scores;                ///< classes: [n, classes] probabilities; a number: [n]
  std::vector<int64_t> labels;  ///< classes: the right ones
  Tensor truth;                 ///< a number: [n]
  Confusion confusion;          ///< classes only
  double error = 0, r2 = 0;     ///< a number: the mean absolute error; the share of the variance that is explained
  /// Accuracy, or error and R2: for a file.
  Config results() const;
};

/// Samples at a time, where nothing is learned: fewer for convolutions, whose values in between are large.
int64_t judging_batch(const Model& model);

/// Probabilities of all classes ([n, classes]), or the foretold numbers ([n]).
Tensor answers_of(Model& model, const Dataset& part, const DataSource& data);

/// Errors: the data has no targets.
Judgement judge(Model& model, const Dataset& part, const DataSource& data);

}  // namespace cajal::cli
