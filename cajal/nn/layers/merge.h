// Merging layers: several values into one.
//
// All take a list: `Add()({x, y})`. Sizes broadcast as NumPy's do; axes that a value lacks are put in
// behind its batch.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// What the element-wise merging layers share.
struct Merge : Layer {
  struct Options {
    template <class V>
    void fields(V&) {}
  } options;
  Vars call_all(const Vars& inputs) override;
  Var compute_mask(const Vars& inputs, const Var& output) const override;

 protected:
  explicit Merge(const char* class_name) { set_class_name(class_name); }
  /// Joins one more value to what came so far.
  virtual Var merge(const Var& so_far, const Var& next) const = 0;
};

/// The sum of several values of one shape.
///
/// Formula: x1 + x2 + .... Shapes: [batch, ...], twice or more -> their broadcast shape. Source: Keras, `Add`.
struct Add : Merge {
  explicit Add(Options = {}) : Merge("Add") {}
  Config config() const override { return described("Add", options); }

 protected:
  Var merge(const Var& so_far, const Var& next) const override;
};

/// The product, element by element, of several values of one shape.
///
/// Formula: x1 x2 .... Shapes: [batch, ...], twice or more -> their broadcast shape. Source: Keras, `Multiply`.
struct Multiply : Merge {
  explicit Multiply(Options = {}) : Merge("Multiply") {}
  Config config() const override { return described("Multiply", options); }

 protected:
  Var merge(const Var& so_far, const Var& next) const override;
};

/// The mean of several values of one shape.
///
/// Formula: (x1 + x2 + ...) / n. Shapes: [batch, ...], twice or more -> their broadcast shape. Source: Keras,
/// `Average`.
struct Average : Merge {
  explicit Average(Options = {}) : Merge("Average") {}
  Config config() const override { return described("Average", options); }
  Vars call_all(const Vars& inputs) override;

 protected:
  Var merge(const Var& so_far, const Var& next) const override;
};

/// The largest, element by element, of several values of one shape.
///
/// Formula: max(x1, x2, ...). Shapes: [batch, ...], twice or more -> their broadcast shape. Source: Keras, `Maximum`.
struct Maximum : Merge {
  explicit Maximum(Options = {}) : Merge("Maximum") {}
  Config config() const override { return described("Maximum", options); }

 protected:
  Var merge(const Var& so_far, const Var& next) const override;
};

/// The smallest, element by element, of several values of one shape.
///
/// Formula: min(x1, x2, ...). Shapes: [batch, ...], twice or more -> their broadcast shape. Source: Keras, `Minimum`.
struct Minimum : Merge {
  explicit Minimum(Options = {}) : Merge("Minimum") {}
  Config config() const override { return described("Minimum", options); }

 protected:
  Var merge(const Var& so_far, const Var& next) const override;
};

/// The difference of two values of one shape.
///
/// Formula: x1 - x2. Shapes: [batch, ...], twice or more -> their broadcast shape. Source: Keras, `Subtract`.
struct Subtract : Merge {
  explicit Subtract(Options = {}) : Merge("Subtract") {}
  Config config() const override { return described("Subtract", options); }
  Vars call_all(const Vars& inputs) override;

 protected:
  Var merge(const Var& so_far, const Var& next) const override;
};

/// Several values side by side along an axis.
///
/// Shapes: equal but for `axis` -> their sizes added along it. Errors: any other axis that differs.
/// Source: Keras, `Concatenate`.
struct Concatenate : Layer {
  struct Options {
    int axis = -1;
    template <class V>
    void fields(V& v) {
      v("axis", axis);
    }
  } options;
  explicit Concatenate(Options options);
  explicit Concatenate(int axis = -1) : Concatenate(Options{axis}) {}
  Vars call_all(const Vars& inputs) override;
  Config config() const override { return described("Concatenate", options); }
};

/// The dot product of two values along an axis of each.
///
/// Shapes: Dot(axes 2): [batch, a, n], [batch, b, n] -> [batch, a, b]. Axes count with the batch as 0.
/// Defaults: normalize scales the vectors to length 1 first (cosine proximity). Source: Keras, `Dot`.
struct Dot : Layer {
  struct Options {
    std::vector<int> axes = {-1, -1};
    bool normalize = false;
    template <class V>
    void fields(V& v) {
      v("axes", axes), v("normalize", normalize);
    }
  } options;
  explicit Dot(Options options);
  explicit Dot(int axes, bool normalize = false) : Dot(Options{{axes, axes}, normalize}) {}
  Vars call_all(const Vars& inputs) override;
  Config config() const override { return described("Dot", options); }
};

}  // namespace cajal
