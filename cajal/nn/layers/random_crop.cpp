#include <algorithm>

#include "cajal/nn/internal/augmentation.h"
#include "cajal/nn/internal/images.h"
#include "cajal/nn/internal/noise.h"
#include "cajal/nn/layers/augmentation.h"
#include "cajal/ops/creation.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/random.h"
#include "cajal/ops/resize.h"
#include "cajal/ops/shape.h"

namespace cajal {

RandomCrop::RandomCrop(Options given) : options(std::move(given)) {
  set_class_name("RandomCrop");
  if (options.height < 1 || options.width < 1)
    fail("RandomCrop needs a height and a width of at least 1 and was given " + std::to_string(options.height) +
             " and " + std::to_string(options.width),
         "RandomCrop(224, 224)");
}

namespace {

// The largest piece from the middle with the proportions of height to width, in that size.
Var middle_piece(const Var& image, int64_t height, int64_t width) {
  const int64_t h = image.dim(1), w = image.dim(2);
  const int64_t rows = std::clamp<int64_t>(w * height / width, 1, h);
  const int64_t columns = std::clamp<int64_t>(h * width / height, 1, w);
  const int64_t top = (h - rows) / 2, left = (w - columns) / 2;
  const Var piece = slice(image, {from_first, top, left}, {to_end, top + rows, left + columns});
  return rows == height && columns == width ? piece : resize(piece, {height, width});
}

// The places of a piece that begins anywhere, for each sample.
Var drawn_places(const Var& image, int axis, int64_t size) {
  const int64_t spare = image.dim(axis) - size;
  Shape shape{1, 1, 1, 1};
  shape[axis] = size;
  const Var places = constant(arange(0, double(size), 1, DType::int32).reshape(shape));
  return places + random_integers_like(noise_like(image, {-1, 1}), 0, spare + 1);
}

}  // namespace

Var RandomCrop::call(Var x) {
  internal::image_shape(*this, x.shape(), 2, options.data_format);
  const Var image = internal::with_channels_last(internal::as_float(x, floatx()), options.data_format);
  Var y = middle_piece(image, options.height, options.width);
  if (image.dim(1) >= options.height && image.dim(2) >= options.width)
    y = where(training(),
              internal::picked(image, drawn_places(image, 1, options.height), drawn_places(image, 2, options.width)),
              y);
  return internal::with_channels_as_given(y, options.data_format);
}

CAJAL_LAYER(random_crop, RandomCrop)

}  // namespace cajal
