// Layer: a function of Vars with weights.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cajal/graph/graph.h"
#include "cajal/nn/part.h"

namespace cajal {

class Layer;
using AnyLayer = Any<Layer>;
class Initializer;  // nn/initializer.h
class Regularizer;  // nn/regularizer.h
class Constraint;   // nn/constraint.h

/// What copies of a layer share: its name and its weights.
struct LayerState {
  /// One weight, with what holds it in bounds.
  struct Weight {
    std::string name;  ///< "kernel"
    Variable variable;
    std::shared_ptr<Regularizer> regularizer;
    std::shared_ptr<Constraint> constraint;
  };
  std::string class_name;  ///< "Dense"
  std::string name;        ///< "dense_1"; empty until the layer is first used or named
  bool built = false;
  std::shared_ptr<bool> trainable = std::make_shared<bool>(true);
  std::string dtype_policy;                            ///< "float32", "mixed_bfloat16"
  std::vector<Weight> weights;                         ///< its own, in the order of add_weight
  std::vector<std::shared_ptr<LayerState>> sublayers;  ///< in the order of first use
  std::vector<Shape> input_shapes, output_shapes;      ///< of the first call
  Config config;                                       ///< class_name and options, for saving
};

/// A function of Vars with weights: the base of every layer and of every model.
///
/// A layer of one's own overrides `call`, and `build` if it has weights:
///
///     struct Scale : Layer {
///       Variable factor;
///       void build(const Shape& input) override { factor = add_weight("factor", {input.back()}, "ones"); }
///       Var call(Var x) override { return x * factor; }
///     };
///
/// A layer is a handle: copies share name and weights, also copies made before the first call. `build` runs at the
/// first call, when the input's shape is known (and once for each copy, where it finds the weights that exist).
class Layer {
 public:
  Layer();
  virtual ~Layer();
  Layer(const Layer&) = default;
  Layer& operator=(const Layer&) = default;

  /// Makes the weights for an input of this shape (the batch dimension stands first and is usually symbolic).
  virtual void build(const Shape& input);
  /// The same for several inputs; by default builds for the first.
  virtual void build_all(const std::vector<Shape>& inputs);
  /// The function itself: records ops.
  virtual Var call(Var x);
  /// The same for several inputs or outputs; by default calls `call` with the only input.
  virtual Vars call_all(const Vars& inputs);
  /// {"class_name", "config"}: what `load_model` makes the layer from. Built-in layers answer by their options.
  virtual Config config() const;
  /// The mask of the output, given those of the inputs: by default passed on where `supports_masking`.
  virtual Var compute_mask(const Vars& inputs, const Var& output) const;

  /// Calls the layer: builds it if need be, records under the layer's name. Throws Error with the layer's name and the
  /// input's history where the input does not fit.
  Var operator()(const Var& x) { return only(apply({x})); }
  Var operator()(const Vars& inputs) { return only(apply(inputs)); }
  /// The same for layers and models of several outputs.
  Vars apply(const Vars& inputs);

  const std::string& name() const;
  Layer& set_name(const std::string& name);
  const std::string& class_name() const { return state_->class_name; }
  bool built() const { return state_->built; }
  bool trainable() const { return *state_->trainable; }
  /// Freezes or thaws the layer and all inside it; a compiled model notices at its next `compile`.
  void set_trainable(bool value);

  const std::string& dtype_policy() const { return state_->dtype_policy; }
  /// Of the layer and all inside it: "float32" keeps it out of a model's mixed precision. A compiled model notices at
  /// its next `compile`. Throws Error for a policy that there is not.
  Layer& set_dtype_policy(const std::string& policy);

  /// All weights, of the layer itself and then of the layers inside it; trainable ones first, as Keras orders them.
  std::vector<Variable> weights() const;
  std::vector<Variable> trainable_weights() const;
  std::vector<Variable> non_trainable_weights() const;
  std::vector<Tensor> get_weights() const;
  /// Throws Error where the number or a shape differs.
  void set_weights(const std::vector<Tensor>& values);
  int64_t count_params() const;

  const std::shared_ptr<LayerState>& state() const { return state_; }

  static std::shared_ptr<Layer> named(const std::string& class_name);
  static std::shared_ptr<Layer> from_config(const Config& config);

 protected:
  struct WeightOptions {
    bool trainable = true;
    std::shared_ptr<Regularizer> regularizer = nullptr;
    std::shared_ptr<Constraint> constraint = nullptr;
    DType dtype = DType::float32;  ///< the policy's type unless given
  };
  /// A weight of this layer, drawn by the initializer; the one that exists if the layer is built already.
  Variable add_weight(const std::string& name, const Shape& shape, const Any<Initializer>& initializer,
                      WeightOptions options);
  Variable add_weight(const std::string& name, const Shape& shape, const Any<Initializer>& initializer);
  /// Runs `record` as if no layer's call were under way: what it calls on placeholders of its own does not belong to
  /// this call.
  static void apart(const std::function<void()>& record);
  /// Adds to the loss of the model in which the layer is called.
  void add_loss(const Var& loss);
  /// True while training and not frozen, symbolically.
  Var training() const;
  /// Whether a mask passes through unchanged.
  bool supports_masking = false;
  void set_class_name(const std::string& name) { state_->class_name = name; }

 private:
  static Var only(const Vars& outputs);
  void build_once(const Vars& inputs);

  std::shared_ptr<LayerState> state_;
  bool built_here_ = false;
};

/// One call of a layer, remembered by what it returned: models are read off these.
struct LayerCall {
  std::shared_ptr<LayerState> state;
  Vars inputs, outputs;
  std::vector<Var> losses;
  std::vector<Var> effects;  ///< the assignments that the call recorded
};

/// The mark that a layer leaves on what it returns.
struct LayerOutputAttributes {
  std::shared_ptr<const LayerCall> call;
  int output = 0;
};

/// How many samples the batch of `x` has, as a number of x's type.
Var batch_count(const Var& x);

/// The layer call that made the value; null if an op made it.
std::shared_ptr<const LayerCall> layer_call_of(const Var& value);

/// "dense", "dense_1", ...: the next name for a class, counted per process from the last `clear_session`.
std::string unique_layer_name(const std::string& class_name);
/// Forgets the counts of layer names: a test or a lesson that starts afresh.
void clear_session();
/// "BatchNormalization" -> "batch_normalization".
std::string snake_case(const std::string& class_name);

/// The float type in which layers make weights: float32 unless set (float64 for proofs).
DType floatx();
/// Sets it for layers made from now on. Throws Error for other types than float32 and float64.
void set_floatx(DType type);

/// The policy of layers that are made from now on: "float32" unless set. Keras's `config.dtype_policy`.
std::string dtype_policy();
/// Sets it, as Keras's `config.set_dtype_policy`: "float32", or "mixed_bfloat16", under which products and convolutions
/// multiply bfloat16, and what layers hand on is stored so; weights, sums, statistics, losses and optimizers stay
/// float32.
///
/// For training on a CPU with bfloat16 arithmetic (`why_no_bfloat16`). A model's layers keep the policy under which
/// they were made, in its file too; `Layer::set_dtype_policy` changes that of one.
///
/// Errors: another policy; mixed_bfloat16 where the machine gains nothing by it.
/// Source: Micikevicius et al., "Mixed precision training", ICLR 2018; Kalamkar et al., "A study of bfloat16 for deep
/// learning training", 2019.
void set_dtype_policy(const std::string& policy);

/// Seeds everything random that follows: initial weights, shuffles, dropout. Keras's `set_random_seed`.
void set_random_seed(uint64_t seed);

/// What lists a built-in layer, one per file in nn/layers: `const LayerType& dense_layer()`.
struct LayerType {
  std::string_view class_name;
  std::shared_ptr<Layer> (*make)(const Config& config);
};
/// All built-in layers.
const std::vector<const LayerType*>& layer_types();

/// At the end of a layer's file: `CAJAL_LAYER(dense, Dense)` for a layer with `Options options` that has `fields`.
#define CAJAL_LAYER(stem, type)                                                                               \
  const LayerType& stem##_layer() {                                                                           \
    static const LayerType entry{#type, [](const Config& config) -> std::shared_ptr<Layer> {                  \
                                   return std::make_shared<type>(options_from<type::Options>(config, #type)); \
                                 }};                                                                          \
    return entry;                                                                                             \
  }

}  // namespace cajal
