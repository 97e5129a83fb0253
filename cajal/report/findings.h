// What a training's numbers say, in plain words.
#pragma once

#include <string>
#include <vector>

#include "cajal/nn/model.h"

namespace cajal::report {

/// One thing that a training's numbers say.
struct Finding {
  enum class Kind {
    good,     ///< as it should be
    advice,   ///< could be better, with what to try
    warning,  ///< something is wrong
  } kind;
  std::string title;  ///< a few words: "It learned its data by heart"
  std::string text;   ///< what is seen, and what to try
};

/// What the history (and, where there is one, the confusion matrix [truth, answer]) says: NaN, nothing learned,
/// learning by heart, still improving at the end, no better than always giving the commonest class, a class that is
/// never answered. Warnings first. Empty where there is no history and no confusion.
std::vector<Finding> findings(const History& history, const Tensor& confusion = {},
                              const std::vector<std::string>& classes = {});

/// The name of a class, or its number where it has none.
std::string class_name(const std::vector<std::string>& classes, int64_t index);

}  // namespace cajal::report
