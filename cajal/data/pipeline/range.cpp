// Dataset::range: integers in steps.
#include "cajal/base/error.h"
#include "cajal/data/internal/node.h"

namespace cajal {
namespace {

using namespace internal;

class RangeRows : public Rows {
 public:
  RangeRows(int64_t start, int64_t step, int64_t size) : start_(start), step_(step), size_(size) {}
  int64_t size() const override { return size_; }

  void element(int64_t row, Batch& into) override {
    prepare(only(into), DType::int64, -1, {}, false);
    *into.x[0].data<int64_t>() = start_ + row * step_;
  }

  void gather(std::span<const int64_t> rows, const Slot& slot) override {
    prepare(only(slot.into), DType::int64, slot.total, {}, slot.in_place);
    int64_t* to = slot.into.x[0].data<int64_t>() + slot.at;
    for (int64_t row : rows) *to++ = start_ + row * step_;
  }

 private:
  static Tensor& only(Batch& into) {
    into.x.resize(1);
    into.y.clear();
    into.weight = Tensor();
    return into.x[0];
  }
  int64_t start_, step_, size_;
};

class RangeNode : public DatasetNode {
 public:
  RangeNode(int64_t start, int64_t step, int64_t size) : start_(start), step_(step), size_(size) {}
  int64_t cardinality() const override { return size_; }
  bool indexed() const override { return true; }
  std::unique_ptr<Rows> rows(uint64_t) const override { return std::make_unique<RangeRows>(start_, step_, size_); }

 protected:
  ElementSpec find_spec() const override { return {.x = {{{}, DType::int64}}, .y = {}, .weight = {}}; }

 private:
  int64_t start_, step_, size_;
};

}  // namespace

Dataset Dataset::range(int64_t start, int64_t stop, int64_t step) {
  if (step == 0) fail("a range with step 0", "a step of 1, or -1 to count downwards");
  // Unsigned, because the distance between two integers need not fit a signed one.
  const uint64_t distance = step > 0 ? uint64_t(stop) - uint64_t(start) : uint64_t(start) - uint64_t(stop);
  const uint64_t stride = step > 0 ? uint64_t(step) : 0 - uint64_t(step);
  const bool empty = step > 0 ? stop <= start : stop >= start;
  const uint64_t size = empty ? 0 : (distance - 1) / stride + 1;
  if (size >= uint64_t(infinite)) fail("a range with more elements than can be counted");
  return Dataset(std::make_shared<RangeNode>(start, step, int64_t(size)));
}

}  // namespace cajal
