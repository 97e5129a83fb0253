// What a Dataset is made of: a chain of nodes, each of which can be run through in order, and often by number.
#pragma once

#include <atomic>
#include <mutex>
#include <numeric>

#include "cajal/data/dataset.h"

namespace cajal::internal {

/// Where gathered elements go: places [at, ...) of batches with `total` elements.
struct Slot {
  Batch& into;
  int64_t at = 0;
  int64_t total = 0;
  /// Tensors that fit are written even if others hold them too: the caller owns that memory on purpose.
  bool in_place = false;
};

/// One pass over the elements, in order.
class Pass {
 public:
  virtual ~Pass() = default;
  virtual bool next(Batch& into) = 0;
  /// Leaves out up to `count` elements; gives how many there were.
  virtual int64_t skip(int64_t count);
};

/// The elements of one epoch by number. Belongs to one cursor: it may have buffers of its own.
class Rows {
 public:
  virtual ~Rows() = default;
  /// May be Dataset::infinite. Callers keep to rows in [0, size).
  virtual int64_t size() const = 0;
  /// One element. What it puts there belongs to the caller: no view of the source.
  virtual void element(int64_t row, Batch& into) = 0;
  /// Several elements, side by side along a first axis. Here: one by one.
  virtual void gather(std::span<const int64_t> rows, const Slot& slot);

 private:
  Batch scratch_;
};

class DatasetNode {
 public:
  virtual ~DatasetNode() = default;
  virtual int64_t cardinality() const = 0;
  virtual bool indexed() const { return false; }
  virtual int64_t batch_size() const { return 0; }
  /// Only where indexed.
  virtual std::unique_ptr<Rows> rows(uint64_t epoch) const;
  /// Here: the rows one after the other.
  virtual std::unique_ptr<Pass> pass(uint64_t epoch) const;
  /// Found once, then remembered.
  ElementSpec spec() const;
  /// The epoch that the next plain loop runs.
  uint64_t next_epoch() const { return epochs_++; }

 protected:
  /// Here: that of the first element.
  virtual ElementSpec find_spec() const;

 private:
  mutable std::atomic<uint64_t> epochs_{0};
  mutable std::mutex guard_;
  mutable std::optional<ElementSpec> spec_;
};

using NodePointer = std::shared_ptr<const DatasetNode>;

/// A node with one input that it resembles.
class DerivedNode : public DatasetNode {
 public:
  explicit DerivedNode(NodePointer input) : input_(std::move(input)) {}
  int64_t cardinality() const override { return input_->cardinality(); }
  bool indexed() const override { return input_->indexed(); }
  int64_t batch_size() const override { return input_->batch_size(); }

 protected:
  ElementSpec find_spec() const override { return input_->spec(); }
  NodePointer input_;
};

/// True where the number of elements is known and has an end.
inline bool is_finite(int64_t cardinality) { return cardinality >= 0 && cardinality != Dataset::infinite; }

/// Calls `f(tensor)` for each tensor of the batch, the weight last.
template <class Tensors, class F>
void each_tensor(Tensors& batch, F f) {
  for (auto& tensor : batch.x) f(tensor);
  for (auto& tensor : batch.y) f(tensor);
  if (batch.weight.defined()) f(batch.weight);
}

ElementSpec spec_of(const Batch& element);
/// The spec of batches with that first dimension.
ElementSpec batched(const ElementSpec& element, const Dim& first);
/// "x [28, 28] uint8, y [] uint8"
std::string text(const ElementSpec& spec);

/// Makes `tensor` row-major memory of that type and shape ([total] in front if >= 0), the memory that it has if it
/// fits.
void prepare(Tensor& tensor, DType type, int64_t total, const Shape& rest, bool in_place);
/// Writes one element into place `slot.at`. Error where it differs from those before it.
void place(const Batch& element, const Slot& slot);
/// Writes a copy of one tensor into another's memory, or into new memory.
void copy_into(const Tensor& from, Tensor& to);
void copy_into(const Batch& from, Batch& to);
/// Lets go of every tensor whose memory others hold too, so that it will not be written over.
void let_go_of_shared(Batch& batch);
/// The part at one index of the first axis of all tensors, copied.
void copy_part(const Batch& batch, int64_t index, Batch& into);
/// The first `count` of the first axis of all tensors.
void shorten(Batch& batch, int64_t count);
/// The length of the first axis; Error where the tensors' differ, or one is a scalar.
int64_t first_axis(const Batch& batch, const char* doing);

/// A stream of random numbers for a place in an epoch.
random::Stream stream_at(uint64_t seed, uint64_t epoch, uint64_t position);

}  // namespace cajal::internal
