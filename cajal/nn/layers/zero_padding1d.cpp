#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/zero_padding.h"

namespace cajal {

ZeroPadding1D::ZeroPadding1D(Options given) : options(std::move(given)) {
  set_class_name("ZeroPadding1D");
  options.padding.of(1, "padding of ZeroPadding1D");
}

Var ZeroPadding1D::call(Var x) {
  return internal::zero_padded(*this, x, options.padding.of(1, "padding"), options.data_format);
}

CAJAL_LAYER(zero_padding1d, ZeroPadding1D)

}  // namespace cajal
