#include "cajal/nn/loss.h"

#include <algorithm>

#include "cajal/base/text.h"
#include "cajal/nn/internal/targets.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"

namespace cajal {

#define CAJAL_LISTED(stem) const PartType<Loss>& stem##_loss();
#include "cajal/listing/losses.inc"
#undef CAJAL_LISTED

namespace {

const PartTypes<Loss>& loss_types() {
  static const PartTypes<Loss> entries = {
#define CAJAL_LISTED(stem) &stem##_loss(),
#include "cajal/listing/losses.inc"
#undef CAJAL_LISTED
  };
  return entries;
}

bool averages(const std::string& reduction) { return reduction == "sum_over_batch_size" || reduction == "mean"; }

// The mask as weights. Where values are averaged, what is left counts for what is masked: all / valid.
Var mask_weights(const Var& mask, DType type, const std::string& reduction) {
  const Var weights = cast(mask, type);
  if (!averages(reduction)) return weights;
  const Var valid_share = mean(weights);
  return where(valid_share > 0.0, weights / where(valid_share > 0.0, valid_share, 1.0), 0.0);
}

Var merged_weights(const Var& sample_weight, const Var& mask, DType type, const std::string& reduction) {
  if (!mask.defined()) return sample_weight.defined() ? cast(sample_weight, type) : Var();
  Var from_mask = mask_weights(mask, type, reduction);
  if (!sample_weight.defined()) return from_mask;
  Var weights = cast(sample_weight, type);
  internal::same_rank(from_mask, weights);
  internal::expand_behind(weights, from_mask);
  return weights * from_mask;
}

Var joined_mask(const Var& a, const Var& b) {
  if (!a.defined() || !b.defined()) return a.defined() ? a : b;
  return logical_and(a, b);
}

}  // namespace

Loss::Loss(std::string name, std::string reduction) : name_(std::move(name)), reduction_(std::move(reduction)) {
  const std::vector<std::string> known = {"sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none"};
  if (std::find(known.begin(), known.end(), reduction_) == known.end())
    fail("the loss '" + name_ + "' has no reduction '" + reduction_ + "'", choices(reduction_, known));
}

Var Loss::operator()(const Var& y_true, const Var& y_pred, const Var& sample_weight) const {
  Scope scope(name_);
  Var values;
  if (takes_labels()) {
    values = call(y_true, y_pred);
  } else {
    const internal::Targets given = internal::targets(y_true, y_pred);
    values = call(given.truth, given.prediction);
  }
  return reduce_weighted(values, sample_weight, joined_mask(y_pred.mask(), values.mask()), reduction_);
}

Var reduce_weighted(const Var& values, const Var& sample_weight, const Var& mask, const std::string& reduction) {
  Var weights = merged_weights(sample_weight, mask, values.dtype(), reduction), weighted = values;
  if (weights.defined()) {
    internal::same_rank(weighted, weights);
    internal::expand_behind(weights, weighted);
    weighted = weighted * weights;
  }
  if (reduction == "none" || weighted.rank() == 0) return weighted;
  if (reduction == "sum") return sum(weighted);
  if (averages(reduction) || !weights.defined()) return mean(weighted);
  const Var total = sum(weights);
  return where(not_equal(total, 0.0), sum(weighted) / where(not_equal(total, 0.0), total, 1.0), 0.0);
}

namespace {

// "crossentropy": which one follows from the shapes, when it is called.
struct AnyCrossentropy : Loss {
  explicit AnyCrossentropy(const std::string& name) : Loss(name) {}
  bool takes_labels() const override { return true; }
  Var call(const Var& y_true, const Var& y_pred) const override {
    if (internal::is_binary(y_pred.shape())) {
      const internal::Targets given = internal::targets(y_true, y_pred);
      return binary_crossentropy(given.truth, given.prediction);
    }
    if (internal::is_sparse(y_true.shape(), y_pred.shape())) return sparse_categorical_crossentropy(y_true, y_pred);
    return categorical_crossentropy(y_true, y_pred);
  }
  Config config() const override { return name(); }
};

}  // namespace

std::shared_ptr<Loss> Loss::named(const std::string& name) {
  if (lower(name) == "crossentropy" || lower(name) == "ce") return std::make_shared<AnyCrossentropy>(name);
  return make_part(loss_types(), "loss", name);
}

std::shared_ptr<Loss> Loss::from_config(const Config& config) {
  if (config.is_text()) return named(config.text());
  return part_from_config(loss_types(), "loss", config);
}

}  // namespace cajal
