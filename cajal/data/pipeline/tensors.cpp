// Dataset(x, y, weight): a sample for each index of the tensors' first axes.
#include <algorithm>
#include <cstring>

#include "cajal/base/error.h"
#include "cajal/data/internal/node.h"

namespace cajal {
namespace {

using namespace internal;

// One tensor as rows of bytes.
struct Column {
  Tensor tensor;
  Shape rest;  // shape of one row
  size_t row_bytes;

  explicit Column(const Tensor& from)
      : tensor(from.contiguous()),
        rest(from.shape().slice(1, from.rank())),
        row_bytes(size_t(rest.size().value()) * size_of(from.dtype())) {}
};

// A fixed size lets the compiler make a copy of one or two instructions.
template <size_t Size>
void gather_fixed(const std::byte* from, std::span<const int64_t> rows, std::byte* to) {
  for (int64_t row : rows) {
    std::memcpy(to, from + size_t(row) * Size, Size);
    to += Size;
  }
}

void gather_any(const std::byte* from, size_t size, std::span<const int64_t> rows, std::byte* to) {
  // Shuffled rows lie anywhere: asking for them ahead hides most of the memory's latency.
  constexpr size_t ahead = 8;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i + ahead < rows.size()) {
      const std::byte* later = from + size_t(rows[i + ahead]) * size;
      for (size_t place = 0; place < std::min<size_t>(size, 1024); place += 64) __builtin_prefetch(later + place);
    }
    std::memcpy(to, from + size_t(rows[i]) * size, size);
    to += size;
  }
}

void gather_rows(const Column& column, std::span<const int64_t> rows, std::byte* to) {
  const std::byte* from = column.tensor.raw();
  switch (column.row_bytes) {
    case 0: return;
    case 1: return gather_fixed<1>(from, rows, to);
    case 4: return gather_fixed<4>(from, rows, to);
    case 8: return gather_fixed<8>(from, rows, to);
    case 16: return gather_fixed<16>(from, rows, to);
    default: return gather_any(from, column.row_bytes, rows, to);
  }
}

struct Columns {
  std::vector<Column> x, y;
  std::optional<Column> weight;
};

class TensorRows : public Rows {
 public:
  TensorRows(const Columns& columns, int64_t size) : columns_(columns), size_(size) {}
  int64_t size() const override { return size_; }

  void element(int64_t row, Batch& into) override {
    each_column(into, [&](const Column& column, Tensor& to) {
      prepare(to, column.tensor.dtype(), -1, column.rest, false);
      gather_rows(column, {&row, 1}, to.raw());
    });
  }

  void gather(std::span<const int64_t> rows, const Slot& slot) override {
    each_column(slot.into, [&](const Column& column, Tensor& to) {
      prepare(to, column.tensor.dtype(), slot.total, column.rest, slot.in_place);
      gather_rows(column, rows, to.raw() + size_t(slot.at) * column.row_bytes);
    });
  }

 private:
  template <class F>
  void each_column(Batch& into, F f) {
    into.x.resize(columns_.x.size());
    into.y.resize(columns_.y.size());
    for (size_t i = 0; i < columns_.x.size(); ++i) f(columns_.x[i], into.x[i]);
    for (size_t i = 0; i < columns_.y.size(); ++i) f(columns_.y[i], into.y[i]);
    if (columns_.weight) f(*columns_.weight, into.weight);
    else into.weight = Tensor();
  }

  const Columns& columns_;
  int64_t size_;
};

class TensorsNode : public DatasetNode {
 public:
  explicit TensorsNode(const Batch& all) : size_(first_axis(all, "a data set")) {
    for (const Tensor& tensor : all.x) columns_.x.emplace_back(tensor);
    for (const Tensor& tensor : all.y) columns_.y.emplace_back(tensor);
    if (all.weight.defined()) columns_.weight.emplace(all.weight);
  }
  int64_t cardinality() const override { return size_; }
  bool indexed() const override { return true; }
  std::unique_ptr<Rows> rows(uint64_t) const override { return std::make_unique<TensorRows>(columns_, size_); }

 protected:
  ElementSpec find_spec() const override {
    auto spec = [](const Column& column) { return TensorSpec{column.rest, column.tensor.dtype()}; };
    ElementSpec out;
    for (const Column& column : columns_.x) out.x.push_back(spec(column));
    for (const Column& column : columns_.y) out.y.push_back(spec(column));
    if (columns_.weight) out.weight = spec(*columns_.weight);
    return out;
  }

 private:
  Columns columns_;
  int64_t size_;
};

}  // namespace

Dataset::Dataset(TensorList x, TensorList y, Tensor weight) {
  if (x.empty()) fail("a data set was made without an input tensor", "Dataset(x, y)");
  for (const TensorList* list : {&x, &y})
    for (const Tensor& tensor : *list)
      if (!tensor.defined()) fail("a data set was made from a tensor without a value");
  node_ = std::make_shared<TensorsNode>(Batch{std::move(x), std::move(y), std::move(weight)});
}

}  // namespace cajal
