// Var: a symbolic value. Calling an op on Vars records a node and checks shapes and types there and then.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cajal/tensor/tensor.h"

namespace cajal {

struct Node;
class Variable;

/// Shape and type of a value.
struct Spec {
  Shape shape;
  DType dtype = DType::float32;
  /// A plain C++ number: takes the type of whatever it meets.
  bool weak = false;
  /// "float32 [batch, 10]"
  std::string text() const;
  friend bool operator==(const Spec& a, const Spec& b) { return a.shape == b.shape && a.dtype == b.dtype; }
};

/// A symbolic value: one output of one recorded node. Cheap to copy; keeps alive whatever it depends on.
///
/// A default-made Var is empty (`defined()` is false). A Var may carry a mask: a boolean Var that says which time
/// steps count.
class Var {
 public:
  Var() = default;
  Var(std::shared_ptr<const Node> node, int output) : node_(std::move(node)), output_(output) {}
  /// A constant; C++ numbers take the type of what they meet.
  Var(double value);
  Var(float value) : Var(double(value)) {}
  Var(int value);
  Var(const Tensor& value);
  /// The variable's value at this point of the recording: after every `assign` recorded before.
  Var(const Variable& variable);

  bool defined() const { return node_ != nullptr; }
  const Spec& spec() const;
  const Shape& shape() const { return spec().shape; }
  DType dtype() const { return spec().dtype; }
  int rank() const { return shape().rank(); }
  /// "batch" or 128 or ...; negative axes count from the end.
  const Dim& dim(int axis) const { return shape()[axis]; }

  /// The part with that index along the first axis (one axis less); negative counts from the end.
  Var operator[](int64_t index) const;

  const std::shared_ptr<const Node>& node() const { return node_; }
  int output() const { return output_; }

  /// The mask that travels with this value; an empty Var if there is none.
  Var mask() const { return mask_ ? *mask_ : Var(); }
  Var with_mask(const Var& mask) const;

  friend bool operator==(const Var& a, const Var& b) { return a.node_ == b.node_ && a.output_ == b.output_; }

 private:
  std::shared_ptr<const Node> node_;
  int output_ = 0;
  std::shared_ptr<const Var> mask_;
};

/// What a program is fed: a placeholder of a shape and type.
///
/// The shape of `Input` is that of one sample; the batch dimension is the symbol "batch" (`batch_size` fixes it).
class Input {
 public:
  struct Options {
    std::string name = "input";
    DType dtype = DType::float32;
    int64_t batch_size = -1;  ///< -1: any
  };
  Input(const Shape& sample, Options options);
  Input(const Shape& sample) : Input(sample, Options()) {}
  operator Var() const { return var_; }
  const Var& var() const { return var_; }

 private:
  Var var_;
};

/// A placeholder with exactly this shape (symbols allowed), no batch dimension added.
Var placeholder(const Shape& shape, DType type = DType::float32, const std::string& name = "input");

/// A constant of that value, in the type of `like`.
Var constant_like(double value, const Var& like);
/// A constant tensor.
Var constant(const Tensor& value);
/// The same value, through which no gradient flows.
Var stop_gradient(const Var& x);
/// The same value.
Var identity(const Var& x);
/// A scalar bool: true while training, folded to a constant when a plan is compiled. `trainable` (may be empty) is a
/// layer's flag: where it is false when the plan is compiled, the layer is frozen and this is false as well.
Var training(std::shared_ptr<const bool> trainable = nullptr);
/// `x`, and the recorded assignments that have to be carried out whenever `x` is computed.
Var after(const Var& x, const std::vector<Var>& effects);

/// Names what is recorded while it lives: "sequential/dense_1". Scopes nest; profiles, reports of NaN, random numbers
/// and per-layer settings go by them.
class Scope {
 public:
  explicit Scope(const std::string& name);
  /// A whole path instead of one more step: gradients are recorded in the scope of what they differentiate.
  struct Absolute {
    const std::string* path;
  };
  explicit Scope(Absolute path);
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  /// The path in force on this thread; empty outside every scope.
  static const std::string& current();

 private:
  const std::string* before_;
};

/// Collects the assignments recorded on this thread while it lives, and numbers random ops afresh.
class Recording {
 public:
  Recording();
  ~Recording();
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;
  /// The results of `Variable::assign` so far, in order.
  const std::vector<Var>& effects() const { return effects_; }
  void add_effect(const Var& assigned) { effects_.push_back(assigned); }
  static Recording* current();

 private:
  Recording* outer_;
  std::vector<Var> effects_;
};

}  // namespace cajal
