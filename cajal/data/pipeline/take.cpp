// Dataset::take and Dataset::skip: a range of the elements.
#include <algorithm>

#include "cajal/data/internal/node.h"

namespace cajal {
namespace {

using namespace internal;

// Elements [first, last) of the input.
struct Range {
  int64_t first, last;

  int64_t length(int64_t of) const {
    if (of == Dataset::unknown) return last <= first ? 0 : Dataset::unknown;
    if (of == Dataset::infinite && last == Dataset::infinite) return first == Dataset::infinite ? 0 : of;
    return std::max<int64_t>(0, std::min(of, last) - first);
  }
};

class RangeRows : public Rows {
 public:
  RangeRows(std::unique_ptr<Rows> input, Range range) : input_(std::move(input)), range_(range) {}
  int64_t size() const override { return range_.length(input_->size()); }
  void element(int64_t row, Batch& into) override { input_->element(range_.first + row, into); }
  void gather(std::span<const int64_t> rows, const Slot& slot) override {
    chosen_.assign(rows.begin(), rows.end());
    for (int64_t& row : chosen_) row += range_.first;
    input_->gather(chosen_, slot);
  }

 private:
  std::unique_ptr<Rows> input_;
  Range range_;
  std::vector<int64_t> chosen_;
};

class RangePass : public Pass {
 public:
  RangePass(std::unique_ptr<Pass> input, Range range) : input_(std::move(input)), range_(range) {}

  bool next(Batch& into) override {
    if (!reach_first() || place_ >= range_.last || !input_->next(into)) return false;
    ++place_;
    return true;
  }

  int64_t skip(int64_t count) override {
    if (!reach_first()) return 0;
    const int64_t skipped = input_->skip(std::clamp<int64_t>(count, 0, range_.last - place_));
    place_ += skipped;
    return skipped;
  }

 private:
  bool reach_first() {
    if (place_ < range_.first) place_ += input_->skip(range_.first - place_);
    return place_ >= range_.first;
  }

  std::unique_ptr<Pass> input_;
  Range range_;
  int64_t place_ = 0;
};

class EmptyPass : public Pass {
 public:
  bool next(Batch&) override { return false; }
};

class RangeNode : public DerivedNode {
 public:
  RangeNode(NodePointer input, Range range) : DerivedNode(std::move(input)), range_(range) {}
  int64_t cardinality() const override { return range_.length(input_->cardinality()); }
  std::unique_ptr<Rows> rows(uint64_t epoch) const override {
    return std::make_unique<RangeRows>(input_->rows(epoch), range_);
  }
  std::unique_ptr<Pass> pass(uint64_t epoch) const override {
    // Without a look at the input: leaving out all of an endless one would never end.
    if (range_.last <= range_.first || range_.first == Dataset::infinite) return std::make_unique<EmptyPass>();
    if (indexed()) return DatasetNode::pass(epoch);
    return std::make_unique<RangePass>(input_->pass(epoch), range_);
  }

 private:
  Range range_;
};

}  // namespace

Dataset Dataset::take(int64_t count) const {
  return Dataset(std::make_shared<RangeNode>(node(), Range{0, count < 0 ? infinite : count}));
}

Dataset Dataset::skip(int64_t count) const {
  return Dataset(std::make_shared<RangeNode>(node(), Range{count < 0 ? infinite : count, infinite}));
}

}  // namespace cajal
