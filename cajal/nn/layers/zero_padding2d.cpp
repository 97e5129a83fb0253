#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/zero_padding.h"

namespace cajal {

ZeroPadding2D::ZeroPadding2D(Options given) : options(std::move(given)) {
  set_class_name("ZeroPadding2D");
  options.padding.of(2, "padding of ZeroPadding2D");
}

Var ZeroPadding2D::call(Var x) {
  return internal::zero_padded(*this, x, options.padding.of(2, "padding"), options.data_format);
}

CAJAL_LAYER(zero_padding2d, ZeroPadding2D)

}  // namespace cajal
