#include <algorithm>
#include <cmath>
#include <regex>

#include "cajal/base/text.h"
#include "cajal/nn/optimizers.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/linear_algebra.h"
#include "cajal/ops/optimizer.h"
#include "cajal/ops/reduction.h"

namespace cajal {
namespace {

// The expressions may come from a file, and the library's search calls itself for each part of one.
constexpr size_t longest_expression = 256;

std::regex expression(const std::string& text) {
  if (text.size() > longest_expression)
    fail("an expression of exclude_layers has " + std::to_string(text.size()) + " characters, more than " +
             std::to_string(longest_expression),
         "one expression for each layer");
  try {
    return std::regex(text);
  } catch (const std::regex_error&) {
    fail("'" + text + "' in exclude_layers is no regular expression", "the name of a layer, such as 'dense_1'");
  }
}

Var decayed(const Var& value, const Var& rate, double share) {
  return share == 0 ? value : value - value * (rate * share);
}

int64_t side(const Var& matrix, int axis) { return matrix.shape()[axis].value(); }

}  // namespace

Muon::Muon(Options given) : Optimizer("muon", common_options(given)), options(std::move(given)) {
  if (options.ns_steps < 0 || options.ns_steps > 100)
    fail("'" + name() + "' needs ns_steps from 0 to 100 and was given " + std::to_string(options.ns_steps), "5");
  for (const std::string& text : options.exclude_layers) expression(text);
}

Config Muon::config() const {
  Options now = options;
  now.learning_rate = current_learning_rate();
  return described("Muon", now);
}

std::vector<Optimizer::Slot> Muon::slots() const { return {{"momentum"}, {"velocity", 0, true}}; }

// Whoever has a velocity follows AdamW.
bool Muon::has_slot(const Slot& kind, const Variable& weight) const {
  return kind.name != "velocity" || follows_adam(weight);
}

double Muon::weight_decay(const Variable& weight) const {
  return (follows_adam(weight) ? options.adam_weight_decay : options.weight_decay).value_or(0);
}

bool Muon::follows_adam(const Variable& weight) const {
  if (weight.shape().rank() != 2) return true;
  if (options.exclude_embeddings && lower(weight.name()).find("embedding") != std::string::npos) return true;
  return std::any_of(options.exclude_layers.begin(), options.exclude_layers.end(),
                     [&](const std::string& text) { return std::regex_search(weight.name(), expression(text)); });
}

// The matrix with x's singular vectors and values near 1. Of x x^T and x^T x the smaller serves.
Var Muon::orthogonal(Var x) const {
  const bool tall = side(x, 0) > side(x, 1);
  x = x / (norm(x) + 1e-7);
  for (int i = 0; i < options.ns_steps; ++i) {
    const Var s = matmul(x, x, tall, !tall);
    const Var polynomial = options.muon_b * s + options.muon_c * matmul(s, s);
    x = options.muon_a * x + (tall ? matmul(x, polynomial) : matmul(polynomial, x));
  }
  return x;
}

Optimizer::Updated Muon::update(const Group& group) const {
  if (!group.slots[1].empty()) return update_by_adam(group);
  Updated values, momentums;
  for (size_t i = 0; i < group.values.size(); ++i) {
    const Var &value = group.values[i], &gradient = group.gradients[i];
    const Var momentum = options.momentum * group.slots[0][i] + gradient;
    const Var direction = options.nesterov ? gradient + options.momentum * momentum : momentum;
    const double longer = double(std::max(side(value, 0), side(value, 1)));
    const double length = options.rms_rate ? *options.rms_rate * std::sqrt(longer) : 1;
    values.push_back(decayed(value, group.rate, group.weight_decay) - orthogonal(direction) * (group.rate * length));
    momentums.push_back(momentum);
  }
  values.insert(values.end(), momentums.begin(), momentums.end());
  return values;
}

Optimizer::Updated Muon::update_by_adam(const Group& group) const {
  Vars values = group.values;
  double decay = group.weight_decay;
  if (options.adam_lr_ratio != 1) {  // the decay goes with the rate itself
    for (Var& value : values) value = decayed(value, group.rate, decay);
    decay = 0;
  }
  return adam_update(values, group.gradients, all_slots(group), group.rate * options.adam_lr_ratio, group.step,
                     {options.adam_beta_1, options.adam_beta_2, options.epsilon, false, decay});
}

CAJAL_PART(Optimizer, optimizer, muon, Muon, "muon")

}  // namespace cajal
