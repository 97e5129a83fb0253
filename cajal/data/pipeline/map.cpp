// Dataset::map: each element as a function changes it.
#include "cajal/data/internal/map.h"

#include <deque>

#include "cajal/base/error.h"
#include "cajal/data/internal/node.h"
#include "cajal/data/internal/parallel_elements.h"

namespace cajal {
namespace {

using namespace internal;

class MapRows : public Rows {
 public:
  MapRows(std::unique_ptr<Rows> input, const Change& change, int parallel, uint64_t epoch)
      : input_(std::move(input)), change_(change), parallel_(parallel), epoch_(epoch) {}
  int64_t size() const override { return input_->size(); }

  void element(int64_t row, Batch& into) override {
    Batch element;
    input_->element(row, element);
    into = change_(std::move(element), epoch_, uint64_t(row));
  }

  // The input is read on this thread: only the function is known to stand several.
  void gather(std::span<const int64_t> rows, const Slot& slot) override {
    std::vector<Batch> elements(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) input_->element(rows[i], elements[i]);
    auto make = [&](int64_t i) { return change_(std::move(elements[size_t(i)]), epoch_, uint64_t(rows[size_t(i)])); };
    parallel_elements(int64_t(rows.size()), parallel_, make, [&](int64_t i, const Batch& element) {
      place(element, {slot.into, slot.at + i, slot.total, slot.in_place});
    });
  }

 private:
  std::unique_ptr<Rows> input_;
  const Change& change_;
  int parallel_;
  uint64_t epoch_;
};

// Reads ahead as many elements as are changed at a time.
class MapPass : public Pass {
 public:
  MapPass(std::unique_ptr<Pass> input, const Change& change, int parallel, uint64_t epoch)
      : input_(std::move(input)), change_(change), parallel_(parallel), epoch_(epoch) {}

  bool next(Batch& into) override {
    if (ready_.empty()) fetch();
    if (ready_.empty()) return false;
    if (ready_.front().error) std::rethrow_exception(ready_.front().error);
    into = std::move(ready_.front().element);
    ready_.pop_front();
    return true;
  }

  int64_t skip(int64_t count) override {
    int64_t skipped = 0;
    for (; skipped < count && !ready_.empty(); ++skipped) ready_.pop_front();
    const int64_t further = skipped < count ? input_->skip(count - skipped) : 0;
    position_ += uint64_t(further);
    return skipped + further;
  }

 private:
  struct Ready {
    Batch element;
    std::exception_ptr error;
  };

  void fetch() {
    std::vector<Batch> elements;
    std::exception_ptr input_error;
    for (Batch element; int(elements.size()) < parallel_; element = Batch()) try {
        if (!input_->next(element)) break;
        elements.push_back(std::move(element));
      } catch (...) {
        input_error = std::current_exception();
        break;
      }
    change_all(elements);
    if (input_error) ready_.push_back({{}, input_error});
  }

  void change_all(std::vector<Batch>& elements) {
    const uint64_t first = position_;
    position_ += elements.size();
    auto make = [&](int64_t i) { return change_(std::move(elements[size_t(i)]), epoch_, first + uint64_t(i)); };
    try {
      parallel_elements(int64_t(elements.size()), parallel_, make, [&](int64_t, Batch& element) {
        ready_.push_back({std::move(element), nullptr});
      });
    } catch (...) {
      ready_.push_back({{}, std::current_exception()});
    }
  }

  std::unique_ptr<Pass> input_;
  const Change& change_;
  int parallel_;
  uint64_t epoch_, position_ = 0;
  std::deque<Ready> ready_;
};

class MapNode : public DerivedNode {
 public:
  MapNode(NodePointer input, Change change, int parallel)
      : DerivedNode(std::move(input)), change_(std::move(change)), parallel_(parallel) {}

  std::unique_ptr<Rows> rows(uint64_t epoch) const override {
    return std::make_unique<MapRows>(input_->rows(epoch), change_, parallel_, epoch);
  }
  std::unique_ptr<Pass> pass(uint64_t epoch) const override {
    return std::make_unique<MapPass>(input_->pass(epoch), change_, parallel_, epoch);
  }

 protected:
  ElementSpec find_spec() const override { return DatasetNode::find_spec(); }

 private:
  Change change_;
  int parallel_;
};

}  // namespace

Dataset internal::changed(const Dataset& data, Change change, int parallel) {
  check_parallel_calls(parallel);
  return Dataset(std::make_shared<MapNode>(data.node(), std::move(change), parallel));
}

Dataset Dataset::map(std::function<Batch(Batch)> f, int num_parallel_calls) const {
  if (!f) fail("map was given no function");
  auto change = [f = std::move(f)](Batch element, uint64_t, uint64_t) { return f(std::move(element)); };
  return changed(*this, std::move(change), num_parallel_calls);
}

Dataset Dataset::map(std::function<Batch(Batch, random::Stream&)> f, uint64_t seed, int num_parallel_calls) const {
  if (!f) fail("map was given no function");
  auto change = [f = std::move(f), seed](Batch element, uint64_t epoch, uint64_t position) {
    random::Stream stream = stream_at(seed, epoch, position);
    return f(std::move(element), stream);
  };
  return changed(*this, std::move(change), num_parallel_calls);
}

}  // namespace cajal
