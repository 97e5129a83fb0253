#include "cajal/data/internal/node.h"

#include <algorithm>

#include "cajal/base/error.h"

namespace cajal::internal {
namespace {

class RowsPass : public Pass {
 public:
  explicit RowsPass(std::unique_ptr<Rows> rows) : rows_(std::move(rows)) {}

  bool next(Batch& into) override {
    if (position_ >= rows_->size()) return false;
    rows_->element(position_++, into);
    return true;
  }

  int64_t skip(int64_t count) override {
    const int64_t skipped = std::clamp<int64_t>(count, 0, rows_->size() - position_);
    position_ += skipped;
    return skipped;
  }

 private:
  std::unique_ptr<Rows> rows_;
  int64_t position_ = 0;
};

}  // namespace

int64_t Pass::skip(int64_t count) {
  Batch unused;
  int64_t skipped = 0;
  while (skipped < count && next(unused)) ++skipped;
  return skipped;
}

void Rows::gather(std::span<const int64_t> rows, const Slot& slot) {
  int64_t at = slot.at;
  for (int64_t row : rows) {
    let_go_of_shared(scratch_);
    element(row, scratch_);
    place(scratch_, {slot.into, at++, slot.total, slot.in_place});
  }
}

std::unique_ptr<Rows> DatasetNode::rows(uint64_t) const { return nullptr; }

std::unique_ptr<Pass> DatasetNode::pass(uint64_t epoch) const { return std::make_unique<RowsPass>(rows(epoch)); }

ElementSpec DatasetNode::spec() const {
  std::lock_guard lock(guard_);
  if (!spec_) spec_ = find_spec();
  return *spec_;
}

ElementSpec DatasetNode::find_spec() const {
  Batch first;
  if (!pass(0)->next(first)) fail("the data set is empty: it has no first element to tell its shapes and types");
  return spec_of(first);
}

random::Stream stream_at(uint64_t seed, uint64_t epoch, uint64_t position) {
  return random::Stream(random::mix(random::mix(seed ^ random::mix(epoch)) + position));
}

}  // namespace cajal::internal
