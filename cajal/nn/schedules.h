// The built-in learning rate schedules, under Keras's names and with its defaults. Steps are counted from 0.
#pragma once

#include <optional>
#include <vector>

#include "cajal/nn/schedule.h"

namespace cajal {

/// The rate is multiplied by decay_rate every decay_steps steps: smoothly, or all at once with `staircase`.
///
/// Formula: initial decay_rate^(step / decay_steps).
struct ExponentialDecay : LearningRateSchedule {
  struct Options {
    double initial_learning_rate = 0;
    double decay_steps = 0;
    double decay_rate = 0;
    bool staircase = false;
    std::string name = "ExponentialDecay";
    template <class V>
    void fields(V& v) {
      v("initial_learning_rate", initial_learning_rate), v("decay_steps", decay_steps), v("decay_rate", decay_rate);
      v("staircase", staircase), v("name", name);
    }
  } options;
  explicit ExponentialDecay(Options given);
  ExponentialDecay(double initial_learning_rate, double decay_steps, double decay_rate, bool staircase = false)
      : ExponentialDecay(Options{initial_learning_rate, decay_steps, decay_rate, staircase, "ExponentialDecay"}) {}
  double at(int64_t step) const override;
  Var rate(const Var& step) const override;
  Config config() const override { return described("ExponentialDecay", options); }
};

/// values[0] up to and with step boundaries[0], values[1] up to boundaries[1], ...; the last value after that.
///
/// Errors: values are not one more than boundaries; boundaries that do not grow.
struct PiecewiseConstantDecay : LearningRateSchedule {
  struct Options {
    std::vector<double> boundaries = {};
    std::vector<double> values = {};
    std::string name = "PiecewiseConstant";
    template <class V>
    void fields(V& v) {
      v("boundaries", boundaries), v("values", values), v("name", name);
    }
  } options;
  explicit PiecewiseConstantDecay(Options given);
  PiecewiseConstantDecay(std::vector<double> boundaries, std::vector<double> values)
      : PiecewiseConstantDecay(Options{std::move(boundaries), std::move(values), "PiecewiseConstant"}) {}
  double at(int64_t step) const override;
  Var rate(const Var& step) const override;
  Config config() const override { return described("PiecewiseConstantDecay", options); }
};

/// Straight lines: values[i] at step boundaries[i], the first value before them and the last one after.
///
/// What "triangular", "one cycle" and "warmup" are special cases of: `PiecewiseLinear({0, 110, 475}, {0.3, 1.5, 0.1})`.
/// Errors: not as many values as boundaries, or none; boundaries that do not grow.
/// Source: L. Smith, "Cyclical learning rates for training neural networks", 2017.
struct PiecewiseLinear : LearningRateSchedule {
  struct Options {
    std::vector<double> boundaries = {};
    std::vector<double> values = {};
    std::string name = "PiecewiseLinear";
    template <class V>
    void fields(V& v) {
      v("boundaries", boundaries), v("values", values), v("name", name);
    }
  } options;
  explicit PiecewiseLinear(Options given);
  PiecewiseLinear(std::vector<double> boundaries, std::vector<double> values)
      : PiecewiseLinear(Options{std::move(boundaries), std::move(values), "PiecewiseLinear"}) {}
  double at(int64_t step) const override;
  Var rate(const Var& step) const override;
  Config config() const override { return described("PiecewiseLinear", options); }
};

/// From the initial rate to end_learning_rate in decay_steps steps, and there it stays; with `cycle` it starts anew,
/// each time over as many steps as have passed.
///
/// Formula: (initial - end) (1 - step / decay_steps)^power + end.
struct PolynomialDecay : LearningRateSchedule {
  struct Options {
    double initial_learning_rate = 0;
    double decay_steps = 0;
    double end_learning_rate = 0.0001;
    double power = 1;
    bool cycle = false;
    std::string name = "PolynomialDecay";
    template <class V>
    void fields(V& v) {
      v("initial_learning_rate", initial_learning_rate), v("decay_steps", decay_steps);
      v("end_learning_rate", end_learning_rate), v("power", power), v("cycle", cycle), v("name", name);
    }
  } options;
  explicit PolynomialDecay(Options given);
  PolynomialDecay(double initial_learning_rate, double decay_steps, double end_learning_rate = 0.0001, double power = 1)
      : PolynomialDecay(
            Options{initial_learning_rate, decay_steps, end_learning_rate, power, false, "PolynomialDecay"}) {}
  double at(int64_t step) const override;
  Var rate(const Var& step) const override;
  Config config() const override { return described("PolynomialDecay", options); }
};

/// Falls as 1 / step. Formula: initial / (1 + decay_rate step / decay_steps), the quotient cut to an integer with
/// `staircase`.
struct InverseTimeDecay : LearningRateSchedule {
  struct Options {
    double initial_learning_rate = 0;
    double decay_steps = 0;
    double decay_rate = 0;
    bool staircase = false;
    std::string name = "InverseTimeDecay";
    template <class V>
    void fields(V& v) {
      v("initial_learning_rate", initial_learning_rate), v("decay_steps", decay_steps), v("decay_rate", decay_rate);
      v("staircase", staircase), v("name", name);
    }
  } options;
  explicit InverseTimeDecay(Options given);
  InverseTimeDecay(double initial_learning_rate, double decay_steps, double decay_rate, bool staircase = false)
      : InverseTimeDecay(Options{initial_learning_rate, decay_steps, decay_rate, staircase, "InverseTimeDecay"}) {}
  double at(int64_t step) const override;
  Var rate(const Var& step) const override;
  Config config() const override { return described("InverseTimeDecay", options); }
};

/// Half a cosine wave from the initial rate down to alpha times it in decay_steps steps; before that, where
/// warmup_target is given, a straight line from the initial rate up to the target in warmup_steps steps.
///
/// Formula: from ((1 - alpha) (1 + cos(pi step / decay_steps)) / 2 + alpha).
/// Source: Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts", 2016.
struct CosineDecay : LearningRateSchedule {
  struct Options {
    double initial_learning_rate = 0;
    double decay_steps = 0;
    double alpha = 0;
    std::string name = "CosineDecay";
    std::optional<double> warmup_target = {};
    double warmup_steps = 0;
    template <class V>
    void fields(V& v) {
      v("initial_learning_rate", initial_learning_rate), v("decay_steps", decay_steps), v("alpha", alpha);
      v("name", name), v("warmup_target", warmup_target), v("warmup_steps", warmup_steps);
    }
  } options;
  explicit CosineDecay(Options given);
  CosineDecay(double initial_learning_rate, double decay_steps, double alpha = 0)
      : CosineDecay(Options{initial_learning_rate, decay_steps, alpha, "CosineDecay", {}, 0}) {}
  double at(int64_t step) const override;
  Var rate(const Var& step) const override;
  Config config() const override { return described("CosineDecay", options); }
};

/// CosineDecay again and again: each period t_mul times as long as the one before it and starting m_mul times as high.
///
/// Source: Loshchilov, Hutter, 2016.
struct CosineDecayRestarts : LearningRateSchedule {
  struct Options {
    double initial_learning_rate = 0;
    double first_decay_steps = 0;
    double t_mul = 2;
    double m_mul = 1;
    double alpha = 0;
    std::string name = "SGDRDecay";
    template <class V>
    void fields(V& v) {
      v("initial_learning_rate", initial_learning_rate), v("first_decay_steps", first_decay_steps);
      v("t_mul", t_mul), v("m_mul", m_mul), v("alpha", alpha), v("name", name);
    }
  } options;
  explicit CosineDecayRestarts(Options given);
  CosineDecayRestarts(double initial_learning_rate, double first_decay_steps, double t_mul = 2, double m_mul = 1,
                      double alpha = 0)
      : CosineDecayRestarts(Options{initial_learning_rate, first_decay_steps, t_mul, m_mul, alpha, "SGDRDecay"}) {}
  double at(int64_t step) const override;
  Var rate(const Var& step) const override;
  Config config() const override { return described("CosineDecayRestarts", options); }
};

}  // namespace cajal
