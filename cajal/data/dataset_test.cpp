#include "cajal/data/dataset.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>
#include <stdexcept>
#include <thread>

#include "cajal/base/parallel.h"
#include "cajal/data/internal/test_support.h"

namespace cajal {
namespace {

using namespace internal;
using Ints = std::vector<int64_t>;

Ints counted(int64_t count, int64_t start = 0) {
  Ints out(static_cast<size_t>(count));
  std::iota(out.begin(), out.end(), start);
  return out;
}

Ints sorted(Ints values) {
  std::sort(values.begin(), values.end());
  return values;
}

// Rows of two bytes each, (0, 1), (2, 3), ..., their number as target and half of it as weight.
Dataset pairs(int64_t count) {
  Tensor x({count, 2}, DType::uint8), y({count}, DType::int32), weight(Shape{count});
  for (int64_t i = 0; i < count; ++i) {
    x.set({i, 0}, double(2 * i));
    x.set({i, 1}, double(2 * i + 1));
    y.set({i}, double(i));
    weight.set({i}, double(i) / 2);
  }
  return Dataset(x, y, weight);
}

Dataset doubled(const Dataset& data, int parallel = 1) {
  return data.map(
      [](Batch batch) {
        batch.x[0] = Tensor::of(std::vector<int64_t>{2 * int64_t(batch.x[0].item())}, {});
        return batch;
      },
      parallel);
}

TEST(Dataset, TensorsGiveTheirRowsAsSamples) {
  const Dataset data = pairs(3);
  EXPECT_EQ(elements(data), (Numbers{{0, 1}, {2, 3}, {4, 5}}));
  EXPECT_EQ(data.cardinality(), 3);
  EXPECT_EQ(data.batch_size(), 0);
  EXPECT_TRUE(data.indexed());
  const ElementSpec spec = data.element_spec();
  EXPECT_EQ(spec.x, (std::vector<TensorSpec>{{{2}, DType::uint8}}));
  EXPECT_EQ(spec.y, (std::vector<TensorSpec>{{{}, DType::int32}}));
  EXPECT_EQ(spec.weight, (TensorSpec{{}, DType::float32}));
  Batch batch;
  data.read(Ints{2, 0, 2}, batch);
  EXPECT_EQ(batch.x[0].values<int64_t>(), (Ints{4, 5, 0, 1, 4, 5}));
  EXPECT_EQ(batch.y[0].values<int64_t>(), (Ints{2, 0, 2}));
  EXPECT_EQ(batch.weight.values<float>(), (std::vector<float>{1, 0, 1}));
}

TEST(Dataset, SeveralInputsAndTargets) {
  const Tensor a({4, 3}), b({4, 2, 2}, DType::int16), y({4}, DType::uint8), z({4, 1});
  const Dataset data(TensorList{a, b}, {y, z});
  Batch batch;
  data.read(Ints{1, 2}, batch);
  EXPECT_EQ(batch.x[1].shape(), (Shape{2, 2, 2}));
  EXPECT_EQ(batch.y[1].shape(), (Shape{2, 1}));
  EXPECT_FALSE(batch.weight.defined());
  const Dataset braced = {a, y};
  EXPECT_EQ(braced.element_spec().y.size(), 1u);
}

TEST(Dataset, StridedTensorsAreReadInTheirOrder) {
  const Tensor table = Tensor::of({0, 1, 2, 3, 4, 5}, {2, 3}).transpose();
  EXPECT_EQ(elements(Dataset(table)), (Numbers{{0, 3}, {1, 4}, {2, 5}}));
}

TEST(Dataset, GathersEveryRowSize) {
  for (int64_t width : {0, 1, 2, 3, 4, 7, 8, 16, 17, 100, 784, 5000}) {
    Tensor x({9, width}, DType::uint8);
    for (int64_t i = 0; i < x.size(); ++i) x.data<uint8_t>()[i] = uint8_t(i * 7 + i / 251);
    Batch batch;
    Dataset(x).read(Ints{8, 0, 3, 3}, batch);
    ASSERT_EQ(batch.x[0].shape(), (Shape{4, width}));
    for (int64_t i = 0; i < 4; ++i) EXPECT_TRUE(identical(batch.x[0][i], x[Ints{8, 0, 3, 3}[size_t(i)]])) << width;
  }
}

TEST(Dataset, ReadsIntoTheMemoryThatIsThere) {
  const Dataset data = pairs(10);
  Batch batch;
  data.read(Ints{1, 2, 3}, batch);
  const std::byte* memory = batch.x[0].raw();
  const Tensor seen = batch.x[0];
  data.read(Ints{4, 5, 6}, batch);
  EXPECT_EQ(batch.x[0].raw(), memory);
  EXPECT_EQ(seen.values<int64_t>(), (Ints{8, 9, 10, 11, 12, 13}));  // read writes in place, whoever looks
}

TEST(Dataset, LoopsNeverWriteOverWhatWasKept) {
  std::vector<Batch> kept;
  for (const Batch& batch : pairs(4).batch(2)) kept.push_back(batch);
  EXPECT_EQ(kept[0].x[0].values<int64_t>(), (Ints{0, 1, 2, 3}));
  EXPECT_EQ(kept[1].x[0].values<int64_t>(), (Ints{4, 5, 6, 7}));
}

TEST(Dataset, LoopsReuseMemory) {
  std::vector<const std::byte*> places;
  for (const Batch& batch : pairs(10).batch(4)) places.push_back(batch.x[0].raw());
  EXPECT_EQ(places, std::vector<const std::byte*>(3, places[0]));  // the last is shorter, and has room in it
}

TEST(Dataset, ABatchIsItsFirstInput) {
  double sum = 0;
  auto use = [&](const Tensor& photos) { sum += photos.at({0, 0}); };
  for (const Batch& photos : pairs(4).batch(2).repeat().take(3)) use(photos);
  EXPECT_EQ(sum, 0 + 4 + 0);
}

TEST(Dataset, Range) {
  EXPECT_EQ(flat(Dataset::range(4)), counted(4));
  EXPECT_EQ(flat(Dataset::range(1, 8, 3)), (Ints{1, 4, 7}));
  EXPECT_EQ(flat(Dataset::range(5, 0, -2)), (Ints{5, 3, 1}));
  EXPECT_EQ(flat(Dataset::range(3, 3)), Ints());
  EXPECT_EQ(elements(Dataset::range(5).batch(2)), (Numbers{{0, 1}, {2, 3}, {4}}));
}

TEST(Dataset, Generator) {
  auto make = [] {
    return [next = 0](Batch& into) mutable {
      if (next == 3) return false;
      into.x = {Tensor::of({next, next + 10})};
      ++next;
      return true;
    };
  };
  const Dataset data = Dataset::from_generator(make);
  EXPECT_EQ(elements(data), (Numbers{{0, 10}, {1, 11}, {2, 12}}));
  EXPECT_EQ(elements(data, 1), elements(data));
  EXPECT_EQ(data.cardinality(), Dataset::unknown);
  EXPECT_FALSE(data.indexed());
  EXPECT_EQ(data.element_spec().x[0], (TensorSpec{{2}, DType::int32}));
  EXPECT_EQ(elements(data.batch(2)), (Numbers{{0, 10, 1, 11}, {2, 12}}));
  EXPECT_EQ(Dataset::from_generator(make, {.size = 3}).size(), 3);
}

TEST(Dataset, Files) {
  std::atomic<int> reads = 0;
  auto read = [&](const std::string& path) {
    ++reads;
    if (path == "bad") throw Error(Code::bad_data, "this is nothing");
    return Batch{{Tensor::of({int(path.size())})}, {}, {}};
  };
  const Dataset data = Dataset::from_files({"a", "bbb", "cc"}, read, 2);
  EXPECT_EQ(flat(data), (Ints{1, 3, 2}));
  EXPECT_EQ(elements(data.batch(3)), (Numbers{{1, 3, 2}}));
  reads = 0;
  EXPECT_EQ(flat(data, 0, 2), (Ints{2}));
  EXPECT_EQ(reads, 1);  // what is skipped is not read
  try {
    flat(Dataset::from_files({"a", "bad"}, read));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.where(), "bad");
  }
}

TEST(Dataset, Map) {
  for (int parallel : {1, 4}) {
    EXPECT_EQ(flat(doubled(Dataset::range(10), parallel)), (Ints{0, 2, 4, 6, 8, 10, 12, 14, 16, 18}));
    EXPECT_EQ(flat(doubled(in_order(Dataset::range(5)), parallel)), (Ints{0, 2, 4, 6, 8}));
    EXPECT_EQ(flat(doubled(Dataset::range(5), parallel).batch(2)), (Ints{0, 2, 4, 6, 8}));
    EXPECT_EQ(flat(doubled(in_order(Dataset::range(9)), parallel), 0, 5), (Ints{10, 12, 14, 16}));
  }
}

TEST(Dataset, MapsErrorsComeInOrder) {
  for (const Dataset& source : {Dataset::range(8), in_order(Dataset::range(8))})
    for (int parallel : {1, 4}) {
      const Dataset data = source.map(
          [](Batch batch) {
            if (batch.x[0].item() >= 5) throw std::runtime_error("at " + batch.x[0].text());
            return batch;
          },
          parallel);
      DatasetCursor cursor = data.begin_epoch(0);
      Batch batch;
      for (int i = 0; i < 5; ++i) ASSERT_TRUE(cursor.next(batch));
      try {
        cursor.next(batch);
        FAIL();
      } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "at 5");
      }
    }
}

TEST(Dataset, RandomMapDependsOnSeedEpochAndPositionOnly) {
  auto noise = [](Batch batch, random::Stream& stream) {
    batch.x[0] = Tensor::of({int64_t(stream() >> 1)});
    return batch;
  };
  const Dataset data = Dataset::range(20).map(noise, 7), others = in_order(Dataset::range(20)).map(noise, 7, 3);
  EXPECT_EQ(flat(data), flat(others));
  EXPECT_EQ(flat(data, 3), flat(others, 3));
  EXPECT_NE(flat(data, 3), flat(data, 4));
  EXPECT_NE(flat(data), flat(Dataset::range(20).map(noise, 8)));
  const Ints whole = flat(data, 2);
  EXPECT_EQ(flat(data, 2, 15), Ints(whole.begin() + 15, whole.end()));
  EXPECT_EQ(flat(others, 2, 15), Ints(whole.begin() + 15, whole.end()));
}

TEST(Dataset, MapCannotHarmItsSource) {
  const Dataset data = pairs(3);
  (void)elements(data.map([](Batch batch) {
    batch.x[0].assign(Tensor(9));
    return batch;
  }));
  EXPECT_EQ(elements(data), (Numbers{{0, 1}, {2, 3}, {4, 5}}));
  const Tensor constant = Tensor::of<uint8_t>({1, 2});
  const Dataset same = data.map([&](Batch batch) {
    batch.x[0] = constant;
    return batch;
  });
  (void)elements(same.concatenate(data.map([](Batch batch) { return batch; })));
  EXPECT_EQ(constant.values<int64_t>(), (Ints{1, 2}));
}

TEST(Dataset, Filter) {
  const Dataset odd = Dataset::range(10).filter([](const Batch& batch) { return int(batch.x[0].item()) % 2 == 1; });
  EXPECT_EQ(flat(odd), (Ints{1, 3, 5, 7, 9}));
  EXPECT_EQ(odd.cardinality(), Dataset::unknown);
  EXPECT_EQ(flat(odd, 0, 3), (Ints{7, 9}));
  EXPECT_EQ(elements(odd.batch(2)), (Numbers{{1, 3}, {5, 7}, {9}}));
}

TEST(Dataset, ShuffleIsAPermutationOfSeedAndEpoch) {
  const Dataset data = Dataset::range(100).shuffle(0, 5);
  EXPECT_EQ(sorted(flat(data)), counted(100));
  EXPECT_NE(flat(data), counted(100));
  EXPECT_EQ(flat(data), flat(Dataset::range(100).shuffle(0, 5)));
  EXPECT_NE(flat(data), flat(Dataset::range(100).shuffle(0, 6)));
  EXPECT_NE(flat(data, 0), flat(data, 1));
  EXPECT_EQ(flat(data, 1), flat(data, 1));
  const Dataset fixed = Dataset::range(100).shuffle(0, 5, false);
  EXPECT_EQ(flat(fixed, 0), flat(fixed, 1));
}

TEST(Dataset, ShuffleDrawsFromAWindow) {
  const Ints order = flat(Dataset::range(100).shuffle(10, 1));
  EXPECT_EQ(sorted(order), counted(100));
  for (int64_t i = 0; i < 100; ++i) EXPECT_LT(order[size_t(i)], i + 10);
  EXPECT_EQ(flat(Dataset::range(20).shuffle(1, 1)), counted(20));
}

TEST(Dataset, ShuffleIsTheSameByNumberAndInOrder) {
  for (int64_t window : {0, 1, 7, 50, 1000})
    for (uint64_t epoch : {0, 3})
      EXPECT_EQ(flat(Dataset::range(50).shuffle(window, 2), epoch),
                flat(in_order(Dataset::range(50)).shuffle(window, 2), epoch));
}

TEST(Dataset, ShuffleIsFair) {
  std::vector<int> counts(24);
  for (uint64_t epoch = 0; epoch < 4800; ++epoch) {
    Ints order = flat(Dataset::range(4).shuffle(0, 9), epoch), all = counted(4);
    size_t rank = 0;
    while (order != all) {
      std::next_permutation(all.begin(), all.end());
      ++rank;
    }
    ++counts[rank];
  }
  double chi = 0;
  for (int count : counts) chi += (count - 200.) * (count - 200.) / 200;
  EXPECT_LT(chi, 50);  // 23 degrees of freedom: beyond this once in a thousand seeds
}

TEST(Dataset, ShuffleWithoutSeedFollowsTheProcess) {
  random::set_seed(3);
  const Ints first = flat(Dataset::range(30).shuffle()), second = flat(Dataset::range(30).shuffle());
  random::set_seed(3);
  EXPECT_EQ(flat(Dataset::range(30).shuffle()), first);
  EXPECT_NE(first, second);
}

TEST(Dataset, EachLoopIsTheNextEpoch) {
  const Dataset data = Dataset::range(30).shuffle(0, 1);
  auto loop = [&] {
    Ints out;
    for (const Batch& batch : data) out.push_back(int64_t(batch.x[0].item()));
    return out;
  };
  EXPECT_EQ(loop(), flat(data, 0));
  EXPECT_EQ(loop(), flat(data, 1));
}

TEST(Dataset, Batch) {
  for (const Dataset& source : {Dataset::range(7), in_order(Dataset::range(7))}) {
    EXPECT_EQ(elements(source.batch(3)), (Numbers{{0, 1, 2}, {3, 4, 5}, {6}}));
    EXPECT_EQ(elements(source.batch(3, true)), (Numbers{{0, 1, 2}, {3, 4, 5}}));
    EXPECT_EQ(elements(source.batch(3), 0, 1), (Numbers{{3, 4, 5}, {6}}));
    EXPECT_EQ(elements(source.batch(3), 0, 9), Numbers());
    EXPECT_EQ(elements(source.batch(2, true).batch(2, true)), (Numbers{{0, 1, 2, 3}}));
  }
  const Dataset data = pairs(7).batch(3);
  EXPECT_EQ(data.cardinality(), 3);
  EXPECT_EQ(pairs(7).batch(3, true).cardinality(), 2);
  EXPECT_EQ(data.batch_size(), 3);
  EXPECT_EQ(data.element_spec().x[0].shape.text(), "[batch, 2]");
  EXPECT_EQ(pairs(7).batch(3, true).element_spec().x[0].shape.text(), "[3, 2]");
  Batch last;
  DatasetCursor cursor = data.begin_epoch(0);
  EXPECT_EQ(cursor.skip(2), 2);
  ASSERT_TRUE(cursor.next(last));
  EXPECT_EQ(cursor.position(), 3);
  EXPECT_EQ(last.weight.values<float>(), (std::vector<float>{3}));
}

TEST(Dataset, BatchesOfUnequalElementsAreRefused) {
  const Dataset data = Dataset::range(3).map([](Batch batch) {
    batch.x[0] = Tensor(Shape{int64_t(batch.x[0].item()) + 1});
    return batch;
  });
  const std::string expected =
      "the elements of a batch differ: x [1] float32, then x [2] float32 | a map before batch that makes them equal, "
      "or "
      "batch(1)";
  EXPECT_EQ(error_of([&] { elements(data.batch(2)); }), expected);
  EXPECT_EQ(error_of([&] { elements(in_order(data).batch(2)); }), expected);
  EXPECT_EQ(elements(data.batch(1)).size(), 3u);
}

TEST(Dataset, Unbatch) {
  EXPECT_EQ(elements(pairs(5).batch(2).unbatch()), elements(pairs(5)));
  EXPECT_EQ(elements(pairs(5).batch(2).unbatch(), 0, 3), elements(pairs(5), 0, 3));
  EXPECT_EQ(elements(pairs(5).batch(2).unbatch().batch(3)), elements(pairs(5).batch(3)));
  EXPECT_EQ(pairs(5).batch(2).unbatch().batch_size(), 0);
  EXPECT_EQ(error_of([] { elements(Dataset::range(3).unbatch()); }),
            "unbatch needs tensors with a first axis for the samples, and was given a scalar | expand_dims(0) for a "
            "single sample");
}

TEST(Dataset, Repeat) {
  for (const Dataset& source : {Dataset::range(3), in_order(Dataset::range(3))}) {
    EXPECT_EQ(flat(source.repeat(2)), (Ints{0, 1, 2, 0, 1, 2}));
    EXPECT_EQ(flat(source.repeat(0)), Ints());
    EXPECT_EQ(flat(source.repeat().take(7)), (Ints{0, 1, 2, 0, 1, 2, 0}));
    EXPECT_EQ(flat(source.repeat().skip(4).take(3)), (Ints{1, 2, 0}));
    EXPECT_EQ(elements(source.repeat().batch(2).take(3)), (Numbers{{0, 1}, {2, 0}, {1, 2}}));
    EXPECT_EQ(flat(source.take(0).repeat()), Ints());  // nothing, repeated for ever, is nothing
  }
  EXPECT_EQ(Dataset::range(3).repeat().cardinality(), Dataset::infinite);
  EXPECT_EQ(Dataset::range(3).repeat(4).cardinality(), 12);
}

TEST(Dataset, RepeatedShufflesDiffer) {
  const Dataset shuffled = Dataset::range(20).shuffle(0, 4);
  Ints expected = flat(shuffled, 0), second = flat(shuffled, 1);
  expected.insert(expected.end(), second.begin(), second.end());
  EXPECT_EQ(flat(shuffled.repeat(2)), expected);
  EXPECT_EQ(flat(shuffled.repeat().take(40)), expected);
  EXPECT_EQ(flat(shuffled.repeat().batch(8).take(5)), expected);
  EXPECT_EQ(flat(in_order(Dataset::range(20)).shuffle(0, 4).repeat(2)), expected);
  EXPECT_NE(flat(shuffled.repeat(2), 1), expected);
}

TEST(Dataset, TakeAndSkip) {
  for (const Dataset& source : {Dataset::range(5), in_order(Dataset::range(5))}) {
    EXPECT_EQ(flat(source.take(2)), (Ints{0, 1}));
    EXPECT_EQ(flat(source.take(9)), counted(5));
    EXPECT_EQ(flat(source.take(-1)), counted(5));
    EXPECT_EQ(flat(source.skip(3)), (Ints{3, 4}));
    EXPECT_EQ(flat(source.skip(9)), Ints());
    EXPECT_EQ(flat(source.skip(-1)), Ints());
    EXPECT_EQ(flat(source.skip(1).take(3).skip(1)), (Ints{2, 3}));
    EXPECT_EQ(flat(source.skip(1), 0, 2), (Ints{3, 4}));
    EXPECT_EQ(elements(source.skip(1).batch(3)), (Numbers{{1, 2, 3}, {4}}));
  }
  EXPECT_EQ(Dataset::range(5).skip(2).cardinality(), 3);
  EXPECT_EQ(Dataset::range(5).repeat().take(8).cardinality(), 8);
  EXPECT_EQ(Dataset::range(5).repeat().skip(8).cardinality(), Dataset::infinite);
}

TEST(Dataset, CacheReadsItsSourceOnce) {
  int made = 0;
  const Dataset data = in_order(Dataset::range(4)).map([&](Batch batch) {
    ++made;
    return batch;
  });
  const Dataset cached = data.cache();
  EXPECT_EQ(flat(cached.take(2)), (Ints{0, 1}));
  EXPECT_FALSE(cached.indexed());  // the pass did not come to its end
  EXPECT_EQ(flat(cached), counted(4));
  EXPECT_EQ(made, 6);
  EXPECT_TRUE(cached.indexed());
  EXPECT_EQ(cached.size(), 4);
  EXPECT_EQ(flat(cached), counted(4));
  EXPECT_EQ(elements(cached.batch(3)), (Numbers{{0, 1, 2}, {3}}));
  EXPECT_EQ(made, 6);
}

TEST(Dataset, CachedElementsCannotBeChanged) {
  const Dataset cached = pairs(3).cache();
  for (int epoch = 0; epoch < 3; ++epoch) {
    EXPECT_EQ(elements(cached), (Numbers{{0, 1}, {2, 3}, {4, 5}}));
    for (Batch batch : cached) batch.x[0].assign(Tensor(7));
  }
}

TEST(Dataset, PrefetchGivesTheSame) {
  const Dataset data = pairs(50).shuffle(0, 1).batch(4);
  for (int64_t ahead : {1, 3, 100}) {
    EXPECT_EQ(elements(data.prefetch(ahead)), elements(data));
    EXPECT_EQ(elements(data.prefetch(ahead), 2, 5), elements(data, 2, 5));
  }
  DatasetCursor cursor = data.prefetch().begin_epoch(0);
  Batch batch;
  EXPECT_TRUE(cursor.next(batch));
  EXPECT_EQ(cursor.skip(3), 3);
  EXPECT_TRUE(cursor.next(batch));
  EXPECT_EQ(batch.x[0].values<int64_t>(), elements(data)[4]);
}

TEST(Dataset, PrefetchWorksAhead) {
  std::atomic<int> made = 0;
  const Dataset data = Dataset::range(100).map([&](Batch batch) {
    ++made;
    return batch;
  });
  DatasetCursor cursor = data.prefetch(3).begin_epoch(0);
  EXPECT_EQ(made, 0);
  Batch batch;
  cursor.next(batch);
  for (int i = 0; i < 2000 && made < 4; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_GE(made, 4);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_LE(made, 5);  // one in use, three ahead, one in the making
}

TEST(Dataset, PrefetchHandsOnErrors) {
  const Dataset data = Dataset::range(10).map([](Batch batch) {
    if (batch.x[0].item() == 4) fail("no fifth element today");
    return batch;
  });
  DatasetCursor cursor = data.prefetch(2).begin_epoch(0);
  Batch batch;
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(cursor.next(batch)) << i;
  EXPECT_EQ(error_of([&] { cursor.next(batch); }), "no fifth element today");
  EXPECT_EQ(error_of([&] { cursor.next(batch); }), "no fifth element today");
}

TEST(Dataset, PrefetchStopsWhenDropped) {
  std::atomic<int> living = 0;
  struct Guard {
    std::atomic<int>& count;
    explicit Guard(std::atomic<int>& c) : count(c) { ++count; }
    ~Guard() { --count; }
  };
  auto make = [&] {
    return [guard = std::make_shared<Guard>(living), i = 0](Batch& into) mutable {
      into.x = {Tensor(++i)};
      return true;
    };
  };
  {
    DatasetCursor cursor = Dataset::from_generator(make).prefetch(2).begin_epoch(0);
    Batch batch;
    EXPECT_TRUE(cursor.next(batch));
    EXPECT_EQ(living, 1);
    DatasetCursor unused = Dataset::from_generator(make).prefetch(2).begin_epoch(0);
  }
  EXPECT_EQ(living, 0);
}

TEST(Dataset, Concatenate) {
  const Dataset joined = Dataset::range(3).concatenate(Dataset::range(10, 14));
  const Dataset slowly = in_order(Dataset::range(3)).concatenate(in_order(Dataset::range(10, 14)));
  for (const Dataset& data : {joined, slowly}) {
    EXPECT_EQ(flat(data), (Ints{0, 1, 2, 10, 11, 12, 13}));
    EXPECT_EQ(flat(data, 0, 4), (Ints{11, 12, 13}));
    EXPECT_EQ(elements(data.batch(2)), (Numbers{{0, 1}, {2, 10}, {11, 12}, {13}}));
    EXPECT_EQ(sorted(flat(data.shuffle(0, 1).batch(3))), (Ints{0, 1, 2, 10, 11, 12, 13}));
  }
  EXPECT_EQ(joined.cardinality(), 7);
  EXPECT_TRUE(joined.indexed());
  EXPECT_EQ(
      error_of([] { (void)pairs(2).concatenate(Dataset::range(2)); }),
      "data sets with different elements cannot follow each other: x [2] uint8, y [] int32, weight [] float32, then "
      "x [] int64 | a map that makes them equal");
}

TEST(Dataset, Zip) {
  const Dataset a = Dataset::range(5), b = Dataset::range(10, 14), c = Dataset::range(20, 30);
  for (const Dataset& data : {Dataset::zip(a, b, c), Dataset::zip(in_order(a), b, c)}) {
    DatasetCursor cursor = data.begin_epoch(0);
    EXPECT_EQ(cursor.skip(2), 2);
    Batch batch;
    ASSERT_TRUE(cursor.next(batch));
    EXPECT_EQ(batch.x[0].item(), 2);
    EXPECT_EQ(batch.y[0].item(), 12);
    EXPECT_EQ(batch.weight.item(), 22);
    EXPECT_TRUE(cursor.next(batch));
    EXPECT_FALSE(cursor.next(batch));
  }
  EXPECT_EQ(Dataset::zip(a, b).cardinality(), 4);
  Batch batch;
  Dataset::zip(a, b).shuffle(0, 1).batch(4).begin_epoch(0).next(batch);
  for (int64_t i = 0; i < 4; ++i) EXPECT_EQ(batch.y[0].at({i}), batch.x[0].at({i}) + 10);
}

TEST(Dataset, Enumerate) {
  for (const Dataset& source : {Dataset::range(5, 8), in_order(Dataset::range(5, 8))}) {
    const Dataset data = source.enumerate(1);
    EXPECT_EQ(flat(data), (Ints{1, 2, 3}));
    EXPECT_EQ(flat(data, 0, 2), (Ints{3}));
    EXPECT_EQ(elements(data.batch(2)), (Numbers{{1, 2}, {3}}));
    EXPECT_EQ(data.element_spec().x.size(), 2u);
  }
}

TEST(Dataset, SkippingAnEpochGivesItsRest) {
  const Dataset source = pairs(60);
  const std::vector<Dataset> chains{
      source.shuffle(0, 1),
      source.shuffle(7, 1).batch(4),
      source.batch(3).shuffle(5, 2).unbatch(),
      in_order(source).shuffle(9, 3).batch(7, true),
      source.shuffle(0, 4).repeat(3).batch(32),
      in_order(source).repeat(2).skip(11).batch(5).prefetch(3),
      source.take(20).concatenate(in_order(source)).shuffle(16, 5),
      Dataset::zip(source.shuffle(0, 6), source.shuffle(0, 6)).enumerate().cache(),
  };
  for (size_t chain = 0; chain < chains.size(); ++chain)
    for (uint64_t epoch : {0, 2}) {
      const Numbers whole = elements(chains[chain], epoch);
      for (int64_t skipped : {0, 1, 5, int(whole.size()), int(whole.size()) + 3}) {
        const auto from = std::min<int64_t>(skipped, int64_t(whole.size()));
        EXPECT_EQ(elements(chains[chain], epoch, skipped), Numbers(whole.begin() + from, whole.end())) << chain;
      }
    }
}

TEST(Dataset, IndexedSkipTouchesNothing) {
  int made = 0;
  const Dataset data = Dataset::range(1'000'000'000).map([&](Batch batch) {
    ++made;
    return batch;
  });
  DatasetCursor cursor = data.batch(10).begin_epoch(0);
  EXPECT_EQ(cursor.skip(99'999'999), 99'999'999);
  Batch batch;
  EXPECT_TRUE(cursor.next(batch));
  EXPECT_EQ(batch.x[0].at({9}), 999'999'999);
  EXPECT_EQ(made, 10);
}

TEST(Dataset, Refusals) {
  EXPECT_EQ(error_of([] { Dataset(Tensor(Shape{3}), Tensor(Shape{4})); }),
            "a data set was given tensors with different numbers of samples: x [3] float32, y [4] float32 | the same "
            "first axis for all");
  EXPECT_EQ(error_of([] { Dataset(Tensor(1.f)); }),
            "a data set needs tensors with a first axis for the samples, and was given a scalar | expand_dims(0) for a "
            "single sample");
  EXPECT_EQ(error_of([] { Dataset(TensorList{}); }), "a data set was made without an input tensor | Dataset(x, y)");
  EXPECT_EQ(error_of([] { (void)Dataset().batch(2); }),
            "a data set without a source was used | Dataset(x, y), or another of its makers");
  EXPECT_EQ(error_of([] { (void)Dataset::range(3).batch(0); }), "batches of 0 samples | a batch size of 1 or more");
  EXPECT_EQ(error_of([] { (void)Dataset::range(3).repeat().shuffle(); }),
            "a shuffle of all elements of a data set without end | shuffle(buffer_size), or shuffle before repeat");
  EXPECT_EQ(error_of([] { (void)Dataset::range(0).map([](Batch batch) { return batch; }).element_spec(); }),
            "the data set is empty: it has no first element to tell its shapes and types");
  Batch batch;
  EXPECT_EQ(error_of([&] { pairs(3).read(Ints{0, 3}, batch); }), "sample 3 of a data set with 3 | a number from 0 on");
  EXPECT_EQ(error_of([&] { in_order(pairs(3)).read(Ints{0}, batch); }),
            "the data set can only be read in order | cache() after a first pass, or a data set from tensors");
  EXPECT_EQ(error_of([] { (void)Dataset::range(3).repeat().size(); }),
            "the data set has no end, and its size was asked for | take(count) for a part of it");
}

}  // namespace
}  // namespace cajal
