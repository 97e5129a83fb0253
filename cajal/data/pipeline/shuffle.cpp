// Dataset::shuffle: random order, the same one for the same seed and epoch.
#include <algorithm>

#include "cajal/base/error.h"
#include "cajal/data/internal/node.h"
#include "cajal/data/internal/permutation.h"

namespace cajal {
namespace {

using namespace internal;

// Numbers beyond this would not fit memory as a list.
constexpr int64_t most_listed = int64_t(1) << 28;

struct Order {
  int64_t buffer_size;  // 0: everything
  uint64_t seed;
  bool reshuffle;

  random::Stream stream(uint64_t epoch) const { return stream_at(seed, reshuffle ? epoch : 0, 0); }
};

class ShuffleRows : public Rows {
 public:
  ShuffleRows(std::unique_ptr<Rows> input, std::vector<int64_t> order)
      : input_(std::move(input)), order_(std::move(order)) {}
  int64_t size() const override { return int64_t(order_.size()); }
  void element(int64_t row, Batch& into) override { input_->element(order_[size_t(row)], into); }
  void gather(std::span<const int64_t> rows, const Slot& slot) override {
    chosen_.clear();
    for (int64_t row : rows) chosen_.push_back(order_[size_t(row)]);
    input_->gather(chosen_, slot);
  }

 private:
  std::unique_ptr<Rows> input_;
  std::vector<int64_t> order_, chosen_;
};

// What comes in fills a buffer; what goes out is drawn from it. The draws are those of windowed_permutation.
class ShufflePass : public Pass {
 public:
  ShufflePass(std::unique_ptr<Pass> input, int64_t buffer_size, random::Stream stream)
      : input_(std::move(input)), room_(buffer_size == 0 ? Dataset::infinite : buffer_size), stream_(stream) {}

  bool next(Batch& into) override {
    while (more_ && int64_t(buffer_.size()) < room_) fetch();
    if (buffer_.empty()) return false;
    std::swap(buffer_[size_t(draw_below(stream_, int64_t(buffer_.size())))], buffer_.back());
    into = std::move(buffer_.back());
    buffer_.pop_back();
    return true;
  }

 private:
  void fetch() {
    Batch element;
    more_ = input_->next(element);
    if (more_) buffer_.push_back(std::move(element));
  }

  std::unique_ptr<Pass> input_;
  int64_t room_;
  random::Stream stream_;
  std::vector<Batch> buffer_;
  bool more_ = true;
};

class ShuffleNode : public DerivedNode {
 public:
  ShuffleNode(NodePointer input, Order order) : DerivedNode(std::move(input)), order_(order) {}
  bool indexed() const override { return input_->indexed() && input_->cardinality() <= most_listed; }

  std::unique_ptr<Rows> rows(uint64_t epoch) const override {
    const int64_t count = input_->cardinality();
    random::Stream stream = order_.stream(epoch);
    const int64_t window = order_.buffer_size == 0 ? count : order_.buffer_size;
    return std::make_unique<ShuffleRows>(input_->rows(epoch), windowed_permutation(count, window, stream));
  }

  std::unique_ptr<Pass> pass(uint64_t epoch) const override {
    if (indexed()) return DatasetNode::pass(epoch);
    return std::make_unique<ShufflePass>(input_->pass(epoch), order_.buffer_size, order_.stream(epoch));
  }

 private:
  Order order_;
};

}  // namespace

Dataset Dataset::shuffle(int64_t buffer_size, std::optional<uint64_t> seed, bool reshuffle_each_iteration) const {
  if (buffer_size < 0)
    fail("a shuffle with a buffer of " + std::to_string(buffer_size), "0 for everything, or a number of elements");
  if (buffer_size == 0 && cardinality() == infinite)
    fail("a shuffle of all elements of a data set without end", "shuffle(buffer_size), or shuffle before repeat");
  const uint64_t chosen = seed ? *seed : random::next_seed();
  return Dataset(std::make_shared<ShuffleNode>(node(), Order{buffer_size, chosen, reshuffle_each_iteration}));
}

}  // namespace cajal
