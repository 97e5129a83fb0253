// Counting right and wrong answers.
#pragma once

#include <vector>

#include "cajal/graph/var.h"

namespace cajal::internal {

/// Truth, prediction and weight of every answer, brought to one shape and the layers' float type.
struct Answers {
  Var truth, prediction;  ///< truths are 0 or 1
  Var weight;             ///< of the same shape; ones where none were given
};
Answers answers(const Var& y_true, const Var& y_pred, const Var& sample_weight);

/// Weighted counts of true and false positives and negatives, one per threshold, over all axes but the thresholds'
/// (and, with `by_label`, the last one). A prediction above the threshold is a yes.
struct Counts {
  Var true_positives, false_positives, true_negatives, false_negatives;
};
Counts count_above(const Answers& answers, const std::vector<double>& thresholds, bool by_label);

/// The same for thresholds 0, 1 / (n - 1), ..., 1, of which the first lets everything pass: each answer is put into a
/// bucket, so that the cost does not grow with the number of thresholds.
Counts count_above_even(const Answers& answers, int64_t thresholds);

}  // namespace cajal::internal
