// Ops on Tensors, run at once: what cajal/eager/ops.h and operators.h are made of.
#pragma once

#include <array>
#include <concepts>
#include <span>
#include <type_traits>
#include <vector>

#include "cajal/base/parallel.h"
#include "cajal/graph/op.h"
#include "cajal/tensor/tensor.h"

namespace cajal::eager {

/// A value of an op called at once: a tensor, or a plain C++ number, which takes the type of what it meets.
class Argument {
 public:
  Argument(const Tensor& tensor) : tensor_(tensor) {}
  template <class N>
    requires std::is_arithmetic_v<N> Argument(N number)
        : number_(double(number)), integer_(std::is_integral_v<N>), is_number_(true) {}

    bool is_number() const { return is_number_; }
    const Tensor& tensor() const { return tensor_; }
    /// The number as a constant, an empty Var for an undefined tensor; not for other tensors.
    Var constant() const;

   private:
    Tensor tensor_;
    double number_ = 0;
    bool integer_ = false, is_number_ = false;
};

/// What may stand for a value in an op that takes several: tensors and plain numbers, a tensor among them.
template <class T>
concept Operand = std::same_as<T, Tensor> || std::is_arithmetic_v<T>;
template <class... T>
concept Operands = (Operand<T> && ...) && (std::same_as<T, Tensor> || ...);

/// Records what `record` does with placeholders for the arguments, compiles it, runs it.
///
/// Compiled plans are kept (the last 256 of each thread), found by what was recorded: a second call of the same ops on
/// the same shapes only runs. Random ops draw from the process's own sequence. Errors: those of the ops.
std::vector<Tensor> run(FunctionRef<Vars(const Vars&)> record, std::span<const Argument> arguments);

inline std::vector<Tensor> run(FunctionRef<Vars(const Vars&)> record, std::initializer_list<Argument> arguments) {
  return run(record, std::span(arguments.begin(), arguments.size()));
}

/// The arguments of an op that takes single values and then a list of tensors.
std::vector<Argument> joined(std::initializer_list<Argument> single, std::span<const Tensor> list);

/// The first `N` tensors.
template <size_t N>
std::array<Tensor, N> first(const std::vector<Tensor>& all) {
  std::array<Tensor, N> out;
  for (size_t i = 0; i < N; ++i) out[i] = all.at(i);
  return out;
}

/// How many plans this thread keeps at the moment.
size_t plan_count();

}  // namespace cajal::eager
