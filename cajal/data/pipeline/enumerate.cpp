// Dataset::enumerate: each element's number as its first input.
#include "cajal/data/internal/node.h"

namespace cajal {
namespace {

using namespace internal;

void put_number(int64_t number, Batch& into) {
  into.x.insert(into.x.begin(), Tensor({}, DType::int64));
  *into.x[0].data<int64_t>() = number;
}

class EnumeratedRows : public Rows {
 public:
  EnumeratedRows(std::unique_ptr<Rows> input, int64_t start) : input_(std::move(input)), start_(start) {}
  int64_t size() const override { return input_->size(); }
  void element(int64_t row, Batch& into) override {
    into = Batch();
    input_->element(row, into);
    put_number(start_ + row, into);
  }

 private:
  std::unique_ptr<Rows> input_;
  int64_t start_;
};

class EnumeratedPass : public Pass {
 public:
  EnumeratedPass(std::unique_ptr<Pass> input, int64_t start) : input_(std::move(input)), number_(start) {}
  bool next(Batch& into) override {
    into = Batch();
    if (!input_->next(into)) return false;
    put_number(number_++, into);
    return true;
  }
  int64_t skip(int64_t count) override {
    const int64_t skipped = input_->skip(count);
    number_ += skipped;
    return skipped;
  }

 private:
  std::unique_ptr<Pass> input_;
  int64_t number_;
};

class EnumeratedNode : public DerivedNode {
 public:
  EnumeratedNode(NodePointer input, int64_t start) : DerivedNode(std::move(input)), start_(start) {}
  std::unique_ptr<Rows> rows(uint64_t epoch) const override {
    return std::make_unique<EnumeratedRows>(input_->rows(epoch), start_);
  }
  std::unique_ptr<Pass> pass(uint64_t epoch) const override {
    return std::make_unique<EnumeratedPass>(input_->pass(epoch), start_);
  }

 protected:
  ElementSpec find_spec() const override {
    ElementSpec spec = input_->spec();
    spec.x.insert(spec.x.begin(), {{}, DType::int64});
    return spec;
  }

 private:
  int64_t start_;
};

}  // namespace

Dataset Dataset::enumerate(int64_t start) const { return Dataset(std::make_shared<EnumeratedNode>(node(), start)); }

}  // namespace cajal
