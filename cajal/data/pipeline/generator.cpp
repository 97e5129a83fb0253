// Dataset::from_generator: whatever a function hands out.
#include "cajal/base/error.h"
#include "cajal/data/internal/node.h"

namespace cajal {
namespace {

using namespace internal;

class GeneratorPass : public Pass {
 public:
  explicit GeneratorPass(std::function<bool(Batch&)> generate) : generate_(std::move(generate)) {}
  bool next(Batch& into) override {
    // What it was given before may belong to the generator: it starts from nothing.
    into = Batch();
    more_ = more_ && generate_(into);
    return more_;
  }

 private:
  std::function<bool(Batch&)> generate_;
  bool more_ = true;
};

class GeneratorNode : public DatasetNode {
 public:
  GeneratorNode(std::function<std::function<bool(Batch&)>()> make, Dataset::GeneratorOptions options)
      : make_(std::move(make)), options_(options) {}
  int64_t cardinality() const override { return options_.size; }
  int64_t batch_size() const override { return options_.batch_size; }
  std::unique_ptr<Pass> pass(uint64_t) const override { return std::make_unique<GeneratorPass>(make_()); }

 private:
  std::function<std::function<bool(Batch&)>()> make_;
  Dataset::GeneratorOptions options_;
};

}  // namespace

Dataset Dataset::from_generator(std::function<std::function<bool(Batch&)>()> make, GeneratorOptions options) {
  if (!make) fail("a data set was made from no generator");
  if (options.size < unknown || options.batch_size < 0)
    fail("a generator of " + std::to_string(options.size) + " elements in batches of " +
             std::to_string(options.batch_size),
         "numbers of 0 or more, or Dataset::unknown elements");
  return Dataset(std::make_shared<GeneratorNode>(std::move(make), options));
}

}  // namespace cajal
