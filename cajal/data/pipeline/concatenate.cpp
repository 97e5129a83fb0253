// Dataset::concatenate: one data set, then another.
#include <algorithm>

#include "cajal/base/error.h"
#include "cajal/data/internal/node.h"

namespace cajal {
namespace {

using namespace internal;

class ConcatenatedRows : public Rows {
 public:
  ConcatenatedRows(std::unique_ptr<Rows> first, std::unique_ptr<Rows> second)
      : first_(std::move(first)), second_(std::move(second)) {}

  int64_t size() const override {
    return second_->size() >= Dataset::infinite - first_->size() ? Dataset::infinite : first_->size() + second_->size();
  }

  void element(int64_t row, Batch& into) override {
    if (row < first_->size()) first_->element(row, into);
    else second_->element(row - first_->size(), into);
  }

  void gather(std::span<const int64_t> rows, const Slot& slot) override {
    for (size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
      const bool in_first = rows[begin] < first_->size();
      chosen_.clear();
      for (; end < rows.size() && (rows[end] < first_->size()) == in_first; ++end)
        chosen_.push_back(in_first ? rows[end] : rows[end] - first_->size());
      (in_first ? first_ : second_)->gather(chosen_, {slot.into, slot.at + int64_t(begin), slot.total, slot.in_place});
    }
  }

 private:
  std::unique_ptr<Rows> first_, second_;
  std::vector<int64_t> chosen_;
};

class ConcatenatedPass : public Pass {
 public:
  ConcatenatedPass(std::unique_ptr<Pass> first, NodePointer second, uint64_t epoch)
      : pass_(std::move(first)), second_(std::move(second)), epoch_(epoch) {}

  bool next(Batch& into) override { return pass_->next(into) || (go_on() && pass_->next(into)); }

  int64_t skip(int64_t count) override {
    const int64_t skipped = pass_->skip(count);
    return skipped < count && go_on() ? skipped + pass_->skip(count - skipped) : skipped;
  }

 private:
  bool go_on() {
    if (!second_) return false;
    pass_ = second_->pass(epoch_);
    second_ = nullptr;
    return true;
  }

  std::unique_ptr<Pass> pass_;
  NodePointer second_;
  uint64_t epoch_;
};

class ConcatenatedNode : public DerivedNode {
 public:
  ConcatenatedNode(NodePointer first, NodePointer second) : DerivedNode(std::move(first)), second_(std::move(second)) {}

  int64_t cardinality() const override {
    const int64_t a = input_->cardinality(), b = second_->cardinality();
    if (a == Dataset::infinite || b == Dataset::infinite) return Dataset::infinite;
    if (a == Dataset::unknown || b == Dataset::unknown) return Dataset::unknown;
    return b >= Dataset::infinite - a ? Dataset::infinite : a + b;
  }
  bool indexed() const override { return input_->indexed() && second_->indexed() && is_finite(input_->cardinality()); }

  std::unique_ptr<Rows> rows(uint64_t epoch) const override {
    return std::make_unique<ConcatenatedRows>(input_->rows(epoch), second_->rows(epoch));
  }
  std::unique_ptr<Pass> pass(uint64_t epoch) const override {
    if (indexed()) return DatasetNode::pass(epoch);
    // The node outlives its passes; the pointer only says whether the second one was begun.
    return std::make_unique<ConcatenatedPass>(input_->pass(epoch), second_, epoch);
  }

 private:
  NodePointer second_;
};

}  // namespace

Dataset Dataset::concatenate(const Dataset& other) const {
  // Only what is known without running anything of the user's is compared here; the rest shows at the batch.
  if (indexed() && other.indexed() && cardinality() > 0 && other.cardinality() > 0) {
    const ElementSpec first = element_spec(), second = other.element_spec();
    if (!(first == second))
      fail("data sets with different elements cannot follow each other: " + internal::text(first) + ", then " +
               internal::text(second),
           "a map that makes them equal");
  }
  if (batch_size() != other.batch_size())
    fail("data sets with batches of " + std::to_string(batch_size()) + " and " + std::to_string(other.batch_size()) +
             " (0: single samples) cannot follow each other",
         "batch after concatenate");
  return Dataset(std::make_shared<ConcatenatedNode>(node(), other.node()));
}

}  // namespace cajal
