// Variable: named storage that outlives graphs. Weights, optimizer state, metrics, the learning rate.
#pragma once

#include <memory>
#include <string>

#include "cajal/graph/var.h"

namespace cajal {

/// What copies of a Variable share.
struct VariableState {
  std::string name;
  Tensor value;  // contiguous; its memory may move (see Variable::place), its shape and type never change
  bool trainable = true;
};

/// Named storage that outlives graphs. Copies of a Variable are handles to the same storage.
class Variable {
 public:
  struct Options {
    std::string name = "variable";
    bool trainable = true;
  };
  Variable() = default;
  explicit Variable(const Tensor& initial, Options options);
  explicit Variable(const Tensor& initial) : Variable(initial, Options()) {}

  bool defined() const { return state_ != nullptr; }
  const std::string& name() const { return state_->name; }
  const Shape& shape() const { return state_->value.shape(); }
  DType dtype() const { return state_->value.dtype(); }
  int64_t size() const { return state_->value.size(); }
  bool trainable() const { return state_->trainable; }
  void set_trainable(bool value) { state_->trainable = value; }
  void set_name(const std::string& name) { state_->name = name; }

  /// The storage itself: a view, which later steps change. To be written by `set` only: see `note_change`.
  const Tensor& value() const { return state_->value; }
  /// Writes new values into the storage; throws Error where the shape differs. Converts the type.
  void set(const Tensor& values);

  /// Records that the storage takes the value `value`; returns the new version. Shape and type must be equal.
  ///
  /// Order is the order of recording: what reads the Variable after this call sees the new version. The assignment is
  /// carried out by a program that was recorded around this call, or whose outputs depend on the returned Var or on
  /// an `after` of it.
  Var assign(const Var& value) const;
  Var assign_add(const Var& delta) const;
  Var assign_sub(const Var& delta) const;

  /// Moves the storage into `memory` (same shape and type), keeping the values: parameters are laid side by side so
  /// that one pass updates them all.
  void place(const Tensor& memory);
  /// Grows whenever any Variable's storage moved: compiled programs look their pointers up again.
  static uint64_t moves();
  /// Grows whenever any Variable took other values: programs make again what they keep that is made from Variables.
  static uint64_t changes();
  /// To be called by whatever writes into a Variable's storage otherwise than by `set` and `place`.
  static void note_change();

  const std::shared_ptr<VariableState>& state() const { return state_; }
  static Variable of(std::shared_ptr<VariableState> state);
  friend bool operator==(const Variable& a, const Variable& b) { return a.state_ == b.state_; }

 private:
  std::shared_ptr<VariableState> state_;
};

}  // namespace cajal
