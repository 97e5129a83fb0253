// Program: a recorded function, compiled once per shape, called like a function.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <vector>

#include "cajal/program/plan.h"

namespace cajal {

/// A recorded function with its compiled plans: what a user holds and calls.
///
///     Input x({2});
///     Program f({x}, sigmoid(x * 3.0));
///     Tensor y = f(points);
///
/// Assignments recorded inside are carried out by each call. A plan is compiled for each new set of shapes and kept
/// (the last `max_plans`); copies share plans and memory. Not for two threads at a time.
class Program {
 public:
  struct Options {
    bool training = false;
    Memory memory = Memory::tight;
    std::vector<const Backend*> backends = {};
    bool fuse = true;
    uint64_t seed = 0;  ///< of the random ops; 0: the next of the process's own sequence
    int max_plans = 8;
    std::shared_ptr<const KernelTable> kernels = nullptr;  ///< as CompileOptions::kernels
    Precision precision = Precision::float32;
    std::vector<std::string> float32_scopes = {};  ///< as CompileOptions::float32_scopes
    std::string name = "program";
    /// Told about each new plan: "batch = 96".
    std::function<void(const std::string&)> on_new_plan = {};
  };

  Program() = default;
  Program(const Vars& inputs, const Vars& outputs, Options options);
  Program(const Vars& inputs, const Vars& outputs) : Program(inputs, outputs, Options()) {}
  Program(const Vars& inputs, const Var& output) : Program(inputs, Vars{output}, Options()) {}
  Program(const Vars& inputs, const Var& output, Options options) : Program(inputs, Vars{output}, std::move(options)) {}
  /// Records `function` on placeholders like `inputs`; what it assigns is carried out by each call.
  Program(const Vars& inputs, const std::function<Vars(const Vars&)>& function, Options options);
  Program(const Vars& inputs, const std::function<Vars(const Vars&)>& function)
      : Program(inputs, function, Options()) {}
  /// The same for a function of single Vars that returns a Var: `[&](Var real, Var noise) { ...; return loss; }`.
  template <class F>
    requires(std::is_invocable_r_v<Var, F, Var> || std::is_invocable_r_v<Var, F, Var, Var> ||
             std::is_invocable_r_v<Var, F, Var, Var, Var> || std::is_invocable_r_v<Var, F, Var, Var, Var, Var>)
  Program(const Vars& inputs, F&& function, Options options)
      : Program(inputs, std::function<Vars(const Vars&)>(spread(std::forward<F>(function))), std::move(options)) {}
  template <class F>
    requires(std::is_invocable_r_v<Var, F, Var> || std::is_invocable_r_v<Var, F, Var, Var> ||
             std::is_invocable_r_v<Var, F, Var, Var, Var> || std::is_invocable_r_v<Var, F, Var, Var, Var, Var>)
  Program(const Vars& inputs, F&& function) : Program(inputs, std::forward<F>(function), Options()) {}

  bool defined() const { return state_ != nullptr; }

  /// Runs and returns copies of the outputs. Throws Error for inputs of other shapes or types than recorded; types are
  /// converted (uint8 to float32 and the like) only where no value changes.
  std::vector<Tensor> operator()(const std::vector<Tensor>& inputs);
  template <class... T>
    requires(std::is_convertible_v<T, Tensor>&&...)
  Tensor operator()(const T&... inputs) { return (*this)(std::vector<Tensor>{Tensor(inputs)...}).at(0); }

  /// The instance for inputs of these shapes, compiled at the first call: for loops that copy nothing.
  Instance& instance(const std::vector<Shape>& shapes);
  /// Runs an instance of this program with the next step number.
  void run(Instance& instance, int64_t sample_offset = 0);

  /// How often it ran: random masks follow it. Part of a checkpoint.
  uint64_t steps() const;
  void set_steps(uint64_t steps);
  const Graph& graph() const;
  size_t plan_count() const;
  /// Forgets the compiled plans: needed when a layer's `trainable` changed.
  void reset();

 private:
  struct State;

  template <class F>
  static auto spread(F function) {
    return [function](const Vars& x) -> Vars {
      if constexpr (std::is_invocable_v<F, Var>) return {function(x.at(0))};
      else if constexpr (std::is_invocable_v<F, Var, Var>) return {function(x.at(0), x.at(1))};
      else if constexpr (std::is_invocable_v<F, Var, Var, Var>) return {function(x.at(0), x.at(1), x.at(2))};
      else return {function(x.at(0), x.at(1), x.at(2), x.at(3))};
    };
  }

  std::shared_ptr<State> state_;
};

}  // namespace cajal
