// softmax, log_softmax and the cross-entropies of their classes, over the last axis.
//
// With few classes a lane is a row: each class of 4, 8 or 16 rows is one vector, and nothing is summed across lanes.
// With many, vectors run along the row.
#include "cajal/backends/cpu/internal/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/softmax.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "cajal/backends/cpu/internal/math-inl.h"
#include "cajal/backends/cpu/internal/parts.h"
#include "cajal/ops/elementwise_attributes.h"
#include "cajal/program/kernel.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

constexpr int64_t kFewClasses = 16;
constexpr int64_t kElementsWorthAThread = 12 * 1024;  // each costs an exponential

// ------------------------------------------------------------------------------------------------ a lane is a row

// Up to kLanes rows of a matrix [rows, size], read and written class by class.
class Group {
 public:
  // Lanes beyond the last row are the last row again: they may be read, and write what is there already.
  Group(int64_t size, int64_t rows) : size_(size), rows_(rows) {
    const VI lane = hn::Min(hn::Iota(kI, 0), hn::Set(kI, int32_t(rows - 1)));
    start_ = hn::Mul(lane, hn::Set(kI, int32_t(size)));
  }

  HWY_INLINE void load(const float* from, V* x) const {
    if (rows_ == kLanes && size_ == 2) return hn::LoadInterleaved2(kF, from, x[0], x[1]);
    if (rows_ == kLanes && size_ == 3) return hn::LoadInterleaved3(kF, from, x[0], x[1], x[2]);
    if (rows_ == kLanes && size_ == 4) return hn::LoadInterleaved4(kF, from, x[0], x[1], x[2], x[3]);
    x[0] = hn::GatherIndex(kF, from, start_);  // there is a first class, which compilers cannot know
    for (int64_t j = 1; j < size_; ++j) x[j] = hn::GatherIndex(kF, from + j, start_);
  }
  HWY_INLINE void store(const V* x, float* to) const {
    if (rows_ == kLanes && size_ == 2) return hn::StoreInterleaved2(x[0], x[1], kF, to);
    if (rows_ == kLanes && size_ == 3) return hn::StoreInterleaved3(x[0], x[1], x[2], kF, to);
    if (rows_ == kLanes && size_ == 4) return hn::StoreInterleaved4(x[0], x[1], x[2], x[3], kF, to);
    for (int64_t j = 0; j < size_; ++j) hn::ScatterIndex(x[j], kF, to + j, start_);
  }
  // One value of each row: `index` is its class.
  HWY_INLINE V pick(const float* from, VI index) const { return hn::GatherIndex(kF, from, hn::Add(start_, index)); }
  // The lanes beyond the last row made equal to it.
  HWY_INLINE V last_again(V v) const {
    HWY_ALIGN float lanes[hn::MaxLanes(kF)];
    hn::Store(v, kF, lanes);
    for (int64_t i = rows_; i < kLanes; ++i) lanes[i] = lanes[rows_ - 1];
    return hn::Load(kF, lanes);
  }
  HWY_INLINE void store_one_per_row(V v, float* to) const {
    if (rows_ == kLanes) hn::StoreU(v, kF, to);
    else store_some(v, kF, to, rows_);
  }

 private:
  int64_t size_, rows_;
  VI start_;
};

HWY_INLINE V largest_of(const V* x, int64_t size) {
  V largest = x[0];
  for (int64_t j = 1; j < size; ++j) largest = hn::Max(largest, x[j]);
  return largest;
}

// Turns x into exp(x - largest) and returns the sums.
HWY_INLINE V exponentials(V* x, int64_t size, V largest) {
  V total = zero();
  for (int64_t j = 0; j < size; ++j) {
    x[j] = exp_of_negative(hn::Sub(x[j], largest));
    total = hn::Add(total, x[j]);
  }
  return total;
}

HWY_INLINE void scale(V* x, int64_t size, V factor) {
  for (int64_t j = 0; j < size; ++j) x[j] = hn::Mul(x[j], factor);
}

// Calls `body(group, first row, rows)` for the groups of a range of rows.
template <class Body>
HWY_INLINE void for_groups(Range rows, int64_t size, const Body& body) {
  const Group whole(size, kLanes);
  int64_t row = rows.begin;
  for (; row + kLanes <= rows.end; row += kLanes) body(whole, row, kLanes);
  if (row < rows.end) body(Group(size, rows.end - row), row, rows.end - row);
}

// ------------------------------------------------------------------------------------------------ along a row

float largest_of(const float* x, int64_t size) {
  V largest = set(-std::numeric_limits<float>::infinity());
  for_vectors(size, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(part);
    // Behind the end of the row the first element stands again.
    V v = Size::load(kF, x + i, left);
    if (left < kLanes) v = hn::IfThenElse(hn::FirstN(kF, size_t(left)), v, set(x[0]));
    largest = hn::Max(largest, v);
  });
  return hn::GetLane(hn::MaxOfLanes(kF, largest));
}

// Writes exp(x - largest) to y (if there is one) and returns the sum.
template <bool write>
float exponentials(const float* x, float* y, int64_t size, float largest) {
  V total = zero();
  for_vectors(size, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(part);
    V e = exp_of_negative(hn::Sub(Size::load(kF, x + i, left), set(largest)));
    if (left < kLanes) e = hn::IfThenElseZero(hn::FirstN(kF, size_t(left)), e);
    if constexpr (write) Size::store(e, kF, y + i, left);
    total = hn::Add(total, e);
  });
  return hn::GetLane(hn::SumOfLanes(kF, total));
}

void scale_row(float* y, int64_t size, float factor) {
  for_vectors(size, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(part);
    Size::store(hn::Mul(Size::load(kF, y + i, left), set(factor)), kF, y + i, left);
  });
}

float log_of(float x) { return hn::GetLane(log(set(x))); }

// ------------------------------------------------------------------------------------------------ the ops

struct Rows {
  int64_t count, size;
  explicit Rows(const Operand& operand)
      : count(operand.product(0, operand.rank - 1)), size(operand.rank ? operand.dim(-1) : 1) {}
};

// Cuts the rows for the threads; at whole groups, though no result depends on it.
template <class Body>
void for_rows(const Rows& rows, const Body& body) {
  if (rows.size == 0) return;
  const int64_t least = round_up(std::max<int64_t>(kElementsWorthAThread / rows.size, 1), kLanes);
  for_ranges(rows.count, least, [&](int64_t begin, int64_t end) { body(Range{begin, end}); });
}

void softmax_rows(const float* x, float* y, int64_t size, Range rows) {
  if (size <= kFewClasses) {
    for_groups(rows, size, [&](const Group& group, int64_t row, int64_t) HWY_ATTR {
      V v[kFewClasses];
      group.load(x + row * size, v);
      const V total = exponentials(v, size, largest_of(v, size));
      scale(v, size, hn::Div(set(1), total));
      group.store(v, y + row * size);
    });
    return;
  }
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    const float* from = x + row * size;
    float* to = y + row * size;
    scale_row(to, size, 1 / exponentials<true>(from, to, size, largest_of(from, size)));
  }
}

void softmax(const Call& call) noexcept {
  const Rows rows(call.in[0]);
  const float* x = call.in[0].as<float>();
  float* y = call.out[0].as<float>();
  for_rows(rows, [&](Range range) { softmax_rows(x, y, rows.size, range); });
}

void log_softmax_rows(const float* x, float* y, int64_t size, Range rows) {
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    const float* from = x + row * size;
    float* to = y + row * size;
    const float largest = largest_of(from, size);
    const V low = set(largest), log_total = set(log_of(exponentials<false>(from, nullptr, size, largest)));
    for_vectors(size, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
      using Size = decltype(part);
      Size::store(hn::Sub(hn::Sub(Size::load(kF, from + i, left), low), log_total), kF, to + i, left);
    });
  }
}

void log_softmax_few(const float* x, float* y, int64_t size, Range rows) {
  for_groups(rows, size, [&](const Group& group, int64_t row, int64_t) HWY_ATTR {
    V v[kFewClasses], e[kFewClasses];
    group.load(x + row * size, v);
    const V largest = largest_of(v, size);
    for (int64_t j = 0; j < size; ++j) e[j] = v[j] = hn::Sub(v[j], largest);
    const V log_total = log(exponentials(e, size, zero()));
    for (int64_t j = 0; j < size; ++j) v[j] = hn::Sub(v[j], log_total);
    group.store(v, y + row * size);
  });
}

void log_softmax(const Call& call) noexcept {
  const Rows rows(call.in[0]);
  const float* x = call.in[0].as<float>();
  float* y = call.out[0].as<float>();
  for_rows(rows, [&](Range range) {
    if (rows.size <= kFewClasses) log_softmax_few(x, y, rows.size, range);
    else log_softmax_rows(x, y, rows.size, range);
  });
}

// ------------------------------------------------------------------------------------------------ with labels

// Reads one label of whatever integer type; a bad one is reported.
int64_t label_at(const Operand& labels, int64_t row) {
  switch (labels.dtype) {
    case DType::int8: return labels.as<int8_t>()[row];
    case DType::int16: return labels.as<int16_t>()[row];
    case DType::int32: return labels.as<int32_t>()[row];
    case DType::uint8: return labels.as<uint8_t>()[row];
    default: return labels.as<int64_t>()[row];
  }
}

bool check(const Call& call, int64_t label, int64_t classes) {
  if (uint64_t(label) < uint64_t(classes)) return true;
  call.run->status.bad_index(call.node, label, classes);
  return false;
}

// The labels of a group of rows; class 0 for those that are none, and which those are.
struct GroupLabels {
  VI index;
  VM bad;
};

HWY_INLINE GroupLabels labels_of(const Call& call, int64_t row, int64_t rows, int64_t classes) {
  const Operand& labels = call.in[1];
  VI index;
  if (labels.dtype == DType::int32 && rows == kLanes) {
    index = hn::LoadU(kI, labels.as<int32_t>() + row);
  } else {
    HWY_ALIGN int32_t lanes[hn::MaxLanes(kI)];
    for (int64_t i = 0; i < kLanes; ++i) {
      const int64_t label = label_at(labels, row + std::min(i, rows - 1));
      lanes[i] = uint64_t(label) < uint64_t(classes) ? int32_t(label) : -1;
    }
    index = hn::Load(kI, lanes);
  }
  const auto bad = hn::Or(hn::Lt(index, hn::Zero(kI)), hn::Gt(index, hn::Set(kI, int32_t(classes - 1))));
  if (!hn::AllFalse(kI, bad))
    for (int64_t i = 0; i < rows; ++i) check(call, label_at(labels, row + i), classes);
  return {hn::IfThenZeroElse(bad, index), hn::RebindMask(kF, bad)};
}

void sparse_few(const Call& call, int64_t size, Range rows) {
  const float* x = call.in[0].as<float>();
  float *loss = call.out[0].as<float>(), *y = call.out[1].as<float>();
  for_groups(rows, size, [&](const Group& group, int64_t row, int64_t count) HWY_ATTR {
    V v[kFewClasses];
    const GroupLabels labels = labels_of(call, row, count, size);
    group.load(x + row * size, v);
    const V labelled = group.pick(x + row * size, labels.index);  // before y, which may lie over x, is written
    const V largest = largest_of(v, size);
    const V total = exponentials(v, size, largest);
    scale(v, size, hn::Div(set(1), total));
    group.store(v, y + row * size);
    const V value = hn::Sub(log(total), hn::Sub(labelled, largest));
    const V nothing = set(std::numeric_limits<float>::quiet_NaN());
    group.store_one_per_row(hn::IfThenElse(labels.bad, nothing, value), loss + row);
  });
}

void sparse_rows(const Call& call, int64_t size, Range rows) {
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    const float* x = call.in[0].as<float>() + row * size;
    float* y = call.out[1].as<float>() + row * size;
    const int64_t label = label_at(call.in[1], row);
    const bool known = check(call, label, size);
    const float labelled = known ? x[label] : std::numeric_limits<float>::quiet_NaN(), largest = largest_of(x, size);
    const float total = exponentials<true>(x, y, size, largest);
    scale_row(y, size, 1 / total);
    call.out[0].as<float>()[row] = log_of(total) - (labelled - largest);
  }
}

void sparse_softmax_crossentropy(const Call& call) noexcept {
  const Rows rows(call.in[0]);
  for_rows(rows, [&](Range range) {
    if (rows.size <= kFewClasses) sparse_few(call, rows.size, range);
    else sparse_rows(call, rows.size, range);
  });
}

// (p - one_hot(label)) dloss, a lane for each row where the classes are so few that rows are read without gathering.
void sparse_gradient_few(const Call& call, int64_t size, Range rows) {
  const V nothing = set(std::numeric_limits<float>::quiet_NaN());
  for_groups(rows, size, [&](const Group& group, int64_t row, int64_t count) HWY_ATTR {
    V v[kFewClasses];
    const GroupLabels labels = labels_of(call, row, count, size);
    const float* from = call.in[2].as<float>() + row;
    const V given = count == kLanes ? hn::LoadU(kF, from) : group.last_again(load_some(kF, from, count));
    const V dloss = hn::IfThenElse(labels.bad, nothing, given);
    group.load(call.in[0].as<float>() + row * size, v);
    for (int64_t j = 0; j < size; ++j) {
      const VM labelled = hn::RebindMask(kF, hn::Eq(labels.index, hn::Set(kI, int32_t(j))));
      v[j] = hn::Mul(hn::Sub(v[j], hn::IfThenElseZero(labelled, set(1))), dloss);
    }
    group.store(v, call.out[0].as<float>() + row * size);
  });
}

void sparse_gradient(const Call& call) noexcept {
  const Rows rows(call.in[0]);
  const int64_t size = rows.size;
  for_rows(rows, [&](Range range) HWY_ATTR {
    if (size <= 4) return sparse_gradient_few(call, size, range);
    for (int64_t row = range.begin; row < range.end; ++row) {
      const float* p = call.in[0].as<float>() + row * size;
      float* dx = call.out[0].as<float>() + row * size;
      const int64_t label = label_at(call.in[1], row);
      const bool known = check(call, label, size);
      const float dloss = known ? call.in[2].as<float>()[row] : std::numeric_limits<float>::quiet_NaN();
      const float labelled = known ? (p[label] - 1) * dloss : 0;
      const V factor = set(dloss);
      for_vectors(size, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
        using Size = decltype(part);
        Size::store(hn::Mul(Size::load(kF, p + i, left), factor), kF, dx + i, left);
      });
      if (known) dx[label] = labelled;
    }
  });
}

// ------------------------------------------------------------------------------------------------ with shares

// target (log total - (x - largest)), where the target is not 0.
HWY_INLINE V class_loss(V target, V x, V largest, V log_total) {
  const V loss = hn::Mul(target, hn::Sub(log_total, hn::Sub(x, largest)));
  return hn::IfThenZeroElse(hn::Eq(target, zero()), loss);
}

void shares_few(const Call& call, int64_t size, Range rows) {
  const float *x = call.in[0].as<float>(), *t = call.in[1].as<float>();
  for_groups(rows, size, [&](const Group& group, int64_t row, int64_t) HWY_ATTR {
    V v[kFewClasses], e[kFewClasses], targets[kFewClasses];
    group.load(x + row * size, v);
    group.load(t + row * size, targets);
    const V largest = largest_of(v, size);
    for (int64_t j = 0; j < size; ++j) e[j] = v[j];
    const V total = exponentials(e, size, largest), log_total = log(total);
    V loss = zero();
    for (int64_t j = 0; j < size; ++j) loss = hn::Add(loss, class_loss(targets[j], v[j], largest, log_total));
    scale(e, size, hn::Div(set(1), total));
    group.store(e, call.out[1].as<float>() + row * size);
    group.store_one_per_row(loss, call.out[0].as<float>() + row);
  });
}

void shares_rows(const Call& call, int64_t size, Range rows) {
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    const float *x = call.in[0].as<float>() + row * size, *t = call.in[1].as<float>() + row * size;
    float* y = call.out[1].as<float>() + row * size;
    const float largest = largest_of(x, size), total = exponentials<true>(x, y, size, largest);
    const V low = set(largest), log_total = set(log_of(total));
    V loss = zero();
    for_vectors(size, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
      using Size = decltype(part);
      loss = hn::Add(loss, class_loss(Size::load(kF, t + i, left), Size::load(kF, x + i, left), low, log_total));
    });
    scale_row(y, size, 1 / total);
    call.out[0].as<float>()[row] = hn::GetLane(hn::SumOfLanes(kF, loss));
  }
}

void softmax_crossentropy(const Call& call) noexcept {
  const Rows rows(call.in[0]);
  for_rows(rows, [&](Range range) {
    if (rows.size <= kFewClasses) shares_few(call, rows.size, range);
    else shares_rows(call, rows.size, range);
  });
}

// float32, classes along the last axis.
bool supports(const KernelQuery& query) {
  const Spec& logits = query.inputs[0];
  return logits.dtype == DType::float32 && logits.shape.rank() > 0 &&
         query.options<SoftmaxAttributes>().axis == logits.shape.rank() - 1 && !(logits.shape.back() == 0);
}

std::vector<Kernel> kernels() {
  return {{"softmax", "rows", softmax, supports},
          {"log_softmax", "rows", log_softmax, supports},
          {"sparse_softmax_crossentropy", "rows", sparse_softmax_crossentropy, supports},
          {"sparse_softmax_crossentropy_gradient", "rows", sparse_gradient, supports},
          {"softmax_crossentropy", "rows", softmax_crossentropy, supports}};
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cajal::cpu {
namespace {
HWY_EXPORT(kernels);
}
std::vector<Kernel> softmax_kernels() { return HWY_DYNAMIC_DISPATCH(kernels)(); }
}  // namespace cajal::cpu
#endif
