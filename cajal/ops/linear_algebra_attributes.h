// Attributes of the ops in linear_algebra.h: what kernels and file writers read.
#pragma once

namespace cajal {

/// Which operand's last two axes are exchanged first.
struct MatmulAttributes {
  bool transpose_a = false, transpose_b = false;
  template <class V>
  void fields(V& v) const {
    v("transpose_a", transpose_a);
    v("transpose_b", transpose_b);
  }
};

}  // namespace cajal
