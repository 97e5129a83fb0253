// Dataset::prefetch: elements made ahead on a thread of its own.
#include <condition_variable>
#include <deque>
#include <exception>
#include <thread>

#include "cajal/base/error.h"
#include "cajal/data/internal/node.h"

namespace cajal {
namespace {

using namespace internal;

// The thread starts at the first element, so that what is skipped before costs what it costs the input.
class PrefetchPass : public Pass {
 public:
  PrefetchPass(std::unique_ptr<Pass> input, int64_t room) : input_(std::move(input)), room_(size_t(room)) {}
  ~PrefetchPass() override {
    {
      std::lock_guard lock(guard_);
      stopping_ = true;
    }
    changed_.notify_all();
    if (producer_.joinable()) producer_.join();
  }

  bool next(Batch& into) override {
    if (!producer_.joinable()) producer_ = std::thread([this] { produce(); });
    std::unique_lock lock(guard_);
    changed_.wait(lock, [this] { return !ready_.empty() || ended_; });
    if (ready_.empty()) {
      if (error_) std::rethrow_exception(error_);
      return false;
    }
    into = std::move(ready_.front());
    ready_.pop_front();
    lock.unlock();
    changed_.notify_all();
    return true;
  }

  int64_t skip(int64_t count) override { return producer_.joinable() ? Pass::skip(count) : input_->skip(count); }

 private:
  void produce() {
    try {
      while (wait_for_room()) {
        Batch element;
        const bool more = input_->next(element);
        add(more ? &element : nullptr);
        if (!more) return;
      }
    } catch (...) {
      std::lock_guard lock(guard_);
      error_ = std::current_exception();
      ended_ = true;
    }
    changed_.notify_all();
  }

  bool wait_for_room() {
    std::unique_lock lock(guard_);
    changed_.wait(lock, [this] { return ready_.size() < room_ || stopping_; });
    return !stopping_;
  }

  void add(Batch* element) {
    {
      std::lock_guard lock(guard_);
      if (element) ready_.push_back(std::move(*element));
      else ended_ = true;
    }
    changed_.notify_all();
  }

  std::unique_ptr<Pass> input_;
  size_t room_;
  std::mutex guard_;
  std::condition_variable changed_;
  std::deque<Batch> ready_;
  std::exception_ptr error_;
  bool ended_ = false, stopping_ = false;
  std::thread producer_;
};

class PrefetchNode : public DerivedNode {
 public:
  PrefetchNode(NodePointer input, int64_t room) : DerivedNode(std::move(input)), room_(room) {}
  // In order only: by number there is nothing to make ahead.
  bool indexed() const override { return false; }
  std::unique_ptr<Pass> pass(uint64_t epoch) const override {
    return std::make_unique<PrefetchPass>(input_->pass(epoch), room_);
  }

 private:
  int64_t room_;
};

}  // namespace

Dataset Dataset::prefetch(int64_t buffer_size) const {
  if (buffer_size < 1)
    fail("a prefetch of " + std::to_string(buffer_size) + " elements", "1 or more; 2 is enough for most");
  return Dataset(std::make_shared<PrefetchNode>(node(), buffer_size));
}

}  // namespace cajal
