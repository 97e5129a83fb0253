// Gradient check: the gradients that Cajal derives, held against differences of the function's own values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cajal/nn/model.h"

namespace cajal {

/// How thoroughly gradients are checked.
struct GradientCheckOptions {
  int64_t samples = 20;     ///< elements of each weight that are tried, drawn at random; all where there are no more
  double tolerance = 1e-6;  ///< the greatest relative error that is agreement
  bool training = false;    ///< the function as it is in training: dropout drops, always the same; batch statistics
  bool inputs = false;      ///< of a model: whether its inputs are checked too, as far as they are floats
  uint64_t seed = 0;        ///< which elements are drawn, and how the elements of a result are weighted
};

/// One element at which a gradient was compared.
struct GradientPoint {
  int64_t element = -1;        ///< its place in row-major order; -1: none
  double value = 0;            ///< of the weight there
  double derived = 0;          ///< the gradient by the rules of the ops
  double differences = 0;      ///< the slope by central differences of fourth order
  double left = 0, right = 0;  ///< the slopes on either side
};

/// What was found for one weight or input.
struct GradientCheck {
  std::string name;  ///< "dense/kernel"
  Shape shape;
  int64_t compared = 0;       ///< elements at which the function is smooth
  int64_t wrong = 0;          ///< of these, where the two disagree
  int64_t corners = 0;        ///< elements left out: slopes left and right differ however near they are taken
  double greatest_error = 0;  ///< relative, of those compared
  GradientPoint worst = {};   ///< where that was
  GradientPoint corner = {};  ///< the first that was left out

  /// False also where nothing could be compared.
  bool agrees() const { return wrong == 0 && compared > 0; }
};

/// Compares the gradients of a recorded function with central differences, all in double, whatever the types that it
/// was recorded in: for a layer or an op of one's own.
///
///     Var x = placeholder({3, 4});
///     for (const GradientCheck& check : check_gradients({x}, my_op(x), {values})) ...
///
/// Checked are the `variables` and the inputs of float types. Where `y` has several elements it is their sum with
/// random weights that is differentiated. Nothing is changed: assignments that the function records are left out.
///
/// An error is relative to the gradient, or to a thousandth of the greatest in the same weight, or to what rounding
/// lets differences see, whichever is largest. At a corner (relu at 0) there is no slope to compare with: where left
/// and right differ, nearer values are taken, and the element is left out where that does not help.
/// Errors: a value of y that is not finite. Cost: 4 runs of the function for each element, with the plain kernels.
std::vector<GradientCheck> check_gradients(const Vars& inputs, const Var& y, const std::vector<Tensor>& values,
                                           const std::vector<Variable>& variables = {},
                                           const GradientCheckOptions& options = {});

/// The same for a model's loss, with what layers and regularizers add to it, and all of its trainable weights.
/// Errors: a model that was not compiled; a batch that does not fit it.
std::vector<GradientCheck> check_gradients(Model& model, const Batch& batch, const GradientCheckOptions& options = {});
/// The same for a batch of one input and one target.
std::vector<GradientCheck> check_gradients(Model& model, const Tensor& x, const Tensor& y,
                                           const GradientCheckOptions& options = {});

/// Random inputs and targets of the forms that a compiled model with known inputs takes: indices below the size of an
/// Embedding, numbers around the mean that a Normalization expects, labels below the number of classes.
Batch example_batch(const Model& model, int64_t samples, uint64_t seed = 0);

/// True where all agree.
bool all_agree(const std::vector<GradientCheck>& checks);

/// A table with a row for each weight, and below it what is wrong and where corners were left out.
std::string text(const std::vector<GradientCheck>& checks);

}  // namespace cajal
