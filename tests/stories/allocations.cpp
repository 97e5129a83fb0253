// A training step allocates nothing: operator new is counted while one runs.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "cajal/cajal.h"

namespace {
std::atomic<int64_t> allocations = 0;

void* counted(size_t bytes) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(bytes ? bytes : 1)) return memory;
  throw std::bad_alloc();
}

void* counted(size_t bytes, std::align_val_t alignment) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  const size_t step = size_t(alignment), whole = (bytes + step - 1) / step * step;
  if (void* memory = std::aligned_alloc(step, whole ? whole : step)) return memory;
  throw std::bad_alloc();
}
}  // namespace

void* operator new(size_t bytes) { return counted(bytes); }
void* operator new[](size_t bytes) { return counted(bytes); }
void* operator new(size_t bytes, std::align_val_t alignment) { return counted(bytes, alignment); }
void* operator new[](size_t bytes, std::align_val_t alignment) { return counted(bytes, alignment); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }

namespace cajal {
namespace {

Sequential small_model() {
  set_random_seed(3);
  Sequential model({Rescaling(1. / 255), Flatten(), Dense(32, "relu"), BatchNormalization(), Dropout(0.3), Dense(10)});
  model.compile(
      {.optimizer = Adam(), .loss = SparseCategoricalCrossentropy({.from_logits = true}), .metrics = {"accuracy"}});
  return model;
}

TEST(Allocations, ATrainingStepHasNone) {
  Sequential model = small_model();
  const Batch batch{{Tensor({16, 8, 8}, DType::uint8)}, {Tensor({16}, DType::uint8)}, {}};
  Program& program = model.training_program(batch);
  Instance& instance = program.instance({batch.x[0].shape(), batch.y[0].shape()});
  instance.feed(0, batch.x[0]);
  instance.feed(1, batch.y[0]);
  program.run(instance);  // addresses are looked up once
  const int64_t before = allocations;
  for (int step = 0; step < 100; ++step) program.run(instance);
  EXPECT_EQ(allocations - before, 0);
}

TEST(Allocations, NeitherHaveReadingABatchAndFeedingIt) {
  Sequential model = small_model();
  Tensor x({64, 8, 8}, DType::uint8), y({64}, DType::uint8);
  BatchReader reader(Dataset(x, y), 16, true, 1);
  Batch batch;
  ASSERT_TRUE(reader.next(batch));
  Program& program = model.training_program(batch);
  Instance& instance = program.instance({batch.x[0].shape(), batch.y[0].shape()});
  int64_t inside = 0;
  for (uint64_t epoch = 0; epoch < 25; ++epoch) {
    reader.begin_epoch(epoch);
    const int64_t before = allocations;
    while (reader.next(batch)) {
      instance.feed(0, batch.x[0]);
      instance.feed(1, batch.y[0]);
      program.run(instance);
    }
    if (epoch > 0) inside += allocations - before;
  }
  EXPECT_EQ(inside, 0);
}

}  // namespace
}  // namespace cajal
