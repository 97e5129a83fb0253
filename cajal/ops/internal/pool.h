// What the pooling ops share.
#pragma once

#include "cajal/ops/internal/elementwise.h"
#include "cajal/ops/internal/window.h"
#include "cajal/ops/pooling.h"
#include "cajal/ops/pooling_attributes.h"

namespace cajal {

/// The shape of a pooled image; throws Error where image and attributes do not fit.
Shape pool_shape(const PoolAttributes& attributes, const Shape& image);
/// Of a gradient: the shape of the image, from that of dy.
Shape pool_image_shape(const PoolGradientAttributes& attributes, const Shape& dy);
/// The type of the index of max_pool: the smallest that holds every place of the window.
DType pool_index_type(const PoolAttributes& attributes);
/// The attributes with one number per spatial axis, checked; empty strides are the window's sizes.
PoolAttributes pool_attributes(const Shape& image, const std::vector<int64_t>& window,
                               const std::vector<int64_t>& strides, const std::vector<int64_t>& low,
                               const std::vector<int64_t>& high, const std::vector<int64_t>& dilation);
/// The same with the padding of that name.
PoolAttributes pool_attributes(const Shape& image, const std::vector<int64_t>& window,
                               const std::vector<int64_t>& strides, const std::string& padding);

Var record_max_pool_gradient(const PoolAttributes& attributes, const Var& dy, const Var& index, const Shape& image);
/// The elements of an image that won.
Var record_max_pool_gather(const PoolAttributes& attributes, const Var& x, const Var& index);
Var record_average_pool(const PoolAttributes& attributes, const Var& x);
Var record_average_pool_gradient(const PoolAttributes& attributes, const Var& dy, const Shape& image);

/// Shapes of images with attributes that fit them. Of large ones only the values are proved, not the gradients.
struct PoolCase {
  Shape image;
  PoolAttributes attributes;
  bool large = false;
};
const std::vector<PoolCase>& pool_cases();
/// An index for the results of such a case: elements of the window that lie in the image, in a mix.
Tensor pool_case_index(const PoolCase& c);
/// Of an index that is an input: throws Error unless it fits the results.
void expect_pool_index(const PoolAttributes& attributes, const Spec& result, const Spec& index);

/// Sizes of a running pooling op, whichever of image and result is the output.
struct PoolSizes : WindowPlaces {
  int64_t batch, channels;
  PoolSizes(const PoolAttributes& a, const Operand& image, const Operand& result)
      : WindowPlaces(a, spatial_of(image), a.window, spatial_of(result)),
        batch(image.dim(0)),
        channels(image.dim(-1)) {}

  /// How many elements of the window at that place make its mean.
  double divisor(const PoolAttributes& a, const Places& at) const {
    if (a.count_padding) return double(count(window));
    int64_t inside = 0;
    for_places(window, [&](int64_t, const Places& element) { inside += below(at, element) >= 0; });
    return double(inside);
  }
  /// Calls `f(n, number, at)` for each image of the batch and each place of the result.
  template <class F>
  void each_result(F&& f) const {
    for (int64_t n = 0; n < batch; ++n) for_places(result, [&](int64_t number, const Places& at) { f(n, number, at); });
  }
};

/// Calls `f` with a zero of the type of an index.
template <class F>
void for_index_type(DType type, F&& f) {
  if (type == DType::uint8) f(uint8_t());
  else f(int32_t());
}

/// Reports the first index that is no element of the window.
template <class Index>
void check_pool_index(const Call& call, const PoolSizes& s, const Index* index, int64_t size) {
  const int64_t elements = s.count(s.window);
  for (int64_t i = 0; i < size; ++i)
    if (index[i] < 0 || index[i] >= elements) return call.run->status.bad_index(call.node, index[i], elements);
}

}  // namespace cajal
