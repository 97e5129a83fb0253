// How many numbers the weights of a model that is being opened may have: not many more than its file holds.
#pragma once

#include <cstdint>
#include <string>

#include "cajal/tensor/shape.h"

namespace cajal {

/// While one lives, the layers of this thread make weights of not many more numbers in all than `held`.
///
/// A damaged or hostile file may ask for a layer of any size: it is refused before the memory is taken. A weight that
/// is a little larger than in the file is made, so that the comparison that follows can say which one it is.
class WeightBudget {
 public:
  explicit WeightBudget(int64_t held);
  ~WeightBudget();
  WeightBudget(const WeightBudget&) = delete;
  WeightBudget& operator=(const WeightBudget&) = delete;

  /// Takes a weight's numbers from the budget, if there is one. Throws Error{bad_data} where they are too many.
  static void take(const std::string& weight, const Shape& shape);

 private:
  int64_t held_, left_;
  WeightBudget* outer_;
};

}  // namespace cajal
