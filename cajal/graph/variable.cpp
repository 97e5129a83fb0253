#include "cajal/graph/variable.h"

#include <atomic>

#include "cajal/graph/graph.h"
#include "cajal/graph/needs.h"

namespace cajal {
namespace {
std::atomic<uint64_t> moved{0}, changed{0};
}

Variable::Variable(const Tensor& initial, Options options) : state_(std::make_shared<VariableState>()) {
  if (!initial.defined()) fail("variable '" + options.name + "' was given an empty tensor");
  state_->name = std::move(options.name);
  state_->value = initial.copy();
  state_->trainable = options.trainable;
}

Variable Variable::of(std::shared_ptr<VariableState> state) {
  Variable out;
  out.state_ = std::move(state);
  return out;
}

void Variable::set(const Tensor& values) {
  if (!(values.shape() == shape()))
    fail("variable '" + name() + "' has the shape " + shape().text() + " and was given values of shape " +
         values.shape().text());
  state_->value.assign(values);
  note_change();
}

Var Variable::assign(const Var& value) const {
  Var next = record(assign_op(), Attributes(VariableAttributes{state_}), {value});
  if (Recording* recording = Recording::current()) recording->add_effect(next);
  return next;
}

Var Variable::assign_add(const Var& delta) const { return assign(add(*this, delta)); }
Var Variable::assign_sub(const Var& delta) const { return assign(subtract(*this, delta)); }

void Variable::place(const Tensor& memory) {
  if (!(memory.shape() == shape()) || memory.dtype() != dtype() || !memory.is_contiguous())
    fail("variable '" + name() + "' cannot be placed in memory of another shape or type");
  Tensor target = memory;
  target.assign(state_->value);
  state_->value = target;
  moved.fetch_add(1);
  note_change();
}

uint64_t Variable::moves() { return moved.load(std::memory_order_relaxed); }
uint64_t Variable::changes() { return changed.load(std::memory_order_acquire); }
void Variable::note_change() { changed.fetch_add(1, std::memory_order_release); }

}  // namespace cajal
