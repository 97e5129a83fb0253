// Test-time augmentation: a trained network asked about several views of each sample.
#pragma once

#include <vector>

#include "cajal/data/augment.h"
#include "cajal/nn/model.h"

namespace cajal {

/// How a sample is looked at: changed by all of these, one after another. None: as it is.
struct TestView {
  std::vector<Augmentation> changes = {};
  double weight = 1;  ///< how much the answer counts, beside those to the other views
};

/// The weighted mean of what the model answers to each view of every sample.
///
///     Tensor answers = predict_views(model, test, {{}, {{fixed_flip()}}, {{fixed_translation(1, 1)}, 0.5}});
///
/// Views by chance are those of the first epoch with seed 0. Shapes and types: as `Model::predict`. Errors: no views,
/// or weights whose sum is not above 0; as `augment` and `predict`. Cost: a prediction for each view.
Tensor predict_views(Model& model, const Dataset& data, const std::vector<TestView>& views, PredictArguments arguments);

}  // namespace cajal
