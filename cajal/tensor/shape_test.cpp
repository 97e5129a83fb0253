#include "cajal/tensor/shape.h"

#include <gtest/gtest.h>

#include <functional>

#include "cajal/base/error.h"

namespace cajal {
namespace {

std::string message_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

const Dim batch = Dim::symbol("batch"), steps = Dim::symbol("time");

TEST(Dim, IntegersAreThemselves) {
  const Dim dim = 3;
  EXPECT_FALSE(dim.is_symbolic());
  EXPECT_EQ(int64_t(dim), 3);
  EXPECT_TRUE(dim == 3);
  EXPECT_EQ(dim.text(), "3");
}

TEST(Dim, SymbolsOfOneNameAreEqual) {
  EXPECT_EQ(Dim::symbol("batch"), batch);
  EXPECT_FALSE(batch == steps);
  EXPECT_FALSE(batch == 1);
  EXPECT_EQ(message_of([] { (void)batch.value(); }), "the dimension batch is known only when the program runs");
}

TEST(Dim, ProductsAreCommutative) {
  EXPECT_EQ(batch * steps, steps * batch);
  EXPECT_EQ((2 * batch).text(), "2*batch");
  EXPECT_EQ(Dim(2) * batch * Dim(3), Dim(6) * batch);
  EXPECT_EQ(Dim(0) * batch, Dim(0));
  EXPECT_EQ(message_of([] { (void)(batch * batch * batch * batch * batch); }).find("the dimension"), 0u);
  EXPECT_EQ(message_of([] { (void)(Dim(INT64_MAX) * Dim(2)); }),
            "the dimension 9223372036854775807 times 2 is more than a 64-bit integer can hold");
}

TEST(Dim, ExactDivision) {
  EXPECT_EQ(exact_division(Dim(6) * batch * steps, Dim(2) * batch), Dim(3) * steps);
  EXPECT_EQ(exact_division(12, 4), Dim(3));
  EXPECT_EQ(message_of([] { exact_division(7, 2); }), "the dimension 7 cannot be divided by 2");
  EXPECT_EQ(message_of([] { exact_division(7, 0); }), "the dimension 7 cannot be divided by 0");
  EXPECT_EQ(message_of([] { exact_division(batch, steps); }), "the dimension batch cannot be divided by time");
}

TEST(Shape, AxesSizeAndText) {
  const Shape shape = {batch, 28, 3};
  EXPECT_EQ(shape.rank(), 3);
  EXPECT_EQ(shape[-1], Dim(3));
  EXPECT_EQ(shape.front(), batch);
  EXPECT_EQ(shape.size(), Dim(84) * batch);
  EXPECT_EQ(shape.text(), "[batch, 28, 3]");
  EXPECT_TRUE(shape.is_symbolic());
  EXPECT_EQ(Shape{}.text(), "[]");
  EXPECT_EQ(Shape{}.size(), Dim(1));
  EXPECT_EQ(shape.slice(1, 3), (Shape{28, 3}));
  EXPECT_EQ(message_of([&] { (void)shape[3]; }), "axis 3 of a tensor with 3 axes");
  EXPECT_EQ(message_of([&] { shape.slice(2, 4); }), "axes 2 to 4 of the shape [batch, 28, 3] do not exist");
}

TEST(Shape, Broadcast) {
  EXPECT_EQ(broadcast({batch, 1, 3}, {4, 1}), (Shape{batch, 4, 3}));
  EXPECT_EQ(broadcast({}, {2}), (Shape{2}));
  EXPECT_EQ(broadcast({0, 1}, {1, 5}), (Shape{0, 5}));
  EXPECT_EQ(message_of([] {
              broadcast({2, 3}, {4, 3});
            }),
            "the shapes [2, 3] and [4, 3] cannot be combined: 2 against 4 on axis -2");
  EXPECT_THROW(broadcast({batch}, {steps}), Error);
  EXPECT_TRUE(broadcasts_to({1, 3}, {batch, 3}));
  EXPECT_FALSE(broadcasts_to({batch, 3}, {3}));
  EXPECT_FALSE(broadcasts_to({2}, {1}));
}

TEST(Shape, NormalAxes) {
  EXPECT_EQ(normal_axis(-1, 3), 2);
  EXPECT_EQ(normal_axes({-1, 0}, 3), (std::vector<int>{0, 2}));
  EXPECT_EQ(normal_axes({}, 2), (std::vector<int>{0, 1}));
  EXPECT_EQ(message_of([] { normal_axes({0, -2}, 2); }), "the same axis is named twice");
  EXPECT_EQ(message_of([] { normal_axis(0, 0); }), "axis 0 of a tensor with 0 axes");
  EXPECT_EQ(message_of([] { normal_axis(1, 1); }), "axis 1 of a tensor with 1 axis");
}

TEST(Bindings, LearnAndApply) {
  Bindings bindings;
  EXPECT_TRUE(bindings.match({batch, 28}, {32, 28}));
  EXPECT_TRUE(bindings.match({batch * steps}, {320}));
  EXPECT_EQ(bindings(steps), 10);
  EXPECT_EQ(bindings(Shape{2 * batch, steps, 3}), (Shape{64, 10, 3}));
  EXPECT_EQ(bindings.text(), "batch = 32, time = 10");
}

TEST(Bindings, RefuseWhatDoesNotFit) {
  Bindings bindings;
  EXPECT_FALSE(bindings.match({batch, 28}, {32, 27}));
  EXPECT_FALSE(bindings.match({batch, batch}, {2, 3}));
  EXPECT_FALSE(bindings.match({2 * batch}, {7}));
  EXPECT_FALSE(Bindings().match({2 * batch}, {7}));
  EXPECT_FALSE(bindings.match({3}, {3, 1}));
  const Dim never = Dim::symbol("never bound");
  EXPECT_EQ(message_of([&] { bindings(never); }),
            "the dimension 'never bound' appears in no input, so its size is unknown");
}

}  // namespace
}  // namespace cajal
