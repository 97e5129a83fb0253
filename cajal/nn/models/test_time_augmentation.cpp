#include "cajal/nn/test_time_augmentation.h"

#include "cajal/eager/operators.h"

namespace cajal {

Tensor predict_views(Model& model, const Dataset& data, const std::vector<TestView>& views,
                     PredictArguments arguments) {
  double total = 0;
  for (const TestView& view : views) total += view.weight;
  if (!(total > 0))
    fail("predict_views was given " + std::to_string(views.size()) + " views that count " + std::to_string(total) +
             " together",
         "one view or more, of weights above 0: {{}} looks at the samples as they are");
  Tensor mean;
  for (const TestView& view : views) {
    const Tensor share = model.predict(augment(data, view.changes, 0), arguments) * (view.weight / total);
    mean = mean.defined() ? mean + share : share;
  }
  return mean;
}

}  // namespace cajal
