// Dataset::unbatch: the parts along the first axis, one by one.
#include <algorithm>

#include "cajal/data/internal/node.h"

namespace cajal {
namespace {

using namespace internal;

class UnbatchPass : public Pass {
 public:
  explicit UnbatchPass(std::unique_ptr<Pass> input) : input_(std::move(input)) {}

  bool next(Batch& into) override {
    if (!have_part()) return false;
    copy_part(batch_, place_++, into);
    return true;
  }

  int64_t skip(int64_t count) override {
    int64_t skipped = 0;
    while (skipped < count && have_part()) {
      const int64_t step = std::min(count - skipped, length_ - place_);
      place_ += step;
      skipped += step;
    }
    return skipped;
  }

 private:
  bool have_part() {
    while (place_ == length_) {
      let_go_of_shared(batch_);
      if (!input_->next(batch_)) return false;
      length_ = first_axis(batch_, "unbatch");
      place_ = 0;
    }
    return true;
  }

  std::unique_ptr<Pass> input_;
  Batch batch_;
  int64_t place_ = 0, length_ = 0;
};

class UnbatchNode : public DerivedNode {
 public:
  using DerivedNode::DerivedNode;
  int64_t cardinality() const override {
    const int64_t batches = input_->cardinality();
    return batches == 0 || batches == Dataset::infinite ? batches : Dataset::unknown;
  }
  bool indexed() const override { return false; }
  int64_t batch_size() const override { return 0; }
  std::unique_ptr<Pass> pass(uint64_t epoch) const override {
    return std::make_unique<UnbatchPass>(input_->pass(epoch));
  }

 protected:
  ElementSpec find_spec() const override { return DatasetNode::find_spec(); }
};

}  // namespace

Dataset Dataset::unbatch() const { return Dataset(std::make_shared<UnbatchNode>(node())); }

}  // namespace cajal
