// Attributes of the ops in indexing.h and sorting.h: what kernels and file writers read.
#pragma once

#include <cstdint>

#include "cajal/ops/shape_attributes.h"

namespace cajal {

/// The new axis has `classes` elements and stands at `axis` of the result.
struct OneHotAttributes {
  int64_t classes = 0;
  int axis = 0;
  DType dtype = DType::float32;
  template <class V>
  void fields(V& v) const {
    v("num_classes", classes);
    v("axis", axis);
    v("dtype", dtype);
  }
};

/// Without a shape: that of the third input.
struct ScatterAttributes {
  Shape shape;
  template <class V>
  void fields(V& v) const {
    v("shape", shape);
  }
};

/// How many of the largest elements.
struct TopKAttributes {
  int k = 1;
  template <class V>
  void fields(V& v) const {
    v("k", k);
  }
};

/// Behind equal elements instead of before them.
struct SearchSortedAttributes {
  bool right = false;
  template <class V>
  void fields(V& v) const {
    v("right", right);
  }
};

}  // namespace cajal
