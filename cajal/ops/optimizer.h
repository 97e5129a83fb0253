// One step of an optimizer for many parameters at once, in place: a single pass over parameters, gradients and states.
//
// Shapes: each gradient and each state has the shape and type of its parameter. Results: the new parameters, then the
// new states in the order in which the states were given. Formulas and defaults are Keras's; weight_decay is decoupled:
// parameters first lose weight_decay learning_rate of themselves. Rates and steps are scalars that may change from run
// to run. No gradient flows. These functions exist for Vars only.
#pragma once

#include "cajal/graph/op.h"

namespace cajal {

/// What a step of gradient descent does, learning rate and gradients apart.
struct SgdUpdate {
  double momentum = 0;
  bool nesterov = false;
  double weight_decay = 0;
  template <class V>
  void fields(V& v) const {
    v("momentum", momentum);
    v("nesterov", nesterov);
    v("weight_decay", weight_decay);
  }
};

/// Stochastic gradient descent.
///
/// States: the velocities, where momentum is not 0. Formula: v = momentum v - rate g; p += v; nesterov:
/// p += momentum v - rate g; without momentum p -= rate g.
Vars sgd_update(const Vars& parameters, const Vars& gradients, const Vars& states, const Var& learning_rate,
                const SgdUpdate& options = {});

/// What a step of Adam does.
struct AdamUpdate {
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7;
  bool amsgrad = false;
  double weight_decay = 0;
  template <class V>
  void fields(V& v) const {
    v("beta_1", beta_1);
    v("beta_2", beta_2);
    v("epsilon", epsilon);
    v("amsgrad", amsgrad);
    v("weight_decay", weight_decay);
  }
};

/// Adam, with weight decay AdamW.
///
/// States: all first moments m, all second moments v; amsgrad: then the largest v so far, which stand for v.
/// `step`: how many updates came before. Formula, t = step + 1: m += (1 - beta_1)(g - m), v += (1 - beta_2)(g^2 - v),
/// p -= rate sqrt(1 - beta_2^t) / (1 - beta_1^t) m / (sqrt(v) + epsilon).
/// Source: Kingma, Ba, "Adam: a method for stochastic optimization", 2014, the form before section 2.1.
Vars adam_update(const Vars& parameters, const Vars& gradients, const Vars& states, const Var& learning_rate,
                 const Var& step, const AdamUpdate& options = {});

/// What a step of RMSprop does.
struct RmspropUpdate {
  double rho = 0.9, momentum = 0, epsilon = 1e-7;
  bool centered = false;
  double weight_decay = 0;
  template <class V>
  void fields(V& v) const {
    v("rho", rho);
    v("momentum", momentum);
    v("epsilon", epsilon);
    v("centered", centered);
    v("weight_decay", weight_decay);
  }
};

/// RMSprop.
///
/// States: all velocities v; centered: all mean gradients a; momentum: all momentums b.
/// Formula: v = rho v + (1 - rho) g^2; a = rho a + (1 - rho) g; d = rate g / sqrt(v - a^2 + epsilon), without a^2
/// unless centered; b = momentum b + d; p -= b, without momentum p -= d.
Vars rmsprop_update(const Vars& parameters, const Vars& gradients, const Vars& states, const Var& learning_rate,
                    const RmspropUpdate& options = {});

/// What a step of Adagrad does.
struct AdagradUpdate {
  double epsilon = 1e-7;
  double weight_decay = 0;
  template <class V>
  void fields(V& v) const {
    v("epsilon", epsilon);
    v("weight_decay", weight_decay);
  }
};

/// Adagrad. States: all accumulators a. Formula: a += g^2; p -= rate g / sqrt(a + epsilon).
Vars adagrad_update(const Vars& parameters, const Vars& gradients, const Vars& states, const Var& learning_rate,
                    const AdagradUpdate& options = {});

/// What a step of Adadelta does.
struct AdadeltaUpdate {
  double rho = 0.95, epsilon = 1e-7;
  double weight_decay = 0;
  template <class V>
  void fields(V& v) const {
    v("rho", rho);
    v("epsilon", epsilon);
    v("weight_decay", weight_decay);
  }
};

/// Adadelta.
///
/// States: all mean squared gradients a, all mean squared changes b. Formula: a = rho a + (1 - rho) g^2;
/// d = g sqrt(b + epsilon) / sqrt(a + epsilon); b = rho b + (1 - rho) d^2; p -= rate d.
Vars adadelta_update(const Vars& parameters, const Vars& gradients, const Vars& states, const Var& learning_rate,
                     const AdadeltaUpdate& options = {});

}  // namespace cajal
