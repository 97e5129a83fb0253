// Dataset::filter: the elements for which a function says yes.
#include "cajal/base/error.h"
#include "cajal/data/internal/node.h"

namespace cajal {
namespace {

using namespace internal;
using Keep = std::function<bool(const Batch&)>;

class FilterPass : public Pass {
 public:
  FilterPass(std::unique_ptr<Pass> input, const Keep& keep) : input_(std::move(input)), keep_(keep) {}
  bool next(Batch& into) override {
    while (input_->next(into)) {
      if (keep_(into)) return true;
      let_go_of_shared(into);
    }
    return false;
  }

 private:
  std::unique_ptr<Pass> input_;
  const Keep& keep_;
};

class FilterNode : public DerivedNode {
 public:
  FilterNode(NodePointer input, Keep keep) : DerivedNode(std::move(input)), keep_(std::move(keep)) {}
  int64_t cardinality() const override { return Dataset::unknown; }
  bool indexed() const override { return false; }
  std::unique_ptr<Pass> pass(uint64_t epoch) const override {
    return std::make_unique<FilterPass>(input_->pass(epoch), keep_);
  }

 private:
  Keep keep_;
};

}  // namespace

Dataset Dataset::filter(std::function<bool(const Batch&)> keep) const {
  if (!keep) fail("filter was given no function");
  return Dataset(std::make_shared<FilterNode>(node(), std::move(keep)));
}

}  // namespace cajal
