// How truths and predictions are brought together, as Keras does it.
#pragma once

#include "cajal/graph/op.h"
#include "cajal/graph/var.h"

namespace cajal::internal {

/// Where one of the two has an axis more, of size 1 and last, it loses it; beside a list of numbers [batch] the other
/// one gets it.
void same_rank(Var& a, Var& b);

/// Axes of size 1 behind those that `weights` has, where it has fewer than `values` and starts with the same ones: one
/// weight per sample counts for all of its time steps.
void expand_behind(Var& weights, const Var& values);

/// What Keras goes by where a text may mean several things ("accuracy"): one output, or truths that are class numbers.
bool is_binary(const Shape& y_pred);
bool is_sparse(const Shape& y_true, const Shape& y_pred);

/// Truth and prediction in the prediction's float type and of the same rank. Throws Error where they do not fit.
struct Targets {
  Var truth, prediction;
};
Targets targets(const Var& y_true, const Var& y_pred);

/// y_true as class numbers: int32, and without a last axis of size 1 that y_pred's classes stand in.
Var labels(const Var& y_true, const Var& y_pred);

/// What the value was before `op` was applied to it last, where it was; an empty Var otherwise. Markers of layers and
/// the like are looked through.
Var before(const Var& value, const Op& op);

/// y_true moved towards equal shares of `classes` classes.
Var smoothed(const Var& y_true, double label_smoothing, double classes);

/// Probabilities kept away from 0 and 1, so that their logarithms are finite.
Var clipped(const Var& probabilities);

/// Crossentropy of yes-or-no questions, element by element.
Var binary_terms(const Var& truth, const Var& prediction, bool from_logits);

/// Truths of -1 and 1; where all are 0 or 1, those are meant.
Var signs(const Var& truth);

/// Whether the labelled class is among the k largest predictions of its row, for rows along the last axis.
Var among_top(const Var& label, const Var& y_pred, int k);

/// Errors: a share outside of [0, 1].
void expect_share(const char* owner, const char* option, double value);

}  // namespace cajal::internal
