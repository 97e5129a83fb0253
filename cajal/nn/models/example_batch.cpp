// Random inputs and targets that a model takes.
#include <cmath>

#include "cajal/base/random.h"
#include "cajal/nn/gradient_check.h"

namespace cajal {
namespace {

// How long a time axis is where the model leaves it open.
constexpr int64_t open_axis = 4;

Tensor of_batch(const Var& like, int64_t samples) {
  std::vector<int64_t> dims;
  for (const Dim& dim : like.shape())
    dims.push_back(!dim.is_symbolic() ? dim.value() : dims.empty() ? samples : open_axis);
  return Tensor(Shape::of(dims), like.dtype());
}

std::shared_ptr<const LayerCall> reader_of(const Model& model, const Var& input) {
  for (const auto& call : model.calls())
    for (const Var& read : call->inputs)
      if (read == input) return call;
  return nullptr;
}

// What draws a number that the input's first layer expects.
class Drawing {
 public:
  Drawing(const Model& model, const Var& input) : type_(input.dtype()) {
    const auto call = reader_of(model, input);
    if (type_ == DType::uint8) bound_ = 256;
    if (!call) return;
    const LayerState& layer = *call->state;
    if (layer.class_name == "Embedding") bound_ = layer.config["config"]["input_dim"].integer();
    if (layer.class_name == "Normalization" && layer.weights.size() == 2) {
      means_ = layer.weights[0].variable.value();
      variances_ = layer.weights[1].variable.value();
    }
  }
  double operator()(random::Stream& stream, int64_t element) const {
    if (!is_float(type_) || bound_ > 2) return double(stream.below(bound_));
    if (!means_.defined() || means_.size() == 0) return stream.normal();
    const int64_t feature = element % means_.size();
    return stream.normal(means_.flat(feature), std::sqrt(std::max(variances_.flat(feature), 0.)));
  }

 private:
  DType type_;
  int64_t bound_ = 2;
  Tensor means_, variances_;
};

Tensor drawn_input(const Model& model, const Var& input, int64_t samples, random::Stream& stream) {
  Tensor out = of_batch(input, samples);
  const Drawing drawing(model, input);
  for (int64_t i = 0; i < out.size(); ++i) out.set_flat(i, drawing(stream, i));
  return out;
}

// Numbers within (0, 1) are targets for every loss that takes numbers: probabilities, positive, of both signs of doubt.
Tensor drawn_target(const Any<Loss>& loss, const Var& output, int64_t samples, random::Stream& stream) {
  const bool labels = loss && loss->takes_labels();
  Tensor out = of_batch(output, samples);
  if (labels) {
    Shape shape = out.shape();
    const int64_t classes = shape.back().value();
    shape.erase(shape.rank() - 1);
    out = Tensor(shape, DType::int32);
    for (int64_t i = 0; i < out.size(); ++i) out.set_flat(i, double(stream.below(classes)));
    return out;
  }
  for (int64_t i = 0; i < out.size(); ++i) out.set_flat(i, stream.uniform(0.1, 0.9));
  const int64_t row = out.rank() > 1 ? out.dim(out.rank() - 1) : 1;
  for (int64_t at = 0; row > 1 && at < out.size(); at += row) {  // rows are probabilities of classes
    double total = 0;
    for (int64_t i = at; i < at + row; ++i) total += out.flat(i);
    for (int64_t i = at; i < at + row; ++i) out.set_flat(i, out.flat(i) / total);
  }
  return out;
}

}  // namespace

Batch example_batch(const Model& model, int64_t samples, uint64_t seed) {
  if (model.inputs().empty())
    fail("'" + model.name() + "' does not say what it is fed", "build_for, or a model of Inputs and layers");
  if (!model.compiled()) fail("'" + model.name() + "' was not compiled", "compile({.loss = \"mse\"})");
  const CompileArguments& arguments = model.compile_arguments();
  random::Stream stream(random::mix(seed + 17));
  Batch batch;
  for (const Var& input : model.inputs()) batch.x.push_back(drawn_input(model, input, samples, stream));
  for (size_t i = 0; i < model.outputs().size(); ++i) {
    const Any<Loss>& loss = i < arguments.losses.size() ? arguments.losses[i] : arguments.loss;
    batch.y.push_back(drawn_target(loss, model.outputs()[i], samples, stream));
  }
  return batch;
}

}  // namespace cajal
