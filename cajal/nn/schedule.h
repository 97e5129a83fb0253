// LearningRateSchedule: a learning rate that follows the number of steps taken.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "cajal/graph/var.h"
#include "cajal/nn/part.h"

namespace cajal {

/// A learning rate that follows the number of steps taken, counted from 0.
class LearningRateSchedule {
 public:
  virtual ~LearningRateSchedule() = default;

  /// The rate of the step with that number.
  virtual double at(int64_t step) const = 0;
  /// The same as a Var; `step` is a scalar of a float type, in which the rate is computed.
  virtual Var rate(const Var& step) const = 0;
  /// {"class_name", "config"}
  virtual Config config() const { return {}; }

  /// There is none that has defaults for all it needs: throws Error, with the nearest class name.
  static std::shared_ptr<LearningRateSchedule> named(const std::string& name);
  static std::shared_ptr<LearningRateSchedule> from_config(const Config& config);
};

using AnySchedule = Any<LearningRateSchedule>;

/// What an optimizer's `learning_rate` may be: a number or a schedule.
class LearningRate {
 public:
  LearningRate() = default;
  template <class N>
    requires std::is_arithmetic_v<N> LearningRate(N rate) : number_(double(rate)) {}
    template <class D>
      requires std::is_base_of_v<LearningRateSchedule, D> LearningRate(D schedule) : schedule_(std::move(schedule)) {}
      LearningRate(AnySchedule schedule) : schedule_(std::move(schedule)) {}

      /// Empty where the rate is a number.
      const AnySchedule& schedule() const { return schedule_; }
      double at(int64_t step) const { return schedule_ ? schedule_->at(step) : number_; }

      /// A number, or the schedule's {"class_name", "config"}.
      Config config() const { return schedule_ ? schedule_->config() : Config(number_); }
      static LearningRate from_config(const Config& config);

     private:
      double number_ = 0.001;
      AnySchedule schedule_;
};

}  // namespace cajal
