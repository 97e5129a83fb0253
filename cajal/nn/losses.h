// The built-in losses, under Keras's names and with its defaults, each as an object for `compile` and as a function.
//
// The functions give one value per sample (and time step): the last axis is reduced, weights and batch are not looked
// at. y_true is taken in y_pred's type and, where it has one axis of size 1 more or less, in its rank.
// Options: `reduction` and `name` as in Loss.
#pragma once

#include <optional>
#include <utility>

#include "cajal/nn/loss.h"

namespace cajal {

/// The options and constructors of losses that have no others.
template <class L>
struct PlainLoss : Loss {
  struct Options {
    std::string reduction = "sum_over_batch_size";
    std::string name = L::usual_name;
    template <class V>
    void fields(V& v) {
      v("reduction", reduction), v("name", name);
    }
  } options;
  explicit PlainLoss(Options given) : Loss(given.name, given.reduction), options(std::move(given)) {}
  PlainLoss() : PlainLoss(Options()) {}
  Config config() const override { return described(L::class_name, options); }
};

/// (y_true - y_pred)^2, averaged: the usual loss of numbers. By name: "mse".
Var mean_squared_error(const Var& y_true, const Var& y_pred);
struct MeanSquaredError : PlainLoss<MeanSquaredError> {
  static constexpr const char *class_name = "MeanSquaredError", *usual_name = "mean_squared_error";
  using PlainLoss::PlainLoss;
  Var call(const Var& y_true, const Var& y_pred) const override;
};

/// |y_true - y_pred|, averaged: outliers count less. By name: "mae".
Var mean_absolute_error(const Var& y_true, const Var& y_pred);
struct MeanAbsoluteError : PlainLoss<MeanAbsoluteError> {
  static constexpr const char *class_name = "MeanAbsoluteError", *usual_name = "mean_absolute_error";
  using PlainLoss::PlainLoss;
  Var call(const Var& y_true, const Var& y_pred) const override;
};

/// 100 |y_true - y_pred| / |y_true|, averaged; |y_true| is taken as at least 1e-7. By name: "mape".
Var mean_absolute_percentage_error(const Var& y_true, const Var& y_pred);
struct MeanAbsolutePercentageError : PlainLoss<MeanAbsolutePercentageError> {
  static constexpr const char *class_name = "MeanAbsolutePercentageError",
                              *usual_name = "mean_absolute_percentage_error";
  using PlainLoss::PlainLoss;
  Var call(const Var& y_true, const Var& y_pred) const override;
};

/// (log(1 + y_true) - log(1 + y_pred))^2, averaged; values are taken as at least 1e-7. By name: "msle".
Var mean_squared_logarithmic_error(const Var& y_true, const Var& y_pred);
struct MeanSquaredLogarithmicError : PlainLoss<MeanSquaredLogarithmicError> {
  static constexpr const char *class_name = "MeanSquaredLogarithmicError",
                              *usual_name = "mean_squared_logarithmic_error";
  using PlainLoss::PlainLoss;
  Var call(const Var& y_true, const Var& y_pred) const override;
};

/// e^2 / 2 for small errors e, delta |e| - delta^2 / 2 beyond delta, averaged. Source: Huber, 1964.
Var huber(const Var& y_true, const Var& y_pred, double delta = 1);
struct Huber : Loss {
  struct Options {
    double delta = 1;
    std::string reduction = "sum_over_batch_size", name = "huber_loss";
    template <class V>
    void fields(V& v) {
      v("delta", delta), v("reduction", reduction), v("name", name);
    }
  } options;
  explicit Huber(Options given) : Loss(given.name, given.reduction), options(std::move(given)) {}
  Huber() : Huber(Options()) {}
  Var call(const Var& y_true, const Var& y_pred) const override;
  Config config() const override { return described("Huber", options); }
};

/// log(cosh(y_pred - y_true)), averaged: squared for small errors, absolute for large ones.
Var log_cosh(const Var& y_true, const Var& y_pred);
struct LogCosh : PlainLoss<LogCosh> {
  static constexpr const char *class_name = "LogCosh", *usual_name = "log_cosh";
  using PlainLoss::PlainLoss;
  Var call(const Var& y_true, const Var& y_pred) const override;
};

/// -log of the probability that y_pred gives to the truth, for yes-or-no questions (y_true 0 or 1), averaged.
///
/// Without `from_logits` y_pred are probabilities, clipped to [1e-7, 1 - 1e-7]; where a sigmoid made them its input is
/// used, which is exact. `label_smoothing`: y_true is moved by that share towards 1/2. By name: "bce".
Var binary_crossentropy(const Var& y_true, const Var& y_pred, bool from_logits = false, double label_smoothing = 0,
                        int axis = -1);
struct BinaryCrossentropy : Loss {
  struct Options {
    bool from_logits = false;
    double label_smoothing = 0;
    int axis = -1;
    std::string reduction = "sum_over_batch_size", name = "binary_crossentropy";
    template <class V>
    void fields(V& v) {
      v("from_logits", from_logits), v("label_smoothing", label_smoothing), v("axis", axis);
      v("reduction", reduction), v("name", name);
    }
  } options;
  explicit BinaryCrossentropy(Options given);
  BinaryCrossentropy() : BinaryCrossentropy(Options()) {}
  Var call(const Var& y_true, const Var& y_pred) const override;
  Config config() const override { return described("BinaryCrossentropy", options); }
};

/// -sum(y_true log(y_pred)) over the classes: for shares or one-hot rows.
///
/// Without `from_logits` y_pred are probabilities, made to sum up to 1 and clipped; where a softmax made them its input
/// is used, which is exact. `label_smoothing`: y_true is moved by that share towards equal shares.
Var categorical_crossentropy(const Var& y_true, const Var& y_pred, bool from_logits = false, double label_smoothing = 0,
                             int axis = -1);
struct CategoricalCrossentropy : Loss {
  struct Options {
    bool from_logits = false;
    double label_smoothing = 0;
    int axis = -1;
    std::string reduction = "sum_over_batch_size", name = "categorical_crossentropy";
    template <class V>
    void fields(V& v) {
      v("from_logits", from_logits), v("label_smoothing", label_smoothing), v("axis", axis);
      v("reduction", reduction), v("name", name);
    }
  } options;
  explicit CategoricalCrossentropy(Options given);
  CategoricalCrossentropy() : CategoricalCrossentropy(Options()) {}
  Var call(const Var& y_true, const Var& y_pred) const override;
  Config config() const override { return described("CategoricalCrossentropy", options); }
};

/// -log of the probability of the right class: the usual loss of classes given as numbers 0, 1, ...
///
/// Shapes: y_true [batch, ...] or [batch, ..., 1], y_pred [batch, ..., classes]. Without `from_logits` y_pred are
/// probabilities; where a softmax made them its input is used, which is exact. `ignore_class`: samples of that class do
/// not count. `label_smoothing`: the truth is moved by that share towards equal shares, as in CategoricalCrossentropy.
/// Errors, when run: a class number that is none.
Var sparse_categorical_crossentropy(const Var& y_true, const Var& y_pred, bool from_logits = false,
                                    std::optional<int64_t> ignore_class = {}, int axis = -1,
                                    double label_smoothing = 0);
struct SparseCategoricalCrossentropy : Loss {
  struct Options {
    bool from_logits = false;
    std::optional<int64_t> ignore_class = {};
    std::string reduction = "sum_over_batch_size";
    int axis = -1;
    std::string name = "sparse_categorical_crossentropy";
    double label_smoothing = 0;
    template <class V>
    void fields(V& v) {
      v("from_logits", from_logits), v("ignore_class", ignore_class), v("reduction", reduction), v("axis", axis);
      v("name", name), v("label_smoothing", label_smoothing);
    }
  } options;
  explicit SparseCategoricalCrossentropy(Options given);
  SparseCategoricalCrossentropy() : SparseCategoricalCrossentropy(Options()) {}
  Var call(const Var& y_true, const Var& y_pred) const override;
  bool takes_labels() const override { return true; }
  Config config() const override { return described("SparseCategoricalCrossentropy", options); }
};

/// sum(y_true log(y_true / y_pred)): how far one distribution is from another. By name: "kld".
Var kl_divergence(const Var& y_true, const Var& y_pred);
struct KLDivergence : PlainLoss<KLDivergence> {
  static constexpr const char *class_name = "KLDivergence", *usual_name = "kl_divergence";
  using PlainLoss::PlainLoss;
  Var call(const Var& y_true, const Var& y_pred) const override;
};

/// y_pred - y_true log(y_pred), averaged: for counts, y_pred being the expected number.
Var poisson(const Var& y_true, const Var& y_pred);
struct Poisson : PlainLoss<Poisson> {
  static constexpr const char *class_name = "Poisson", *usual_name = "poisson";
  using PlainLoss::PlainLoss;
  Var call(const Var& y_true, const Var& y_pred) const override;
};

/// max(1 - y_true y_pred, 0), averaged: for y_true -1 or 1; where all are 0 or 1, 0 counts as -1.
Var hinge(const Var& y_true, const Var& y_pred);
struct Hinge : PlainLoss<Hinge> {
  static constexpr const char *class_name = "Hinge", *usual_name = "hinge";
  using PlainLoss::PlainLoss;
  Var call(const Var& y_true, const Var& y_pred) const override;
};

/// The square of hinge's terms, averaged.
Var squared_hinge(const Var& y_true, const Var& y_pred);
struct SquaredHinge : PlainLoss<SquaredHinge> {
  static constexpr const char *class_name = "SquaredHinge", *usual_name = "squared_hinge";
  using PlainLoss::PlainLoss;
  Var call(const Var& y_true, const Var& y_pred) const override;
};

/// max(1 + the best wrong score - the right score, 0), for one-hot y_true.
Var categorical_hinge(const Var& y_true, const Var& y_pred);
struct CategoricalHinge : PlainLoss<CategoricalHinge> {
  static constexpr const char *class_name = "CategoricalHinge", *usual_name = "categorical_hinge";
  using PlainLoss::PlainLoss;
  Var call(const Var& y_true, const Var& y_pred) const override;
};

/// Minus the cosine of the angle between y_true and y_pred: -1 where they point the same way.
Var cosine_similarity(const Var& y_true, const Var& y_pred, int axis = -1);
struct CosineSimilarity : Loss {
  struct Options {
    int axis = -1;
    std::string reduction = "sum_over_batch_size", name = "cosine_similarity";
    template <class V>
    void fields(V& v) {
      v("axis", axis), v("reduction", reduction), v("name", name);
    }
  } options;
  explicit CosineSimilarity(Options given) : Loss(given.name, given.reduction), options(std::move(given)) {}
  CosineSimilarity() : CosineSimilarity(Options()) {}
  Var call(const Var& y_true, const Var& y_pred) const override;
  Config config() const override { return described("CosineSimilarity", options); }
};

/// binary_crossentropy, in which what is known well counts less: times (1 - probability of the truth)^gamma.
///
/// `apply_class_balancing`: ones count alpha, zeros 1 - alpha.
/// Source: Lin et al., "Focal loss for dense object detection", ICCV 2017.
Var binary_focal_crossentropy(const Var& y_true, const Var& y_pred, bool apply_class_balancing = false,
                              double alpha = 0.25, double gamma = 2, bool from_logits = false,
                              double label_smoothing = 0, int axis = -1);
struct BinaryFocalCrossentropy : Loss {
  struct Options {
    bool apply_class_balancing = false;
    double alpha = 0.25, gamma = 2;
    bool from_logits = false;
    double label_smoothing = 0;
    int axis = -1;
    std::string reduction = "sum_over_batch_size", name = "binary_focal_crossentropy";
    template <class V>
    void fields(V& v) {
      v("apply_class_balancing", apply_class_balancing), v("alpha", alpha), v("gamma", gamma);
      v("from_logits", from_logits), v("label_smoothing", label_smoothing), v("axis", axis);
      v("reduction", reduction), v("name", name);
    }
  } options;
  explicit BinaryFocalCrossentropy(Options given);
  BinaryFocalCrossentropy() : BinaryFocalCrossentropy(Options()) {}
  Var call(const Var& y_true, const Var& y_pred) const override;
  Config config() const override { return described("BinaryFocalCrossentropy", options); }
};

/// categorical_crossentropy, in which what is known well counts less: each class times alpha (1 - its
/// probability)^gamma.
///
/// Source: Lin et al., ICCV 2017.
Var categorical_focal_crossentropy(const Var& y_true, const Var& y_pred, double alpha = 0.25, double gamma = 2,
                                   bool from_logits = false, double label_smoothing = 0, int axis = -1);
struct CategoricalFocalCrossentropy : Loss {
  struct Options {
    double alpha = 0.25, gamma = 2;
    bool from_logits = false;
    double label_smoothing = 0;
    int axis = -1;
    std::string reduction = "sum_over_batch_size", name = "categorical_focal_crossentropy";
    template <class V>
    void fields(V& v) {
      v("alpha", alpha), v("gamma", gamma), v("from_logits", from_logits);
      v("label_smoothing", label_smoothing), v("axis", axis), v("reduction", reduction), v("name", name);
    }
  } options;
  explicit CategoricalFocalCrossentropy(Options given);
  CategoricalFocalCrossentropy() : CategoricalFocalCrossentropy(Options()) {}
  Var call(const Var& y_true, const Var& y_pred) const override;
  Config config() const override { return described("CategoricalFocalCrossentropy", options); }
};

}  // namespace cajal
