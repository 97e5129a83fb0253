// Dataset::repeat: epoch after epoch as one.
#include <algorithm>

#include "cajal/base/error.h"
#include "cajal/data/internal/node.h"

namespace cajal {
namespace {

using namespace internal;

// The input's epoch that is the `time`th of repeat's own epoch.
uint64_t inner_epoch(uint64_t epoch, int64_t count, int64_t time) {
  return (count < 0 ? epoch << 32 : epoch * uint64_t(count)) + uint64_t(time);
}

int64_t repeated(int64_t cardinality, int64_t count) {
  if (cardinality == 0 || count == 0) return 0;
  if (cardinality == Dataset::infinite || count < 0) return Dataset::infinite;
  if (cardinality == Dataset::unknown) return Dataset::unknown;
  int64_t all = 0;
  return __builtin_mul_overflow(cardinality, count, &all) ? Dataset::infinite : all;
}

// Keeps the two epochs used last: a batch may lie across the border of two.
class RepeatRows : public Rows {
 public:
  RepeatRows(NodePointer input, int64_t count, uint64_t epoch)
      : input_(std::move(input)), count_(count), epoch_(epoch), length_(input_->cardinality()) {}
  int64_t size() const override { return repeated(length_, count_); }

  void element(int64_t row, Batch& into) override { at(row / length_).element(row % length_, into); }

  void gather(std::span<const int64_t> rows, const Slot& slot) override {
    for (size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
      const int64_t time = rows[begin] / length_;
      chosen_.clear();
      for (; end < rows.size() && rows[end] / length_ == time; ++end) chosen_.push_back(rows[end] % length_);
      at(time).gather(chosen_, {slot.into, slot.at + int64_t(begin), slot.total, slot.in_place});
    }
  }

 private:
  Rows& at(int64_t time) {
    if (times_[0] != time) {
      std::swap(times_[0], times_[1]);
      std::swap(rows_[0], rows_[1]);
    }
    if (times_[0] != time) {
      rows_[0] = input_->rows(inner_epoch(epoch_, count_, time));
      times_[0] = time;
    }
    return *rows_[0];
  }

  NodePointer input_;
  int64_t count_;
  uint64_t epoch_;
  int64_t length_;
  std::unique_ptr<Rows> rows_[2];
  int64_t times_[2] = {-1, -1};
  std::vector<int64_t> chosen_;
};

class RepeatPass : public Pass {
 public:
  RepeatPass(NodePointer input, int64_t count, uint64_t epoch)
      : input_(std::move(input)), count_(count), epoch_(epoch) {}

  bool next(Batch& into) override {
    while (begin_time()) {
      if (pass_->next(into)) return moved(1), true;
      if (!end_time()) return false;
    }
    return false;
  }

  int64_t skip(int64_t count) override {
    int64_t skipped = 0;
    while (skipped < count && begin_time()) {
      const int64_t step = pass_->skip(count - skipped);
      moved(step);
      skipped += step;
      if (skipped < count && !end_time()) break;
    }
    return skipped;
  }

 private:
  bool begin_time() {
    if (pass_) return true;
    if (count_ >= 0 && time_ >= count_) return false;
    pass_ = input_->pass(inner_epoch(epoch_, count_, time_));
    in_this_time_ = 0;
    return true;
  }

  // False where the input is empty: repeating that would never end.
  bool end_time() {
    pass_.reset();
    ++time_;
    return in_this_time_ > 0;
  }

  void moved(int64_t count) { in_this_time_ += count; }

  NodePointer input_;
  int64_t count_;
  uint64_t epoch_;
  std::unique_ptr<Pass> pass_;
  int64_t time_ = 0, in_this_time_ = 0;
};

class RepeatNode : public DerivedNode {
 public:
  RepeatNode(NodePointer input, int64_t count) : DerivedNode(std::move(input)), count_(count) {}
  int64_t cardinality() const override { return repeated(input_->cardinality(), count_); }
  bool indexed() const override { return input_->indexed() && is_finite(input_->cardinality()); }

  std::unique_ptr<Rows> rows(uint64_t epoch) const override {
    return std::make_unique<RepeatRows>(input_, count_, epoch);
  }
  std::unique_ptr<Pass> pass(uint64_t epoch) const override {
    if (indexed()) return DatasetNode::pass(epoch);
    return std::make_unique<RepeatPass>(input_, count_, epoch);
  }

 private:
  int64_t count_;
};

}  // namespace

Dataset Dataset::repeat(int64_t count) const {
  return Dataset(std::make_shared<RepeatNode>(node(), count < 0 ? -1 : count));
}

}  // namespace cajal
