#include "cajal/nn/schedule.h"

#include "cajal/nn/part_table.h"

namespace cajal {

#define CAJAL_LISTED(stem) const PartType<LearningRateSchedule>& stem##_schedule();
#include "cajal/listing/schedules.inc"
#undef CAJAL_LISTED

namespace {
const PartTypes<LearningRateSchedule>& schedule_types() {
  static const PartTypes<LearningRateSchedule> entries = {
#define CAJAL_LISTED(stem) &stem##_schedule(),
#include "cajal/listing/schedules.inc"
#undef CAJAL_LISTED
  };
  return entries;
}
}  // namespace

std::shared_ptr<LearningRateSchedule> LearningRateSchedule::named(const std::string& name) {
  return make_part(schedule_types(), "learning rate schedule", name);
}

std::shared_ptr<LearningRateSchedule> LearningRateSchedule::from_config(const Config& config) {
  return part_from_config(schedule_types(), "learning rate schedule", config);
}

LearningRate LearningRate::from_config(const Config& config) {
  if (config.is_number()) return config.number();
  return AnySchedule(LearningRateSchedule::from_config(config));
}

}  // namespace cajal
