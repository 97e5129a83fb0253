#include "cajal/nn/layers/normalization.h"

#include <algorithm>
#include <cmath>

#include "cajal/nn/initializer.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

// Mean and variance of each feature, in double, in one pass (Welford), whatever the axes.
class Moments {
 public:
  Moments(const std::vector<int>& axes, const Shape& shape) {
    kept_.assign(size_t(shape.rank()), false);
    if (!axes.empty())
      for (int axis : normal_axes(axes, shape.rank())) kept_[size_t(axis)] = true;
    int64_t size = 1;
    for (int axis = 1; axis < shape.rank(); ++axis)
      if (kept_[size_t(axis)]) size *= shape[axis].value();
    mean.assign(size_t(size), 0);
    squares_.assign(size_t(size), 0);
    count_.assign(size_t(size), 0);
  }

  void add(const Tensor& samples) {
    const std::vector<double> values = samples.values<double>();
    const std::vector<int64_t> dims = samples.shape().ints();
    std::vector<int64_t> index(dims.size());
    for (double value : values) {
      add(feature(dims, index), value);
      for (size_t axis = dims.size(); axis-- > 0;) {
        if (++index[axis] < dims[axis]) break;
        index[axis] = 0;
      }
    }
  }

  std::vector<double> variance() const {
    std::vector<double> out(mean.size());
    for (size_t i = 0; i < out.size(); ++i) out[i] = count_[i] > 0 ? squares_[i] / count_[i] : 0;
    return out;
  }

  std::vector<double> mean;

 private:
  size_t feature(const std::vector<int64_t>& dims, const std::vector<int64_t>& index) const {
    int64_t at = 0;
    for (size_t axis = 1; axis < dims.size(); ++axis)
      if (kept_[axis]) at = at * dims[axis] + index[axis];
    return size_t(at);
  }
  void add(size_t i, double value) {
    const double before = value - mean[i];
    mean[i] += before / ++count_[i];
    squares_[i] += before * (value - mean[i]);
  }

  std::vector<bool> kept_;
  std::vector<double> squares_, count_;
};

}  // namespace

Normalization::Normalization(Options given) : options(std::move(given)) {
  set_class_name("Normalization");
  supports_masking = true;
  if (options.mean.defined() != options.variance.defined())
    fail("Normalization was given a mean without a variance, or the other way round",
         "give both, or neither and call adapt");
}

void Normalization::set_statistics(const Shape& input, const std::vector<double>& means,
                                   const std::vector<double>& variances) {
  Shape shape;
  if (!options.axis.empty())
    for (int axis : normal_axes(options.axis, input.rank())) shape.push_back(input[axis]);
  options.mean = Tensor::of(means, shape);
  options.variance = Tensor::of(variances, shape);
  make_weights(shape);
  mean.set(options.mean);
  variance.set(options.variance);
}

// The statistics are weights from the moment they are known: copies of the layer, made before or after, share them.
void Normalization::make_weights(const Shape& shape) {
  const WeightOptions statistics{false, nullptr, nullptr, floatx()};
  mean = add_weight("mean", shape, "zeros", statistics);
  variance = add_weight("variance", shape, "ones", statistics);
}

void Normalization::adapt(const Tensor& samples) {
  if (samples.size() == 0) fail("Normalization cannot adapt to an empty tensor");
  Moments moments(options.axis, samples.shape());
  moments.add(samples);
  set_statistics(samples.shape(), moments.mean, moments.variance());
}

void Normalization::adapt(const Dataset& data) {
  std::unique_ptr<Moments> moments;
  Shape shape;
  for (const Batch& batch : data.batch(1024)) {
    const Tensor& x = batch;
    shape = x.shape();
    if (!moments) moments = std::make_unique<Moments>(options.axis, shape);
    moments->add(x);
  }
  if (!moments) fail("Normalization cannot adapt to an empty data set");
  set_statistics(shape, moments->mean, moments->variance());
}

void Normalization::build(const Shape&) {
  if (const auto& known = state()->weights; !known.empty()) return make_weights(known[0].variable.shape());
  if (!options.mean.defined())
    fail("Normalization '" + name() + "' knows no mean and variance yet",
         "call adapt(samples) before the layer is used");
  make_weights(options.mean.shape());
  mean.set(options.mean);
  variance.set(options.variance);
}

Var Normalization::call(Var x) {
  Shape shape;  // the statistics' shape among the axes of x
  const std::vector<int> axes = options.axis.empty() ? std::vector<int>() : normal_axes(options.axis, x.rank());
  for (int axis = 0; axis < x.rank(); ++axis)
    shape.push_back(std::count(axes.begin(), axes.end(), axis) ? x.dim(axis) : Dim(1));
  if (!is_float(x.dtype())) x = cast(x, floatx());
  const Var center = reshape(mean, shape);
  const Var spread = maximum(sqrt(reshape(variance, shape)), 1e-7);
  return options.invert ? x * spread + center : (x - center) / spread;
}

// The statistics are weights; in the configuration they stand too, since a layer that is made from it must know them.
Config Normalization::config() const {
  Options known = options;
  if (!state()->weights.empty()) {
    known.mean = state()->weights[0].variable.value();
    known.variance = state()->weights[1].variable.value();
  }
  return described("Normalization", known);
}

CAJAL_LAYER(normalization, Normalization)

}  // namespace cajal
