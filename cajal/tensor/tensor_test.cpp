#include "cajal/tensor/tensor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "cajal/base/error.h"
#include "cajal/base/random.h"

namespace cajal {
namespace {

// "message | hint" of the error that the body throws.
std::string error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.message() + (error.hint().empty() ? "" : " | " + error.hint());
  }
  return "no error";
}

Code code_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.code();
  }
  return Code(0);
}

Tensor counted(const Shape& shape, DType type = DType::int32) {
  Tensor out(shape, type);
  for (int64_t i = 0; i < out.size(); ++i) out.set_flat(i, double(i));
  return out;
}

std::vector<int> ints(const Tensor& tensor) { return tensor.values<int32_t>(); }
using Ints = std::vector<int>;

TEST(Buffer, IsAlignedZeroAndPadded) {
  for (size_t size : {0, 1, 63, 64, 65, 1000, 5'000'000}) {
    const Buffer buffer(size);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer.data()) % 64, 0u);
    EXPECT_EQ(buffer.size(), size);
    for (size_t i = 0; i < (size + 63) / 64 * 64; ++i) ASSERT_EQ(buffer.data()[i], std::byte(0));
  }
}

TEST(Buffer, TooMuchMemoryIsAnError) {
  EXPECT_EQ(code_of([] { Buffer(SIZE_MAX); }), Code::out_of_memory);
  EXPECT_EQ(code_of([] { Tensor(Shape{int64_t(1) << 40, int64_t(1) << 40}); }), Code::out_of_memory);
  EXPECT_EQ(
      error_of([] { Tensor(Shape{int64_t(1) << 61}); }),
      "there is no memory for a tensor of shape [2305843009213693952] of float32 | smaller batches, images or layers");
}

TEST(Buffer, HoldsItsOwner) {
  auto owner = std::make_shared<std::vector<float>>(4, 2.f);
  std::weak_ptr<std::vector<float>> watch = owner;
  Tensor view = Tensor::view(std::make_shared<Buffer>(owner->data(), 16, owner), 4, {3}, DType::float32);
  owner.reset();
  EXPECT_FALSE(watch.expired());
  EXPECT_EQ(view.values<float>(), (std::vector<float>{2, 2, 2}));
  view = Tensor();
  EXPECT_TRUE(watch.expired());
}

TEST(Tensor, DefaultMadeIsEmpty) {
  const Tensor none;
  EXPECT_FALSE(none.defined());
  EXPECT_EQ(none.raw(), nullptr);
  const std::string expected =
      "a tensor without a value was used | give it one first: a default-made Tensor has no elements";
  EXPECT_EQ(error_of([&] { none.item(); }), expected);
  EXPECT_EQ(error_of([&] { none.copy(); }), expected);
  EXPECT_EQ(error_of([&] { none.reshape({1}); }), expected);
  EXPECT_EQ(error_of([&] { none.data<float>(); }), expected);
}

TEST(Tensor, MadeFromValues) {
  EXPECT_EQ(Tensor(2.5).dtype(), DType::float32);
  EXPECT_EQ(Tensor(2).dtype(), DType::int32);
  EXPECT_EQ(Tensor(2.5f).item(), 2.5);
  EXPECT_EQ(Tensor(2).rank(), 0);
  const Tensor numbers = Tensor::of({1.f, 2.f, 3.f, 4.f}, {2, 2});
  EXPECT_EQ(numbers.dtype(), DType::float32);
  EXPECT_EQ(numbers.at({1, 0}), 3);
  EXPECT_EQ(Tensor::of(std::vector<bool>{true, false}).dtype(), DType::boolean);
  EXPECT_EQ(Tensor::of({true, false}).values<bool>(), (std::vector<bool>{true, false}));
  EXPECT_EQ(Tensor::of(std::vector<int64_t>{}).shape(), (Shape{0}));
  EXPECT_EQ(Tensor::full({2}, 300, DType::uint8).values<int32_t>(), (Ints{255, 255}));
  EXPECT_EQ(Tensor(Shape{2, 3}).values<float>(), std::vector<float>(6, 0.f));
  EXPECT_EQ(error_of([] { Tensor::of({1, 2, 3}, {2, 2}); }), "the shape [2, 2] needs 4 values and was given 3");
}

TEST(Tensor, ShapesThatCannotBe) {
  EXPECT_EQ(error_of([] { Tensor(Shape{2, -1}); }), "the shape [2, -1] has a negative dimension | sizes of 0 or more");
  EXPECT_EQ(error_of([] {
              Tensor(Shape{Dim::symbol("batch"), 2});
            }),
            "the dimension batch is known only when the program runs | give the input a fixed size");
  EXPECT_EQ(code_of([] { Tensor(Shape{0, int64_t(1) << 62, 16}); }), Code::out_of_memory);
}

TEST(Tensor, ViewsOfBuffersAreChecked) {
  const auto buffer = std::make_shared<Buffer>(64);
  EXPECT_EQ(Tensor::view(buffer, 0, {16}, DType::float32).size(), 16);
  EXPECT_EQ(Tensor::view(buffer, 60, {4, 4}, DType::float32, {-4, -1}).size(), 16);
  EXPECT_EQ(Tensor::view(buffer, 64, {0}, DType::float32).size(), 0);
  for (const auto& strides : {std::vector<int64_t>{1}, {-1}, {int64_t(1) << 62}, {INT64_MIN}})
    EXPECT_THROW(Tensor::view(buffer, 4, {16}, DType::float32, strides), Error);
  EXPECT_THROW(Tensor::view(buffer, SIZE_MAX - 3, {1}, DType::float32), Error);
  EXPECT_THROW(Tensor::view(buffer, 0, {2}, DType::float32, {1, 1}), Error);
  EXPECT_THROW(Tensor::view(nullptr, 0, {2}, DType::float32), Error);
  EXPECT_EQ(error_of([&] { Tensor::view(buffer, 0, {17}, DType::float32); }),
            "a view of shape [17] of float32 from byte 0 reaches outside its buffer of 64 bytes");
  EXPECT_EQ(error_of([&] { Tensor::view(buffer, 2, {1}, DType::float32); }),
            "a view of float32 from byte 2 is not aligned | a place that is a multiple of 4");
}

TEST(Tensor, ElementsByIndexAndPlace) {
  Tensor numbers = counted({2, 3});
  EXPECT_EQ(numbers.at({1, 2}), 5);
  EXPECT_EQ(numbers.at({-1, -3}), 3);
  EXPECT_EQ(numbers.flat(4), 4);
  EXPECT_EQ(numbers.flat(-1), 5);
  EXPECT_EQ(numbers.transpose().flat(1), 3);
  numbers.set({0, 1}, 70);
  numbers.transpose().set_flat(-1, 80);
  EXPECT_EQ(ints(numbers), (Ints{0, 70, 2, 3, 4, 80}));
  EXPECT_EQ(error_of([&] {
              numbers.at({2, 0});
            }),
            "index 2 on axis 0 of a tensor of shape [2, 3] | an index from 0 to 1");
  EXPECT_EQ(error_of([&] { numbers.at({0}); }), "1 indices for a tensor of shape [2, 3] | one index for each axis");
  EXPECT_EQ(error_of([&] { numbers.flat(6); }), "element 6 of a tensor of shape [2, 3] with 6 elements");
  EXPECT_EQ(error_of([&] { numbers.item(); }),
            "the one value of a tensor of shape [2, 3] with 6 elements was asked for | at({...}) for one of them, or a "
            "reduction such as mean");
  EXPECT_EQ(
      error_of([&] { numbers.data<float>(); }),
      "a tensor of shape [2, 3] holds int32, and its data was asked for as float32 | cast to float32 first, or ask for "
      "int32");
}

TEST(Tensor, IndexingSharesMemory) {
  Tensor numbers = counted({2, 2, 2});
  Tensor last = numbers[-1];
  EXPECT_EQ(last.shape(), (Shape{2, 2}));
  last[0].set({1}, 50);
  EXPECT_EQ(numbers.at({1, 0, 1}), 50);
  EXPECT_EQ(numbers[0][1][1].item(), 3);
  EXPECT_EQ(error_of([&] { numbers[2]; }), "index 2 on axis 0 of a tensor of shape [2, 2, 2] | an index from 0 to 1");
  EXPECT_EQ(error_of([&] { Tensor(1)[0]; }), "an index of a scalar tensor | item() for its value");
}

// What Python's lists give for the same slice of 0 ... size-1.
Ints python_slice(int size, Slice slice) {
  Ints out;
  const bool forward = slice.step > 0;
  auto bound = [&](int64_t value) {
    if (value < 0) value += size;
    return std::clamp<int64_t>(value, forward ? 0 : -1, forward ? size : size - 1);
  };
  const int64_t start = slice.start == from_first ? (forward ? 0 : size - 1) : bound(slice.start);
  const int64_t stop = slice.stop == to_end ? (forward ? size : -1) : bound(slice.stop);
  for (int64_t i = start; forward ? i < stop : i > stop; i += slice.step) out.push_back(int(i));
  return out;
}

TEST(Tensor, SlicesAreNumPys) {
  for (int size : {0, 1, 5})
    for (int64_t start : {from_first, int64_t(-7), int64_t(-2), int64_t(0), int64_t(3), int64_t(9)})
      for (int64_t stop : {to_end, int64_t(-7), int64_t(-1), int64_t(0), int64_t(4), int64_t(9)})
        for (int64_t step : {-3, -2, -1, 1, 2, 7}) {
          const Slice slice{start, stop, step};
          EXPECT_EQ(ints(counted({size}).slice(0, slice)), python_slice(size, slice))
              << size << " " << start << ":" << stop << ":" << step;
        }
  const Tensor five = counted({5});
  EXPECT_EQ(ints(five.slice(0, {.step = INT64_MIN})), (Ints{4}));
  EXPECT_EQ(ints(five.slice(0, {.start = 1, .step = INT64_MAX})), (Ints{1}));
  EXPECT_EQ(error_of([&] { five.slice(0, {.step = 0}); }), "a slice with step 0 | a step of 1, or -1 to go backwards");
}

TEST(Tensor, SlicesOfSeveralAxes) {
  const Tensor numbers = counted({4, 5});
  const Tensor part = numbers({{.start = 1, .stop = 3}, {.step = -2}});
  EXPECT_EQ(part.shape(), (Shape{2, 3}));
  EXPECT_EQ(ints(part), (Ints{9, 7, 5, 14, 12, 10}));
  EXPECT_EQ(ints(part({{.step = -1}, {0, 1}})), (Ints{14, 9}));
  EXPECT_EQ(numbers({{2, 2}}).shape(), (Shape{0, 5}));
  EXPECT_EQ(numbers.slice(-1, {0, 2}).shape(), (Shape{4, 2}));
  EXPECT_EQ(error_of([&] {
              numbers({{}, {}, {}});
            }),
            "3 slices of a tensor of shape [4, 5] | at most one slice for each axis");
  EXPECT_EQ(error_of([&] { numbers.slice(2, {}); }), "axis 2 of a tensor with 2 axes | an axis from -2 to 1");
}

TEST(Tensor, Transpose) {
  const Tensor numbers = counted({2, 3, 4});
  EXPECT_EQ(numbers.transpose().shape(), (Shape{4, 3, 2}));
  const Tensor moved = numbers.transpose({2, 0, -2});
  EXPECT_EQ(moved.shape(), (Shape{4, 2, 3}));
  EXPECT_EQ(moved.at({3, 1, 2}), numbers.at({1, 2, 3}));
  EXPECT_EQ(error_of([&] {
              numbers.transpose({0, 1});
            }),
            "a transpose of a tensor of shape [2, 3, 4] names 2 axes | each axis once");
  EXPECT_EQ(error_of([&] { numbers.transpose({0, 1, 1}); }), "the same axis is named twice");
}

TEST(Tensor, BroadcastSqueezeExpand) {
  const Tensor row = counted({1, 3});
  EXPECT_EQ(ints(row.broadcast_to({2, 2, 3})), (Ints{0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2}));
  EXPECT_EQ(row.broadcast_to({0, 3}).size(), 0);
  EXPECT_EQ(row.squeeze(0).shape(), (Shape{3}));
  EXPECT_EQ(row.expand_dims(-1).shape(), (Shape{1, 3, 1}));
  EXPECT_TRUE(row.expand_dims(1).is_contiguous());
  EXPECT_EQ(
      error_of([&] {
        row.broadcast_to({3, 2});
      }),
      "a tensor of shape [1, 3] cannot be repeated to the shape [3, 2] | the same sizes from the last axis on, or 1");
  EXPECT_EQ(error_of([&] { row.squeeze(1); }),
            "axis 1 of a tensor of shape [1, 3] cannot be left out: its size is not 1 | reshape, or an index to take "
            "one part");
  EXPECT_EQ(error_of([&] { row.expand_dims(3); }), "axis 3 of a tensor with 3 axes | an axis from -3 to 2");
}

TEST(Tensor, ReshapeSharesWherePossible) {
  Tensor numbers = counted({4, 6});
  EXPECT_EQ(numbers.reshape({-1}).shape(), (Shape{24}));
  EXPECT_EQ(numbers.reshape({2, -1, 3}).raw(), numbers.raw());
  const Tensor split = numbers.transpose().reshape({2, 3, 4});
  EXPECT_EQ(split.raw(), numbers.raw());
  EXPECT_EQ(ints(split), ints(numbers.transpose()));
  const Tensor flat = numbers.transpose().reshape({24});
  EXPECT_NE(flat.raw(), numbers.raw());
  EXPECT_EQ(ints(flat), ints(numbers.transpose()));
  EXPECT_EQ(numbers.slice(0, {.step = -1}).reshape({4, 2, 3}).at({0, 0, 0}), 18);
  EXPECT_EQ(Tensor(1).reshape({1, 1}).reshape(Shape{}).item(), 1);
  EXPECT_EQ(Tensor(Shape{0, 3}).reshape({3, 0, 2}).shape(), (Shape{3, 0, 2}));
}

// Each reshape of each permuted, sliced tensor must equal the reshape of its copy.
TEST(Tensor, ReshapeOfAnyViewIsThatOfItsCopy) {
  const Tensor base = counted({2, 4, 6});
  random::Stream stream(1);
  const std::vector<std::vector<int>> orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  for (int trial = 0; trial < 300; ++trial) {
    const Tensor view = base.slice(1, {.step = stream.below(2) ? 2 : -1})
                            .slice(2, {.start = stream.below(2) ? 0 : from_first, .step = stream.below(2) ? 1 : 3})
                            .transpose(orders[size_t(stream.below(6))]);
    std::vector<int64_t> dims;
    for (int64_t left = view.size(); left > 1;) {
      int64_t part = 1 + stream.below(left);
      while (left % part != 0) --part;
      dims.push_back(part);
      left /= part;
    }
    const Tensor reshaped = view.reshape(Shape::of(dims));
    ASSERT_EQ(ints(reshaped), ints(view)) << view.shape().text() << " to " << reshaped.shape().text();
    ASSERT_TRUE(identical(reshaped, view.copy().reshape(Shape::of(dims))));
  }
}

TEST(Tensor, ReshapeErrors) {
  const Tensor numbers = counted({2, 3});
  EXPECT_EQ(error_of([&] { numbers.reshape({4}); }),
            "a tensor of shape [2, 3] with 6 elements cannot have the shape [4] with 4 | -1 for the size that follows");
  EXPECT_EQ(error_of([&] {
              numbers.reshape({4, -1});
            }),
            "a tensor of shape [2, 3] with 6 elements cannot have the shape [4, -1] with 4 | a shape whose known sizes "
            "divide 6");
  EXPECT_EQ(error_of([&] {
              numbers.reshape({-1, -1});
            }),
            "a reshape to [-1, -1] | sizes of 0 or more, and -1 at most once");
  EXPECT_EQ(error_of([&] {
              numbers.reshape({-2, 3});
            }),
            "a reshape to [-2, 3] | sizes of 0 or more, and -1 at most once");
  EXPECT_THROW(numbers.reshape({0, -1}), Error);
  EXPECT_THROW(numbers.reshape({int64_t(1) << 62, 8}), Error);
}

TEST(Tensor, CopyCastContiguous) {
  const Tensor numbers = counted({2, 3}), turned = numbers.transpose();
  EXPECT_TRUE(numbers.is_contiguous());
  EXPECT_FALSE(turned.is_contiguous());
  EXPECT_EQ(numbers.contiguous().raw(), numbers.raw());
  EXPECT_TRUE(turned.contiguous().is_contiguous());
  EXPECT_TRUE(identical(turned.copy(), turned));
  EXPECT_NE(numbers.copy().raw(), numbers.raw());
  EXPECT_EQ(numbers.cast(DType::int32).raw(), numbers.raw());
  EXPECT_EQ(turned.cast(DType::float16).values<double>(), (std::vector<double>{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(Tensor::of({-1.5f, 0.f, 2.7f}).cast(DType::int64).values<int64_t>(), (std::vector<int64_t>{-1, 0, 2}));
  EXPECT_EQ(Tensor(Shape{0}).cast(DType::boolean).size(), 0);
}

TEST(Tensor, CastReachesEveryTypeFromEveryType) {
  const std::vector<double> expected = {0, 1, 1, 0};
  for (int from = 0; from < dtype_count; ++from)
    for (int to = 0; to < dtype_count; ++to)
      EXPECT_EQ(Tensor::of({0, 1, 1, 0}).cast(DType(from)).cast(DType(to)).values<double>(), expected);
}

TEST(Tensor, LargeIntegersStayExact) {
  const int64_t large = (int64_t(1) << 53) + 1;
  EXPECT_EQ(Tensor::of({large}).values<int64_t>()[0], large);
  EXPECT_EQ(Tensor::of({large}).slice(0, {.step = -1}).copy().values<int64_t>()[0], large);
}

TEST(Tensor, AssignConvertsBroadcastsAndOverlaps) {
  Tensor target(Shape{2, 3});
  target.assign(Tensor::of({1, 2, 3}));
  EXPECT_EQ(target.values<float>(), (std::vector<float>{1, 2, 3, 1, 2, 3}));
  target.slice(1, {.step = 2}).assign(Tensor(9));
  EXPECT_EQ(target.values<float>(), (std::vector<float>{9, 2, 9, 9, 2, 9}));
  Tensor line = counted({5});
  line.slice(0, {.start = 1}).assign(line.slice(0, {.stop = 4}));
  EXPECT_EQ(ints(line), (Ints{0, 0, 1, 2, 3}));
  line.assign(line.slice(0, {.step = -1}));
  EXPECT_EQ(ints(line), (Ints{3, 2, 1, 0, 0}));
  EXPECT_EQ(
      error_of([&] { line.assign(counted({2})); }),
      "a tensor of shape [2] cannot be written into one of shape [5] | the same sizes from the last axis on, or 1");
}

TEST(Tensor, IdenticalComparesBits) {
  EXPECT_TRUE(identical(counted({2, 2}), counted({2, 2}).transpose().transpose()));
  EXPECT_FALSE(identical(counted({4}), counted({2, 2})));
  EXPECT_FALSE(identical(counted({2}), counted({2}, DType::int64)));
  EXPECT_FALSE(identical(Tensor(0.f), Tensor(-0.f)));
  EXPECT_TRUE(identical(Tensor(), Tensor()));
  EXPECT_FALSE(identical(Tensor(), Tensor(1)));
}

}  // namespace
}  // namespace cajal
