// Dataset::cache: the elements of the first whole pass, kept in memory.
#include <utility>

#include "cajal/data/internal/node.h"

namespace cajal {
namespace {

using namespace internal;
using Elements = std::vector<Batch>;

class CachedRows : public Rows {
 public:
  explicit CachedRows(std::shared_ptr<const Elements> elements) : elements_(std::move(elements)) {}
  int64_t size() const override { return int64_t(elements_->size()); }
  // A copy: what the user does to an element must not change the next epoch's.
  void element(int64_t row, Batch& into) override { copy_into((*elements_)[size_t(row)], into); }
  void gather(std::span<const int64_t> rows, const Slot& slot) override {
    int64_t at = slot.at;
    for (int64_t row : rows) place((*elements_)[size_t(row)], {slot.into, at++, slot.total, slot.in_place});
  }

 private:
  std::shared_ptr<const Elements> elements_;
};

// What a node has kept; set once, by the first pass that came to its end.
class Store {
 public:
  std::shared_ptr<const Elements> get() const {
    std::lock_guard lock(guard_);
    return elements_;
  }
  void set(std::shared_ptr<const Elements> elements) {
    std::lock_guard lock(guard_);
    if (!elements_) elements_ = std::move(elements);
  }

 private:
  mutable std::mutex guard_;
  std::shared_ptr<const Elements> elements_;
};

class RecordingPass : public Pass {
 public:
  RecordingPass(std::unique_ptr<Pass> input, Store& store) : input_(std::move(input)), store_(store) {}

  bool next(Batch& into) override {
    if (!input_->next(into)) {
      if (seen_) store_.set(std::exchange(seen_, nullptr));
      return false;
    }
    if (!seen_) return true;
    Batch kept;
    copy_into(into, kept);
    seen_->push_back(std::move(kept));
    return true;
  }

 private:
  std::unique_ptr<Pass> input_;
  Store& store_;
  std::shared_ptr<Elements> seen_ = std::make_shared<Elements>();
};

class CacheNode : public DerivedNode {
 public:
  using DerivedNode::DerivedNode;
  int64_t cardinality() const override {
    const auto kept = store_.get();
    return kept ? int64_t(kept->size()) : input_->cardinality();
  }
  bool indexed() const override { return store_.get() != nullptr; }
  std::unique_ptr<Rows> rows(uint64_t) const override { return std::make_unique<CachedRows>(store_.get()); }
  std::unique_ptr<Pass> pass(uint64_t epoch) const override {
    if (indexed()) return DatasetNode::pass(epoch);
    return std::make_unique<RecordingPass>(input_->pass(epoch), store_);
  }

 private:
  mutable Store store_;
};

}  // namespace

Dataset Dataset::cache() const { return Dataset(std::make_shared<CacheNode>(node())); }

}  // namespace cajal
