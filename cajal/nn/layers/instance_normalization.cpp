#include "cajal/nn/layers/group_normalization.h"

namespace cajal {
namespace {

// As many groups as there are channels.
GroupNormalization::Options one_group_each(const InstanceNormalization::Options& given) {
  return {-1,
          given.axis,
          given.epsilon,
          given.center,
          given.scale,
          given.beta_initializer,
          given.gamma_initializer,
          given.beta_regularizer,
          given.gamma_regularizer,
          given.beta_constraint,
          given.gamma_constraint};
}

}  // namespace

InstanceNormalization::InstanceNormalization(Options given) : GroupNormalization(one_group_each(given)) {
  set_class_name("InstanceNormalization");
}

Config InstanceNormalization::config() const {
  const GroupNormalization::Options& all = GroupNormalization::options;
  return described("InstanceNormalization",
                   Options{all.axis, all.epsilon, all.center, all.scale, all.beta_initializer, all.gamma_initializer,
                           all.beta_regularizer, all.gamma_regularizer, all.beta_constraint, all.gamma_constraint});
}

CAJAL_LAYER(instance_normalization, InstanceNormalization)

}  // namespace cajal
