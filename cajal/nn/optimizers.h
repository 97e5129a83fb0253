// The built-in optimizers, under Keras's names and with its formulas and defaults.
//
// `learning_rate`: a number or a schedule, `ExponentialDecay(0.1, 1000, 0.96)`. The options behind an optimizer's own
// are those of OptimizerOptions.
#pragma once

#include "cajal/nn/optimizer.h"
#include "cajal/nn/schedules.h"

namespace cajal {

/// The common part of an optimizer's options.
template <class Options>
OptimizerOptions common_options(const Options& o) {
  return {o.learning_rate,
          o.weight_decay,
          o.clipnorm,
          o.clipvalue,
          o.global_clipnorm,
          o.use_ema,
          o.ema_momentum,
          o.ema_overwrite_frequency,
          o.loss_scale_factor,
          o.gradient_accumulation_steps,
          o.name};
}
/// Visits what stands behind an optimizer's own options.
template <class V, class Options>
void visit_common(V& v, Options& o) {
  v("clipnorm", o.clipnorm), v("clipvalue", o.clipvalue), v("global_clipnorm", o.global_clipnorm);
  v("use_ema", o.use_ema), v("ema_momentum", o.ema_momentum), v("ema_overwrite_frequency", o.ema_overwrite_frequency);
  v("loss_scale_factor", o.loss_scale_factor), v("gradient_accumulation_steps", o.gradient_accumulation_steps);
  v("name", o.name);
}

/// Down the gradient, with a memory of the way so far where momentum is not 0.
///
/// Formula: v = momentum v - rate g; w += v; nesterov: w += momentum v - rate g.
/// Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013.
class SGD : public Optimizer {
 public:
  struct Options {
    LearningRate learning_rate = 0.01;
    double momentum = 0;
    bool nesterov = false;
    std::optional<double> weight_decay = {};
    std::optional<double> clipnorm = {}, clipvalue = {}, global_clipnorm = {};
    bool use_ema = false;
    double ema_momentum = 0.99;
    std::optional<int> ema_overwrite_frequency = {};
    std::optional<double> loss_scale_factor = {};
    std::optional<int> gradient_accumulation_steps = {};
    std::string name = {};

    template <class V>
    void fields(V& v) {
      v("learning_rate", learning_rate), v("momentum", momentum), v("nesterov", nesterov);
      v("weight_decay", weight_decay);
      visit_common(v, *this);
    }
  } options;
  explicit SGD(Options given);
  explicit SGD(LearningRate learning_rate) : SGD(Options{.learning_rate = std::move(learning_rate)}) {}
  SGD() : SGD(Options()) {}
  Config config() const override;

 protected:
  std::vector<Slot> slots() const override;
  Updated update(const Group& group) const override;
};

/// Each weight at its own pace: gradients divided by their recent size.
///
/// Formula: v = rho v + (1 - rho) g^2; d = rate g / sqrt(v + epsilon); w -= d. `centered`: v less the square of the
/// mean gradient; with momentum b = momentum b + d; w -= b. Source: Hinton, lecture 6e of "Neural networks", 2012.
class RMSprop : public Optimizer {
 public:
  struct Options {
    LearningRate learning_rate = 0.001;
    double rho = 0.9;
    double momentum = 0;
    double epsilon = 1e-7;
    bool centered = false;
    std::optional<double> weight_decay = {};
    std::optional<double> clipnorm = {}, clipvalue = {}, global_clipnorm = {};
    bool use_ema = false;
    double ema_momentum = 0.99;
    std::optional<int> ema_overwrite_frequency = {};
    std::optional<double> loss_scale_factor = {};
    std::optional<int> gradient_accumulation_steps = {};
    std::string name = {};

    template <class V>
    void fields(V& v) {
      v("learning_rate", learning_rate), v("rho", rho), v("momentum", momentum), v("epsilon", epsilon);
      v("centered", centered), v("weight_decay", weight_decay);
      visit_common(v, *this);
    }
  } options;
  explicit RMSprop(Options given);
  explicit RMSprop(LearningRate learning_rate) : RMSprop(Options{.learning_rate = std::move(learning_rate)}) {}
  RMSprop() : RMSprop(Options()) {}
  Config config() const override;

 protected:
  std::vector<Slot> slots() const override;
  Updated update(const Group& group) const override;
};

/// Momentum and a pace for each weight: the usual choice.
///
/// Formula, t = 1, 2, ...: m += (1 - beta_1)(g - m); v += (1 - beta_2)(g^2 - v);
/// w -= rate sqrt(1 - beta_2^t) / (1 - beta_1^t) m / (sqrt(v) + epsilon). `amsgrad`: the largest v so far.
/// Source: Kingma, Ba, "Adam: a method for stochastic optimization", 2014.
class Adam : public Optimizer {
 public:
  struct Options {
    LearningRate learning_rate = 0.001;
    double beta_1 = 0.9;
    double beta_2 = 0.999;
    double epsilon = 1e-7;
    bool amsgrad = false;
    std::optional<double> weight_decay = {};
    std::optional<double> clipnorm = {}, clipvalue = {}, global_clipnorm = {};
    bool use_ema = false;
    double ema_momentum = 0.99;
    std::optional<int> ema_overwrite_frequency = {};
    std::optional<double> loss_scale_factor = {};
    std::optional<int> gradient_accumulation_steps = {};
    std::string name = {};

    template <class V>
    void fields(V& v) {
      v("learning_rate", learning_rate), v("beta_1", beta_1), v("beta_2", beta_2), v("epsilon", epsilon);
      v("amsgrad", amsgrad), v("weight_decay", weight_decay);
      visit_common(v, *this);
    }
  } options;
  explicit Adam(Options given);
  explicit Adam(LearningRate learning_rate) : Adam(Options{.learning_rate = std::move(learning_rate)}) {}
  Adam() : Adam(Options()) {}
  Config config() const override;

 protected:
  std::vector<Slot> slots() const override;
  Updated update(const Group& group) const override;
};

/// Adam with weights that decay, 0.004 unless given. Source: Loshchilov, Hutter, "Decoupled weight decay", 2017.
class AdamW : public Optimizer {
 public:
  struct Options {
    LearningRate learning_rate = 0.001;
    std::optional<double> weight_decay = 0.004;
    double beta_1 = 0.9;
    double beta_2 = 0.999;
    double epsilon = 1e-7;
    bool amsgrad = false;
    std::optional<double> clipnorm = {}, clipvalue = {}, global_clipnorm = {};
    bool use_ema = false;
    double ema_momentum = 0.99;
    std::optional<int> ema_overwrite_frequency = {};
    std::optional<double> loss_scale_factor = {};
    std::optional<int> gradient_accumulation_steps = {};
    std::string name = {};

    template <class V>
    void fields(V& v) {
      v("learning_rate", learning_rate), v("weight_decay", weight_decay), v("beta_1", beta_1), v("beta_2", beta_2);
      v("epsilon", epsilon), v("amsgrad", amsgrad);
      visit_common(v, *this);
    }
  } options;
  explicit AdamW(Options given);
  explicit AdamW(LearningRate learning_rate) : AdamW(Options{.learning_rate = std::move(learning_rate)}) {}
  AdamW() : AdamW(Options()) {}
  Config config() const override;

 protected:
  std::vector<Slot> slots() const override;
  Updated update(const Group& group) const override;
};

/// Steps as large as recent ones were, so that no rate has to be chosen (use learning_rate = 1 for that).
///
/// Formula: a = rho a + (1 - rho) g^2; d = g sqrt(b + epsilon) / sqrt(a + epsilon); b = rho b + (1 - rho) d^2; w -=
/// rate d. Source: Zeiler, "Adadelta: an adaptive learning rate method", 2012.
class Adadelta : public Optimizer {
 public:
  struct Options {
    LearningRate learning_rate = 0.001;
    double rho = 0.95;
    double epsilon = 1e-7;
    std::optional<double> weight_decay = {};
    std::optional<double> clipnorm = {}, clipvalue = {}, global_clipnorm = {};
    bool use_ema = false;
    double ema_momentum = 0.99;
    std::optional<int> ema_overwrite_frequency = {};
    std::optional<double> loss_scale_factor = {};
    std::optional<int> gradient_accumulation_steps = {};
    std::string name = {};

    template <class V>
    void fields(V& v) {
      v("learning_rate", learning_rate), v("rho", rho), v("epsilon", epsilon), v("weight_decay", weight_decay);
      visit_common(v, *this);
    }
  } options;
  explicit Adadelta(Options given);
  explicit Adadelta(LearningRate learning_rate) : Adadelta(Options{.learning_rate = std::move(learning_rate)}) {}
  Adadelta() : Adadelta(Options()) {}
  Config config() const override;

 protected:
  std::vector<Slot> slots() const override;
  Updated update(const Group& group) const override;
};

/// Weights that moved much move less: for rare features.
///
/// Formula: a += g^2; w -= rate g / sqrt(a + epsilon).
/// Source: Duchi et al., "Adaptive subgradient methods for online learning", 2011.
class Adagrad : public Optimizer {
 public:
  struct Options {
    LearningRate learning_rate = 0.001;
    double initial_accumulator_value = 0.1;
    double epsilon = 1e-7;
    std::optional<double> weight_decay = {};
    std::optional<double> clipnorm = {}, clipvalue = {}, global_clipnorm = {};
    bool use_ema = false;
    double ema_momentum = 0.99;
    std::optional<int> ema_overwrite_frequency = {};
    std::optional<double> loss_scale_factor = {};
    std::optional<int> gradient_accumulation_steps = {};
    std::string name = {};

    template <class V>
    void fields(V& v) {
      v("learning_rate", learning_rate), v("initial_accumulator_value", initial_accumulator_value);
      v("epsilon", epsilon), v("weight_decay", weight_decay);
      visit_common(v, *this);
    }
  } options;
  explicit Adagrad(Options given);
  explicit Adagrad(LearningRate learning_rate) : Adagrad(Options{.learning_rate = std::move(learning_rate)}) {}
  Adagrad() : Adagrad(Options()) {}
  Config config() const override;

 protected:
  std::vector<Slot> slots() const override;
  Updated update(const Group& group) const override;
};

/// Matrices step in all their directions alike; what is no matrix, and embeddings, follow AdamW.
///
/// For the kernels of hidden dense layers, of which it needs fewer steps than Adam. The last layer learns better by
/// AdamW: name it in `exclude_layers`. As in Keras only weights of two axes are matrices: the kernels of convolutions
/// are not. Formula: m = momentum m + g; d = g + momentum m (nesterov) or m; x = d / (|d| + 1e-7), then `ns_steps`
/// times x = a x + (b s + c s^2) x with s = x x^T, which brings all singular values near 1 (Newton-Schulz); w -= rate
/// rms_rate sqrt(the longer side) x, or w -= rate x without `rms_rate`. AdamW: `adam_lr_ratio` times the rate. Types:
/// the steps are carried out in the weights' type. Defaults: `weight_decay` is for matrices alone, `adam_weight_decay`
/// for all else, whether or not there is a `weight_decay`; both are taken times the rate alone. Errors: an
/// exclude_layers that is no regular expression (ECMAScript's) or has more than 256 characters; ns_steps beyond 0 to
/// 100. Cost: for a matrix n by m with n <= m, ns_steps (4 n^2 m + 2 n^3) operations in each step; one slot, where
/// AdamW has two. Source: Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024; `rms_rate`:
/// Liu et al., "Muon is scalable for LLM training", 2025.
class Muon : public Optimizer {
 public:
  struct Options {
    LearningRate learning_rate = 0.001;
    double adam_beta_1 = 0.9;
    double adam_beta_2 = 0.999;
    std::optional<double> adam_weight_decay = 0.004;
    double epsilon = 1e-7;  ///< of AdamW
    std::optional<double> weight_decay = 0.004;
    std::optional<double> clipnorm = {}, clipvalue = {}, global_clipnorm = {};
    bool use_ema = false;
    double ema_momentum = 0.99;
    std::optional<int> ema_overwrite_frequency = {};
    std::optional<double> loss_scale_factor = {};
    std::optional<int> gradient_accumulation_steps = {};
    std::string name = {};
    /// Regular expressions: weights follow AdamW where one is found in their names ("dense_1/kernel").
    std::vector<std::string> exclude_layers = {};
    bool exclude_embeddings = true;  ///< weights with "embedding" in their names follow AdamW
    double muon_a = 3.4445;
    double muon_b = -4.7750;
    double muon_c = 2.0315;
    double adam_lr_ratio = 1;
    double momentum = 0.95;
    int ns_steps = 5;
    bool nesterov = true;
    std::optional<double> rms_rate = 0.2;

    template <class V>
    void fields(V& v) {
      v("learning_rate", learning_rate), v("adam_beta_1", adam_beta_1), v("adam_beta_2", adam_beta_2);
      v("adam_weight_decay", adam_weight_decay), v("epsilon", epsilon), v("weight_decay", weight_decay);
      visit_common(v, *this);
      v("exclude_layers", exclude_layers), v("exclude_embeddings", exclude_embeddings);
      v("muon_a", muon_a), v("muon_b", muon_b), v("muon_c", muon_c), v("adam_lr_ratio", adam_lr_ratio);
      v("momentum", momentum), v("ns_steps", ns_steps), v("nesterov", nesterov), v("rms_rate", rms_rate);
    }
  } options;
  explicit Muon(Options given);
  explicit Muon(LearningRate learning_rate) : Muon(Options{.learning_rate = std::move(learning_rate)}) {}
  Muon() : Muon(Options()) {}
  Config config() const override;

 protected:
  std::vector<Slot> slots() const override;
  bool has_slot(const Slot& kind, const Variable& weight) const override;
  double weight_decay(const Variable& weight) const override;
  Updated update(const Group& group) const override;

 private:
  bool follows_adam(const Variable& weight) const;
  Updated update_by_adam(const Group& group) const;
  Var orthogonal(Var x) const;
};

}  // namespace cajal
