#include "cajal/data/dataset.h"

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/data/internal/node.h"

namespace cajal {

Batch::operator const Tensor&() const {
  if (x.empty()) fail("a batch without inputs was used as a tensor", "a data set whose elements have an input");
  return x[0];
}

DatasetCursor::DatasetCursor(std::shared_ptr<const internal::DatasetNode> node, uint64_t epoch)
    : node_(std::move(node)), pass_(node_->pass(epoch)) {}
DatasetCursor::DatasetCursor(DatasetCursor&&) noexcept = default;
// The pass reads from the node: it must go first.
DatasetCursor& DatasetCursor::operator=(DatasetCursor&& other) noexcept {
  pass_ = std::move(other.pass_);
  node_ = std::move(other.node_);
  position_ = other.position_;
  return *this;
}
DatasetCursor::~DatasetCursor() { pass_.reset(); }

bool DatasetCursor::next(Batch& into) {
  internal::let_go_of_shared(into);
  if (!pass_->next(into)) return false;
  ++position_;
  return true;
}

int64_t DatasetCursor::skip(int64_t count) {
  const int64_t skipped = pass_->skip(count);
  position_ += skipped;
  return skipped;
}

const std::shared_ptr<const internal::DatasetNode>& Dataset::node() const {
  if (!node_) fail("a data set without a source was used", "Dataset(x, y), or another of its makers");
  return node_;
}

int64_t Dataset::cardinality() const { return node()->cardinality(); }
ElementSpec Dataset::element_spec() const { return node()->spec(); }
int64_t Dataset::batch_size() const { return node()->batch_size(); }
bool Dataset::indexed() const { return node()->indexed(); }

int64_t Dataset::size() const {
  const int64_t count = cardinality();
  if (count == infinite) fail("the data set has no end, and its size was asked for", "take(count) for a part of it");
  if (count == unknown)
    fail("how many elements the data set has is not known before it was read",
         "cache(), or the size given to its maker");
  return count;
}

void Dataset::read(std::span<const int64_t> rows, Batch& into) const {
  if (!indexed())
    fail("the data set can only be read in order", "cache() after a first pass, or a data set from tensors");
  const auto source = node_->rows(0);
  for (int64_t row : rows)
    if (row < 0 || row >= source->size())
      fail("sample " + std::to_string(row) + " of a data set with " + human_count(source->size()),
           "a number from 0 on");
  source->gather(rows, {into, 0, int64_t(rows.size()), true});
}

DatasetCursor Dataset::begin_epoch(uint64_t epoch) const { return DatasetCursor(node(), epoch); }

Dataset::Iterator Dataset::begin() const { return Iterator(begin_epoch(node()->next_epoch())); }

}  // namespace cajal
