#include "cajal/nn/test_time_augmentation.h"

#include "cajal/nn/internal/test_support.h"
#include "cajal/nn/layers.h"

namespace cajal {
namespace {

using Views = FreshSession;

TEST_F(Views, AreAveragedByTheirWeights) {
  Sequential model(Input({3, 3}), {Flatten(), Dense(2)});
  const Tensor pictures = numbers({5, 3, 3}, 1);
  Tensor mirrored({5, 3, 3});
  for (int64_t i = 0; i < 5; ++i)
    for (int64_t y = 0; y < 3; ++y)
      for (int64_t x = 0; x < 3; ++x) mirrored.set({i, y, x}, pictures.at({i, y, 2 - x}));
  const Tensor plain = model.predict(pictures), turned = model.predict(mirrored);
  const Tensor got = predict_views(model, Dataset(pictures), {{{}, 3}, {{fixed_flip()}}}, {.batch_size = 2});
  ASSERT_EQ(got.shape(), (Shape{5, 2}));
  for (int64_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got.flat(i), 0.75 * plain.flat(i) + 0.25 * turned.flat(i), 1e-6);
  EXPECT_TRUE(identical(predict_views(model, Dataset(pictures), {{}}, {}), plain));
}

TEST_F(Views, ThatCountNothingAreRefused) {
  Sequential model(Input({2, 2}), {Flatten(), Dense(2)});
  const Dataset data(numbers({3, 2, 2}, 1));
  EXPECT_EQ(error_of([&] { predict_views(model, data, {}, {}); }).message(),
            "predict_views was given 0 views that count 0.000000 together");
  EXPECT_EQ(error_of([&] {
              predict_views(model, data, {{{}, -1}}, {});
            }).message(),
            "predict_views was given 1 views that count -1.000000 together");
}

}  // namespace
}  // namespace cajal
