#include "cajal/data/batch_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "cajal/data/internal/test_support.h"

namespace cajal {
namespace {

using namespace internal;
using Ints = std::vector<int64_t>;

Numbers rest_of(BatchReader& reader) {
  Numbers out;
  for (Batch batch; reader.next(batch);) out.push_back(batch.x[0].values<int64_t>());
  return out;
}

TEST(BatchReader, CutsSamplesIntoBatches) {
  for (const Dataset& data : {Dataset::range(7), in_order(Dataset::range(7))}) {
    BatchReader reader(data, 3);
    EXPECT_EQ(rest_of(reader), (Numbers{{0, 1, 2}, {3, 4, 5}, {6}}));
    EXPECT_EQ(reader.position(), 3);
    EXPECT_EQ(reader.steps(), 3);  // known at the latest when an epoch has ended
    reader.begin_epoch(1);
    EXPECT_EQ(rest_of(reader).size(), 3u);
  }
  EXPECT_EQ(BatchReader(Dataset::range(100), 0).batch_size(), 32);
  EXPECT_EQ(BatchReader(in_order(Dataset::range(7)), 3).steps(), Dataset::unknown);
  EXPECT_EQ(BatchReader(Dataset::range(7).repeat(), 3).steps(), Dataset::infinite);
  EXPECT_EQ(BatchReader(Dataset::range(7), 3).samples(), 7);
}

TEST(BatchReader, TakesBatchesAsTheyCome) {
  BatchReader reader(Dataset::range(7).batch(4), 0, true);
  EXPECT_FALSE(reader.shuffles());
  EXPECT_EQ(reader.steps(), 2);
  EXPECT_EQ(rest_of(reader), (Numbers{{0, 1, 2, 3}, {4, 5, 6}}));
  EXPECT_EQ(
      error_of([] { BatchReader(Dataset::range(7).batch(4), 2); }),
      "a batch size of 2 was given with a data set that is in batches of 4 already | one of the two: no batch size, "
      "or the data set without batch()");
}

TEST(BatchReader, ShufflesAnewForEachEpoch) {
  BatchReader reader(Dataset::range(20), 6, true, 3), again(Dataset::range(20), 6, true, 3);
  const Numbers first = rest_of(reader);
  EXPECT_EQ(rest_of(again), first);
  Ints all;
  for (const Ints& batch : first) all.insert(all.end(), batch.begin(), batch.end());
  EXPECT_FALSE(std::is_sorted(all.begin(), all.end()));
  std::sort(all.begin(), all.end());
  for (int64_t i = 0; i < 20; ++i) EXPECT_EQ(all[size_t(i)], i);
  reader.begin_epoch(1);
  const Numbers second = rest_of(reader);
  EXPECT_NE(second, first);
  reader.begin_epoch(0);
  EXPECT_EQ(rest_of(reader), first);
  again.begin_epoch(1);
  EXPECT_EQ(rest_of(again), second);
}

TEST(BatchReader, SeeksToAnyStep) {
  for (const Dataset& data :
       {Dataset::range(50), in_order(Dataset::range(50)).shuffle(10, 2), Dataset::range(50).batch(8)}) {
    BatchReader reader(data, data.batch_size() ? 0 : 8, true, 1);
    reader.begin_epoch(4);
    const Numbers whole = rest_of(reader);
    for (int64_t step : {3, 6, 0, 7}) {
      reader.seek(step);
      EXPECT_EQ(reader.position(), step);
      EXPECT_EQ(rest_of(reader), Numbers(whole.begin() + step, whole.end()));
    }
    EXPECT_EQ(error_of([&] { reader.seek(8); }), "step 8 of an epoch with 7 | a step from 0 on");
  }
}

TEST(BatchReader, WritesInPlace) {
  BatchReader reader(Dataset::range(12), 4, true, 1);
  Batch batch;
  reader.next(batch);
  const Tensor held = batch.x[0];
  reader.next(batch);
  EXPECT_EQ(batch.x[0].raw(), held.raw());
}

TEST(BatchReader, AShorterBatchTakesTheSameMemory) {
  BatchReader reader(Dataset::range(10), 4);
  Batch batch;
  reader.next(batch);
  const std::byte* memory = batch.x[0].raw();
  for (int epoch = 0; epoch < 2; ++epoch)
    for (reader.begin_epoch(0); reader.next(batch);) EXPECT_EQ(batch.x[0].raw(), memory);
}

TEST(BatchReader, RefusesEmptyData) {
  const std::string expected = "the data set is empty: there is nothing to learn from, and nothing to test with";
  EXPECT_EQ(error_of([] { BatchReader(Dataset(Tensor({0, 3})), 2); }), expected);
  EXPECT_EQ(error_of([] {
              BatchReader reader(Dataset::range(5).filter([](const Batch&) { return false; }), 2);
              Batch batch;
              reader.next(batch);
            }),
            expected);
}

}  // namespace
}  // namespace cajal
