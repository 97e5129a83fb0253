// Single elements and batches of them: copying one into the other without a wasted byte.
#include <algorithm>
#include <cstring>

#include "cajal/base/error.h"
#include "cajal/data/internal/node.h"

namespace cajal::internal {
namespace {

bool has_shape(const Tensor& tensor, int64_t total, const Shape& rest) {
  const int front = total < 0 ? 0 : 1;
  if (tensor.rank() != rest.rank() + front) return false;
  if (front && tensor.dim(0) != total) return false;
  for (int axis = 0; axis < rest.rank(); ++axis)
    if (!(tensor.shape()[axis + front] == rest[axis])) return false;
  return true;
}

Shape with_first(const Dim& first, const Shape& rest) {
  Shape shape = rest;
  shape.insert(0, first);
  return shape;
}

bool is_own(const Tensor& tensor) { return tensor.buffer().use_count() == 1; }

// The memory that the tensor has, seen in another shape, where it is large enough and nobody else's.
bool reuse(Tensor& tensor, DType type, const Shape& shape) {
  if (!tensor.defined() || tensor.dtype() != type || !is_own(tensor)) return false;
  const size_t bytes = size_t(shape.size().value()) * size_of(type);
  if (tensor.byte_offset() != 0 || tensor.buffer()->size() < bytes) return false;
  tensor = Tensor::view(tensor.buffer(), 0, shape, type);
  return true;
}

TensorSpec tensor_spec(const Tensor& tensor) { return {tensor.shape(), tensor.dtype()}; }

std::string named_text(const char* name, const std::vector<TensorSpec>& specs) {
  std::string out;
  for (const TensorSpec& spec : specs)
    out += std::string(out.empty() ? "" : ", ") + name + " " + spec.shape.text() + " " +
           std::string(cajal::name(spec.dtype));
  return out;
}

[[noreturn]] void fail_unequal(const Batch& element, const Batch& batch) {
  ElementSpec before = internal::spec_of(batch);
  for (auto* specs : {&before.x, &before.y})
    for (TensorSpec& spec : *specs)
      if (spec.shape.rank() > 0) spec.shape.erase(0);
  fail("the elements of a batch differ: " + internal::text(before) + ", then " +
           internal::text(internal::spec_of(element)),
       "a map before batch that makes them equal, or batch(1)");
}

bool fits(const Tensor& part, const Tensor& whole, int64_t total) {
  return whole.defined() && part.dtype() == whole.dtype() && has_shape(whole, total, part.shape());
}

bool fits(const Batch& element, const Batch& batch, int64_t total) {
  if (element.x.size() != batch.x.size() || element.y.size() != batch.y.size()) return false;
  if (element.weight.defined() != batch.weight.defined()) return false;
  auto same = [&](const Tensor& part, const Tensor& whole) { return fits(part, whole, total); };
  return std::equal(element.x.begin(), element.x.end(), batch.x.begin(), same) &&
         std::equal(element.y.begin(), element.y.end(), batch.y.begin(), same) &&
         (!element.weight.defined() || fits(element.weight, batch.weight, total));
}

void place_tensor(const Tensor& part, Tensor& whole, const Slot& slot) {
  if (slot.at == 0) prepare(whole, part.dtype(), slot.total, part.shape(), slot.in_place);
  const size_t bytes = part.bytes();
  if (bytes == 0) return;
  const Tensor plain = part.contiguous();
  std::memcpy(whole.raw() + size_t(slot.at) * bytes, plain.raw(), bytes);
}

// Calls `f(part, whole)` for tensors that belong together, after making `to` have as many as `from`.
template <class F>
void each_pair(const Batch& from, Batch& to, F f) {
  to.x.resize(from.x.size());
  to.y.resize(from.y.size());
  for (size_t i = 0; i < from.x.size(); ++i) f(from.x[i], to.x[i]);
  for (size_t i = 0; i < from.y.size(); ++i) f(from.y[i], to.y[i]);
  if (from.weight.defined()) f(from.weight, to.weight);
  else to.weight = Tensor();
}

}  // namespace

ElementSpec spec_of(const Batch& element) {
  ElementSpec spec;
  for (const Tensor& tensor : element.x) spec.x.push_back(tensor_spec(tensor));
  for (const Tensor& tensor : element.y) spec.y.push_back(tensor_spec(tensor));
  if (element.weight.defined()) spec.weight = tensor_spec(element.weight);
  return spec;
}

ElementSpec batched(const ElementSpec& element, const Dim& first) {
  ElementSpec spec = element;
  for (TensorSpec& x : spec.x) x.shape.insert(0, first);
  for (TensorSpec& y : spec.y) y.shape.insert(0, first);
  if (spec.weight) spec.weight->shape.insert(0, first);
  return spec;
}

std::string text(const ElementSpec& spec) {
  std::string out = named_text("x", spec.x);
  if (!spec.y.empty()) out += ", " + named_text("y", spec.y);
  if (spec.weight) out += ", " + named_text("weight", {*spec.weight});
  return out;
}

void prepare(Tensor& tensor, DType type, int64_t total, const Shape& rest, bool in_place) {
  const bool usable = tensor.defined() && tensor.dtype() == type && (in_place || is_own(tensor));
  if (usable && has_shape(tensor, total, rest) && tensor.is_contiguous()) return;
  const Shape shape = total < 0 ? rest : with_first(total, rest);
  if (!reuse(tensor, type, shape)) tensor = Tensor(shape, type);
}

void place(const Batch& element, const Slot& slot) {
  if (slot.at > 0 && !fits(element, slot.into, slot.total)) fail_unequal(element, slot.into);
  each_pair(element, slot.into, [&](const Tensor& part, Tensor& whole) { place_tensor(part, whole, slot); });
}

void copy_into(const Tensor& from, Tensor& to) {
  prepare(to, from.dtype(), -1, from.shape(), false);
  if (from.size() == 0) return;
  const Tensor plain = from.contiguous();
  std::memcpy(to.raw(), plain.raw(), plain.bytes());
}

void copy_into(const Batch& from, Batch& to) {
  each_pair(from, to, [](const Tensor& part, Tensor& whole) { copy_into(part, whole); });
}

void let_go_of_shared(Batch& batch) {
  each_tensor(batch, [](Tensor& tensor) {
    if (tensor.defined() && !is_own(tensor)) tensor = Tensor();
  });
}

void copy_part(const Batch& batch, int64_t index, Batch& into) {
  each_pair(batch, into, [&](const Tensor& whole, Tensor& part) { copy_into(whole[index], part); });
}

void shorten(Batch& batch, int64_t count) {
  each_tensor(batch, [&](Tensor& tensor) { tensor = tensor.slice(0, {.start = 0, .stop = count}); });
}

int64_t first_axis(const Batch& batch, const char* doing) {
  int64_t count = -1;
  each_tensor(batch, [&](const Tensor& tensor) {
    if (tensor.rank() == 0)
      fail(std::string(doing) + " needs tensors with a first axis for the samples, and was given a scalar",
           "expand_dims(0) for a single sample");
    if (count < 0) count = tensor.dim(0);
    if (tensor.dim(0) != count)
      fail(std::string(doing) + " was given tensors with different numbers of samples: " + text(spec_of(batch)),
           "the same first axis for all");
  });
  return count;
}

}  // namespace cajal::internal
