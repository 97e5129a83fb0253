// Dataset::zip: inputs, targets and weights that come from different data sets.
#include <algorithm>

#include "cajal/base/error.h"
#include "cajal/data/internal/node.h"

namespace cajal {
namespace {

using namespace internal;

// What is done with the elements of x, y and (perhaps) weight; each has a buffer, so that memory is used again.
struct Parts {
  Batch x, y, weight;

  void join(Batch& into) {
    into.x.swap(x.x);
    into.y.swap(y.x);
    if (weight.x.empty()) into.weight = Tensor();
    else std::swap(into.weight, weight.x[0]);
  }
  // Gives the parts the memory that the joined element had.
  void split(Batch& from) {
    x.x.swap(from.x);
    y.x.swap(from.y);
    if (!weight.x.empty()) std::swap(weight.x[0], from.weight);
  }
};

class ZippedRows : public Rows {
 public:
  explicit ZippedRows(std::vector<std::unique_ptr<Rows>> inputs) : inputs_(std::move(inputs)) {}
  int64_t size() const override {
    int64_t size = Dataset::infinite;
    for (const auto& input : inputs_) size = std::min(size, input->size());
    return size;
  }
  void element(int64_t row, Batch& into) override {
    each(into, [&](Rows& input, Batch& part) { input.element(row, part); });
  }
  void gather(std::span<const int64_t> rows, const Slot& slot) override {
    each(slot.into, [&](Rows& input, Batch& part) { input.gather(rows, {part, slot.at, slot.total, slot.in_place}); });
  }

 private:
  template <class F>
  void each(Batch& into, F f) {
    parts_.split(into);
    f(*inputs_[0], parts_.x);
    f(*inputs_[1], parts_.y);
    if (inputs_.size() > 2) f(*inputs_[2], parts_.weight);
    parts_.join(into);
  }

  std::vector<std::unique_ptr<Rows>> inputs_;
  Parts parts_;
};

class ZippedPass : public Pass {
 public:
  explicit ZippedPass(std::vector<std::unique_ptr<Pass>> inputs) : inputs_(std::move(inputs)) {}

  bool next(Batch& into) override {
    parts_ = Parts();
    const bool more = inputs_[0]->next(parts_.x) && inputs_[1]->next(parts_.y) &&
                      (inputs_.size() < 3 || inputs_[2]->next(parts_.weight));
    if (more) parts_.join(into);
    return more;
  }

  int64_t skip(int64_t count) override {
    int64_t skipped = count;
    for (const auto& input : inputs_) skipped = std::min(skipped, input->skip(count));
    return skipped;
  }

 private:
  std::vector<std::unique_ptr<Pass>> inputs_;
  Parts parts_;
};

class ZippedNode : public DatasetNode {
 public:
  explicit ZippedNode(std::vector<NodePointer> inputs) : inputs_(std::move(inputs)) {}

  int64_t cardinality() const override {
    int64_t least = Dataset::infinite;
    for (const NodePointer& input : inputs_) {
      if (input->cardinality() == Dataset::unknown) return Dataset::unknown;
      least = std::min(least, input->cardinality());
    }
    return least;
  }
  bool indexed() const override {
    return std::all_of(inputs_.begin(), inputs_.end(), [](const NodePointer& input) { return input->indexed(); });
  }
  int64_t batch_size() const override { return inputs_[0]->batch_size(); }

  std::unique_ptr<Rows> rows(uint64_t epoch) const override {
    std::vector<std::unique_ptr<Rows>> rows;
    for (const NodePointer& input : inputs_) rows.push_back(input->rows(epoch));
    return std::make_unique<ZippedRows>(std::move(rows));
  }
  std::unique_ptr<Pass> pass(uint64_t epoch) const override {
    if (indexed()) return DatasetNode::pass(epoch);
    std::vector<std::unique_ptr<Pass>> passes;
    for (const NodePointer& input : inputs_) passes.push_back(input->pass(epoch));
    return std::make_unique<ZippedPass>(std::move(passes));
  }

 protected:
  ElementSpec find_spec() const override {
    ElementSpec spec{.x = inputs_[0]->spec().x, .y = inputs_[1]->spec().x, .weight = {}};
    if (inputs_.size() > 2) spec.weight = inputs_[2]->spec().x.at(0);
    return spec;
  }

 private:
  std::vector<NodePointer> inputs_;
};

}  // namespace

Dataset Dataset::zip(const Dataset& x, const Dataset& y, const Dataset& weight) {
  std::vector<NodePointer> inputs{x.node(), y.node()};
  if (weight.defined()) inputs.push_back(weight.node());
  for (const NodePointer& input : inputs)
    if (input->batch_size() != x.batch_size())
      fail("data sets with batches of " + std::to_string(x.batch_size()) + " and " +
               std::to_string(input->batch_size()) + " (0: single samples) cannot be zipped",
           "batch after zip");
  return Dataset(std::make_shared<ZippedNode>(std::move(inputs)));
}

}  // namespace cajal
