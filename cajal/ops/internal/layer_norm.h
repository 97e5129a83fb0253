#pragma once

#include "cajal/ops/internal/normalization.h"

namespace cajal {

/// (dx, dgamma, dbeta) of layer normalization, from the statistics that it used.
Vars layer_norm_gradient(const NormalizationAttributes& attributes, const Var& x, const Var& gamma, const Var& mean,
                         const Var& inverse_stddev, const Var& dy);

/// The shape of gamma and beta: x's sizes along the axes.
inline Shape layer_norm_parameter(const NormalizationAttributes& attributes, const Shape& x) {
  Shape out;
  for (int axis : normal_axes(attributes.axes, x.rank())) out.push_back(x[axis]);
  return out;
}

/// Last axis, several, an inner one, all.
inline std::vector<std::pair<Shape, std::vector<int>>> layer_norm_cases() {
  return {{{2, 4}, {1}}, {{2, 3, 2, 3}, {2, 3}}, {{2, 5, 3}, {1}}, {{3, 4}, {0, 1}}, {{7}, {0}}};
}

}  // namespace cajal
