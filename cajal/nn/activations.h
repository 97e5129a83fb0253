// Activations: element functions and softmaxes as a setting of a layer, by name or as a function.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>

#include "cajal/graph/var.h"
#include "cajal/nn/part.h"

namespace cajal {

/// A function Var -> Var with the name that files and forms know it by.
struct ActivationFunction {
  std::string name;  ///< "relu"; empty for a function of the user's own
  std::function<Var(const Var&)> function;
  Var operator()(const Var& x) const { return function(x); }
};

/// What the `activation` of a layer may be: a name of Keras's ("relu", "softmax", ...), nothing (the same as "linear"),
/// or a function of one's own, `[](const Var& x) { return x * sigmoid(x); }`.
///
/// A named activation has Keras's default arguments; for others write a function or use the layer of that name.
class AnyActivation {
 public:
  AnyActivation() = default;
  AnyActivation(std::nullptr_t) {}
  /// Throws Error with the nearest name where there is no such activation.
  AnyActivation(const char* name);
  AnyActivation(const std::string& name);
  AnyActivation(ActivationFunction function) : function_(std::move(function)) {}
  template <class F>
    requires(std::is_invocable_r_v<Var, F, const Var&> && !std::is_convertible_v<F, std::string> &&
             !std::is_base_of_v<AnyActivation, std::remove_cvref_t<F>> &&
             !std::is_same_v<std::remove_cvref_t<F>, ActivationFunction>)
  AnyActivation(F function) : function_{std::string(), std::move(function)} {}

  /// True where there is something to apply: not for none and "linear".
  explicit operator bool() const { return bool(function_.function); }
  /// "linear" where there is none, "function" for one of the user's own.
  std::string name() const;
  /// The function's value; x itself where there is none.
  Var operator()(const Var& x) const { return function_.function ? function_(x) : x; }

  /// The name. One of the user's own cannot be read back: a layer that holds one is saved with its nodes.
  Config config() const { return name(); }
  static AnyActivation from_config(const Config& config);

 private:
  ActivationFunction function_;
};

/// All names that AnyActivation takes, sorted.
const std::vector<std::string>& activation_names();

}  // namespace cajal
