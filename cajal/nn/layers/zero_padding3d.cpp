#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/zero_padding.h"

namespace cajal {

ZeroPadding3D::ZeroPadding3D(Options given) : options(std::move(given)) {
  set_class_name("ZeroPadding3D");
  options.padding.of(3, "padding of ZeroPadding3D");
}

Var ZeroPadding3D::call(Var x) {
  return internal::zero_padded(*this, x, options.padding.of(3, "padding"), options.data_format);
}

CAJAL_LAYER(zero_padding3d, ZeroPadding3D)

}  // namespace cajal
