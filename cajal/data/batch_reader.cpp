#include "cajal/data/batch_reader.h"

#include <algorithm>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/data/internal/node.h"
#include "cajal/data/internal/permutation.h"

namespace cajal {
namespace {

using namespace internal;

int64_t chosen_batch_size(const Dataset& data, int64_t asked) {
  const int64_t own = data.batch_size();
  if (asked < 0) fail("batches of " + std::to_string(asked) + " samples", "a batch size of 1 or more, or 0 for 32");
  if (own == 0) return asked == 0 ? 32 : asked;
  if (asked != 0 && asked != own)
    fail("a batch size of " + std::to_string(asked) + " was given with a data set that is in batches of " +
             std::to_string(own) + " already",
         "one of the two: no batch size, or the data set without batch()");
  return own;
}

[[noreturn]] void fail_empty() {
  fail("the data set is empty: there is nothing to learn from, and nothing to test with");
}

}  // namespace

struct BatchReader::State {
  Dataset data;  // in batches where it can only be read in order
  int64_t batch_size;
  bool by_rows;  // gathered here by number; otherwise the cursor gives whole batches
  bool shuffle;
  uint64_t seed;
  int64_t samples;

  uint64_t epoch = 0;
  int64_t position = 0;
  int64_t counted = Dataset::unknown;  // batches in an epoch, once one has ended
  std::unique_ptr<Rows> rows;
  std::vector<int64_t> order;     // of the samples, where shuffled
  std::vector<int64_t> in_order;  // the numbers of one batch, where not
  std::optional<DatasetCursor> cursor;

  State(Dataset from, int64_t asked, bool wants_shuffle, std::optional<uint64_t> given_seed)
      : data(std::move(from)), batch_size(chosen_batch_size(data, asked)) {
    if (data.cardinality() == 0) fail_empty();
    const bool singly = data.batch_size() == 0;
    by_rows = singly && data.indexed() && is_finite(data.cardinality());
    samples = singly ? data.cardinality() : Dataset::unknown;
    shuffle = wants_shuffle && by_rows;
    seed = !shuffle ? 0 : given_seed ? *given_seed : random::next_seed();
    if (singly && !by_rows) data = data.batch(batch_size);
    begin(0);
  }

  void begin(uint64_t wanted) {
    epoch = wanted;
    position = 0;
    if (by_rows) begin_rows();
    else cursor.emplace(data.begin_epoch(epoch));
  }

  void begin_rows() {
    rows = data.node()->rows(epoch);
    if (!shuffle) return;
    random::Stream stream = stream_at(seed, epoch, 0);
    order = permutation(samples, stream);
  }

  int64_t steps() const {
    if (!by_rows) return data.cardinality() == Dataset::unknown ? counted : data.cardinality();
    return (samples - 1) / batch_size + 1;
  }

  bool next(Batch& into) {
    const bool more = by_rows ? next_rows(into) : cursor->next(into);
    if (more) ++position;
    else if (counted == Dataset::unknown) counted = position;
    if (counted == 0) fail_empty();
    return more;
  }

  bool next_rows(Batch& into) {
    if (position >= steps()) return false;
    const int64_t first = position * batch_size, count = std::min(batch_size, samples - first);
    rows->gather(numbers(first, count), {into, 0, count, true});
    return true;
  }

  std::span<const int64_t> numbers(int64_t first, int64_t count) {
    if (shuffle) return std::span(order).subspan(size_t(first), size_t(count));
    in_order.resize(size_t(count));
    std::iota(in_order.begin(), in_order.end(), first);
    return in_order;
  }

  void seek(int64_t step) {
    if (step < 0 || (steps() != Dataset::unknown && step > steps())) fail_step(step, steps());
    if (by_rows) position = step;
    else seek_cursor(step);
  }

  void seek_cursor(int64_t step) {
    if (step < position) begin(epoch);
    position += cursor->skip(step - position);
    if (position < step) fail_step(step, position);
  }

  [[noreturn]] static void fail_step(int64_t step, int64_t there_are) {
    fail("step " + human_count(step) + " of an epoch with " + human_count(there_are), "a step from 0 on");
  }
};

BatchReader::BatchReader(Dataset data, int64_t batch_size, bool shuffle, std::optional<uint64_t> seed)
    : state_(std::make_unique<State>(std::move(data), batch_size, shuffle, seed)) {}
BatchReader::BatchReader(BatchReader&&) noexcept = default;
BatchReader& BatchReader::operator=(BatchReader&&) noexcept = default;
BatchReader::~BatchReader() = default;

int64_t BatchReader::steps() const { return state_->steps(); }
int64_t BatchReader::samples() const { return state_->samples; }
int64_t BatchReader::batch_size() const { return state_->batch_size; }
bool BatchReader::shuffles() const { return state_->shuffle; }
void BatchReader::begin_epoch(uint64_t epoch) { state_->begin(epoch); }
uint64_t BatchReader::epoch() const { return state_->epoch; }
bool BatchReader::next(Batch& into) { return state_->next(into); }
int64_t BatchReader::position() const { return state_->position; }
void BatchReader::seek(int64_t step) { state_->seek(step); }

}  // namespace cajal
