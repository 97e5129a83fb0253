// Confusion: which classes a model takes for which.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cajal/data/dataset.h"
#include "cajal/report/findings.h"

namespace cajal::cli {

/// How often each class was taken for each.
struct Confusion {
  std::vector<std::vector<int64_t>> counts;  ///< [truth][taken]
  int64_t total = 0, wrong = 0;

  double accuracy() const { return total ? 1 - double(wrong) / double(total) : 0; }
};

/// The first target of every sample, as a class number.
std::vector<int64_t> labels_of(const Dataset& data);

/// `scores`: [samples, classes]; the largest is what was taken.
Confusion confusion_of(const Tensor& scores, const std::vector<int64_t>& labels);

/// The place of the largest score in each row.
std::vector<int64_t> best_classes(const Tensor& scores);

/// The name of a class, or its number where it has none.
using report::class_name;

/// "97.6 % right (48 of 2,000 wrong; most often a 4 taken for a 9)".
std::string text(const Confusion& confusion, const std::vector<std::string>& names);

}  // namespace cajal::cli
