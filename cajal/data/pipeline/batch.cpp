// Dataset::batch: elements side by side along a new first axis.
#include <algorithm>

#include "cajal/base/error.h"
#include "cajal/data/internal/node.h"

namespace cajal {
namespace {

using namespace internal;

struct Cut {
  int64_t size;
  bool drop_remainder;

  int64_t batches(int64_t elements) const {
    if (!is_finite(elements)) return elements;
    return drop_remainder ? elements / size : elements / size + (elements % size != 0);
  }
};

class BatchRows : public Rows {
 public:
  BatchRows(std::unique_ptr<Rows> input, Cut cut) : input_(std::move(input)), cut_(cut) {}
  int64_t size() const override { return cut_.batches(input_->size()); }
  void element(int64_t row, Batch& into) override {
    const int64_t first = row * cut_.size;
    numbers_.resize(size_t(std::min(cut_.size, input_->size() - first)));
    std::iota(numbers_.begin(), numbers_.end(), first);
    input_->gather(numbers_, {into, 0, int64_t(numbers_.size())});
  }

 private:
  std::unique_ptr<Rows> input_;
  Cut cut_;
  std::vector<int64_t> numbers_;
};

class BatchPass : public Pass {
 public:
  BatchPass(std::unique_ptr<Pass> input, Cut cut) : input_(std::move(input)), cut_(cut) {}

  bool next(Batch& into) override {
    int64_t count = 0;
    for (; count < cut_.size && input_->next(element_); ++count) {
      place(element_, {into, count, cut_.size});
      let_go_of_shared(element_);
    }
    if (count == 0 || (count < cut_.size && cut_.drop_remainder)) return false;
    if (count < cut_.size) shorten(into, count);
    return true;
  }

  int64_t skip(int64_t count) override {
    int64_t elements = 0;
    const bool too_many = __builtin_mul_overflow(count, cut_.size, &elements);
    const int64_t skipped = input_->skip(too_many ? INT64_MAX : elements);
    return cut_.batches(skipped);
  }

 private:
  std::unique_ptr<Pass> input_;
  Cut cut_;
  Batch element_;
};

class BatchNode : public DerivedNode {
 public:
  BatchNode(NodePointer input, Cut cut) : DerivedNode(std::move(input)), cut_(cut) {}
  int64_t cardinality() const override { return cut_.batches(input_->cardinality()); }
  int64_t batch_size() const override { return cut_.size; }

  std::unique_ptr<Rows> rows(uint64_t epoch) const override {
    return std::make_unique<BatchRows>(input_->rows(epoch), cut_);
  }
  std::unique_ptr<Pass> pass(uint64_t epoch) const override {
    if (indexed()) return DatasetNode::pass(epoch);
    return std::make_unique<BatchPass>(input_->pass(epoch), cut_);
  }

 protected:
  ElementSpec find_spec() const override {
    return batched(input_->spec(), cut_.drop_remainder ? Dim(cut_.size) : Dim::symbol("batch"));
  }

 private:
  Cut cut_;
};

}  // namespace

Dataset Dataset::batch(int64_t batch_size, bool drop_remainder) const {
  if (batch_size < 1) fail("batches of " + std::to_string(batch_size) + " samples", "a batch size of 1 or more");
  return Dataset(std::make_shared<BatchNode>(node(), Cut{batch_size, drop_remainder}));
}

}  // namespace cajal
