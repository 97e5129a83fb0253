// Digits drawn by Cajal: the forms in which people write 0 to 9, and the set of drawings made from them.
#include <algorithm>
#include <array>
#include <numeric>

#include "cajal/base/error.h"
#include "cajal/base/parallel.h"
#include "cajal/data/datasets.h"
#include "cajal/data/internal/handwriting.h"
#include "cajal/data/internal/permutation.h"

namespace cajal {
namespace {

using internal::Form;
using Forms = std::vector<Form>;

constexpr int64_t classes = 10, pixels = internal::drawing_side * internal::drawing_side;

// Of each digit the ways to write it: {share, aspect, strokes}. A point that stands twice is a corner.
const std::array<Forms, classes>& all_forms() {
  static const std::array<Forms, classes> forms{{
      // 0: round, from the top to the left; closed with a small overlap; begun at the right.
      {{3, .85f, {{{.6f, .0f}, {.22f, .16f}, {.0f, .56f}, {.15f, .9f}, {.46f, 1}, {.82f, .82f}, {.98f, .44f}, {.9f, .1f}, {.58f, .01f}}}},
       {1, .85f, {{{.82f, .08f}, {.46f, .02f}, {.1f, .32f}, {.03f, .72f}, {.34f, 1}, {.76f, .85f}, {.98f, .43f}, {.82f, .1f}, {.5f, .06f}}}},
       {1, .75f, {{{.4f, .08f}, {.1f, .35f}, {.05f, .75f}, {.4f, 1}, {.82f, .75f}, {.95f, .28f}, {.7f, .02f}, {.35f, .1f}}}}},
      // 1: a line, upright or leaning; with a flag; with flag and foot.
      {{5, .1f, {{{.5f, 0}, {.5f, .5f}, {.5f, 1}}}},
       {4, .3f, {{{.95f, 0}, {.52f, .5f}, {.05f, 1}}}},
       {1, .35f, {{{.1f, .25f}, {.4f, .15f}, {.7f, 0}, {.7f, 0}, {.68f, .5f}, {.66f, 1}}}},
       {.5f, .5f, {{{.15f, .22f}, {.55f, 0}, {.55f, 0}, {.55f, .5f}, {.55f, 1}}, {{.1f, 1}, {.5f, .99f}, {.95f, 1}}}}},
      // 2: a swan without loop; with a loop below; with a wide straight foot; angular as a Z.
      {{3, .8f, {{{.08f, .22f}, {.3f, .02f}, {.68f, .04f}, {.82f, .28f}, {.6f, .6f}, {.3f, .84f}, {.02f, 1}, {.02f, 1}, {.45f, .96f}, {.97f, .97f}}}},
       {3, .85f, {{{.12f, .18f}, {.4f, .01f}, {.74f, .1f}, {.76f, .36f}, {.5f, .7f}, {.22f, .93f}, {.03f, .93f}, {.06f, .78f}, {.28f, .76f}, {.6f, .93f}, {.98f, .9f}}}},
       {1.5f, .85f, {{{.2f, .15f}, {.5f, .0f}, {.74f, .15f}, {.68f, .45f}, {.4f, .85f}, {.12f, 1}, {.0f, .84f}, {.2f, .68f}, {.5f, .8f}, {.75f, .96f}, {1, .92f}}}},
       {1, .8f, {{{.05f, .12f}, {.4f, .0f}, {.78f, .14f}, {.7f, .45f}, {.4f, .7f}, {.08f, .93f}, {.12f, .97f}, {.5f, .9f}, {.97f, 1}}}},
       {1, .85f, {{{.05f, .1f}, {.45f, .0f}, {.85f, .08f}, {.6f, .45f}, {.08f, .95f}, {.08f, .95f}, {.5f, .95f}, {.98f, .9f}}}}},
      // 3: two bows with a corner between; with a small loop; with a flat top; the bows barely apart.
      {{4, .72f, {{{.08f, .12f}, {.4f, 0}, {.8f, .12f}, {.72f, .36f}, {.34f, .48f}, {.34f, .48f}, {.78f, .56f}, {.93f, .78f}, {.6f, .98f}, {.2f, .98f}, {.02f, .86f}}}},
       {2, .7f, {{{.1f, .1f}, {.5f, 0}, {.84f, .14f}, {.66f, .38f}, {.38f, .46f}, {.46f, .53f}, {.8f, .6f}, {.86f, .84f}, {.5f, 1}, {.05f, .9f}}}},
       {1.5f, .72f, {{{.1f, .06f}, {.5f, .0f}, {.86f, .1f}, {.74f, .34f}, {.48f, .45f}, {.48f, .45f}, {.82f, .56f}, {.88f, .8f}, {.55f, .97f}, {.02f, .97f}}}},
       {.6f, .75f, {{{.08f, .03f}, {.45f, .03f}, {.88f, .02f}, {.88f, .02f}, {.4f, .42f}, {.4f, .42f}, {.82f, .52f}, {.9f, .8f}, {.5f, 1}, {.04f, .9f}}}}},
      // 4: open with straight arms; open and round; closed; the long line apart; a high open cup on a short stem.
      {{3, .75f, {{{.18f, .05f}, {.1f, .3f}, {.06f, .54f}, {.3f, .58f}, {.85f, .5f}}, {{.86f, .0f}, {.78f, .5f}, {.7f, 1}}}},
       {2, .72f, {{{.15f, .02f}, {.06f, .35f}, {.25f, .55f}, {.7f, .45f}, {.92f, .05f}, {.92f, .05f}, {.82f, .5f}, {.72f, 1}}}},
       {1.2f, .78f, {{{.72f, 0}, {.4f, .3f}, {.02f, .62f}, {.02f, .62f}, {.5f, .62f}, {.98f, .6f}}, {{.72f, .02f}, {.7f, .5f}, {.66f, 1}}}},
       {2, .8f, {{{.25f, .08f}, {.15f, .3f}, {.04f, .58f}, {.04f, .58f}, {.5f, .56f}, {.98f, .5f}}, {{.76f, .05f}, {.7f, .5f}, {.62f, 1}}}},
       {1, .7f, {{{.1f, .05f}, {.06f, .4f}, {.4f, .42f}, {.8f, .3f}}, {{.85f, .02f}, {.75f, .5f}, {.5f, 1}}}}},
      // 5: the bar written last; in one stroke from the bar; nearly an S; the bar a roof over a straight back.
      {{3, .78f, {{{.28f, .06f}, {.2f, .25f}, {.14f, .45f}, {.14f, .45f}, {.5f, .4f}, {.82f, .6f}, {.74f, .88f}, {.4f, 1}, {.02f, .92f}}, {{.28f, .06f}, {.6f, .03f}, {.96f, .0f}}}},
       {2, .8f, {{{.96f, .02f}, {.6f, .03f}, {.3f, .06f}, {.3f, .06f}, {.22f, .25f}, {.2f, .44f}, {.2f, .44f}, {.55f, .42f}, {.8f, .62f}, {.7f, .9f}, {.35f, 1}, {.02f, .9f}}}},
       {1.5f, .75f, {{{.95f, .04f}, {.6f, .02f}, {.32f, .14f}, {.3f, .36f}, {.6f, .52f}, {.78f, .74f}, {.55f, .96f}, {.25f, 1}, {.03f, .88f}}}},
       {1.5f, .85f, {{{.4f, .1f}, {.3f, .28f}, {.26f, .42f}, {.26f, .42f}, {.5f, .46f}, {.66f, .66f}, {.52f, .9f}, {.2f, 1}, {.0f, .88f}}, {{.4f, .08f}, {.7f, .04f}, {1, .0f}}}}},
      // 6: a bow into a loop; a straight back with a small loop; upright and wide; a flat wide loop.
      {{3, .68f, {{{.72f, 0}, {.4f, .2f}, {.12f, .5f}, {.06f, .82f}, {.42f, 1}, {.88f, .84f}, {.84f, .58f}, {.45f, .56f}, {.12f, .82f}}}},
       {2, .65f, {{{.5f, 0}, {.22f, .35f}, {.06f, .7f}, {.25f, .97f}, {.65f, .96f}, {.9f, .75f}, {.62f, .6f}, {.25f, .72f}, {.14f, .85f}}}},
       {1, .75f, {{{.85f, .04f}, {.5f, .06f}, {.15f, .35f}, {.03f, .7f}, {.25f, .98f}, {.65f, .98f}, {.9f, .78f}, {.7f, .56f}, {.35f, .58f}, {.08f, .75f}}}},
       {1.5f, .85f, {{{.4f, 0}, {.12f, .35f}, {.04f, .7f}, {.25f, .98f}, {.7f, .92f}, {.96f, .66f}, {.76f, .5f}, {.42f, .66f}, {.3f, .92f}}}}},
      // 7: a bar and a straight line; the line bent; a hook at the left; a short bar across.
      {{3, .75f, {{{.02f, .06f}, {.45f, .04f}, {.92f, .03f}, {.92f, .03f}, {.72f, .46f}, {.46f, 1}}}},
       {3, .72f, {{{.02f, .1f}, {.4f, .06f}, {.88f, .03f}, {.9f, .1f}, {.66f, .45f}, {.5f, .75f}, {.46f, 1}}}},
       {1.5f, .75f, {{{.02f, .28f}, {.06f, .06f}, {.06f, .06f}, {.5f, .08f}, {.93f, .02f}, {.93f, .02f}, {.72f, .5f}, {.6f, 1}}}},
       {1, .75f, {{{.02f, .12f}, {.3f, .02f}, {.6f, .06f}, {.88f, .06f}, {.8f, .4f}, {.62f, .75f}, {.55f, 1}}}},
       {1.5f, .78f, {{{.04f, .06f}, {.45f, .04f}, {.92f, .03f}, {.92f, .03f}, {.64f, .5f}, {.36f, 1}}, {{.3f, .52f}, {.6f, .5f}, {.9f, .47f}}}}},
      // 8: in one stroke from the right; from the left; two rings; open at the top right.
      {{4, .66f, {{{.82f, .14f}, {.5f, 0}, {.16f, .16f}, {.36f, .42f}, {.76f, .66f}, {.78f, .9f}, {.44f, 1}, {.12f, .84f}, {.3f, .58f}, {.66f, .38f}, {.86f, .12f}}}},
       {2, .66f, {{{.7f, .08f}, {.34f, .04f}, {.22f, .28f}, {.5f, .47f}, {.82f, .7f}, {.68f, .97f}, {.25f, .96f}, {.15f, .7f}, {.5f, .46f}, {.85f, .22f}, {.62f, .03f}}}},
       {.8f, .62f, {{{.5f, .48f}, {.18f, .34f}, {.24f, .06f}, {.6f, .0f}, {.85f, .2f}, {.7f, .43f}, {.48f, .48f}}, {{.5f, .48f}, {.12f, .66f}, {.2f, .93f}, {.6f, 1}, {.9f, .8f}, {.76f, .54f}, {.5f, .48f}}}},
       {2, .75f, {{{.85f, .2f}, {.5f, .02f}, {.1f, .14f}, {.2f, .38f}, {.55f, .55f}, {.66f, .82f}, {.42f, 1}, {.2f, .84f}, {.4f, .55f}, {.7f, .35f}, {.97f, .08f}}}}},
      // 9: a ring and a straight line; a bent tail; in one line without lifting; a small high ring.
      {{3, .65f, {{{.84f, .16f}, {.5f, .01f}, {.12f, .18f}, {.14f, .42f}, {.5f, .46f}, {.84f, .2f}, {.84f, .2f}, {.8f, .55f}, {.7f, 1}}}},
       {1.5f, .65f, {{{.82f, .12f}, {.46f, .02f}, {.1f, .24f}, {.24f, .48f}, {.62f, .4f}, {.86f, .14f}, {.86f, .14f}, {.88f, .55f}, {.7f, .92f}, {.34f, 1}, {.12f, .9f}}}},
       {2, .62f, {{{.78f, .1f}, {.4f, .02f}, {.08f, .25f}, {.3f, .46f}, {.68f, .3f}, {.86f, .08f}, {.78f, .4f}, {.6f, .75f}, {.46f, 1}}}},
       {1.5f, .6f, {{{.9f, .12f}, {.5f, .0f}, {.1f, .2f}, {.16f, .38f}, {.5f, .38f}, {.86f, .14f}, {.86f, .14f}, {.7f, .55f}, {.42f, 1}}}}},
  }};
  return forms;
}

}  // namespace

TrainTest datasets::digits(int64_t train, int64_t test, uint64_t seed) {
  if (train < 1 || test < 1)
    fail("digits with " + std::to_string(train) + " drawings to learn from and " + std::to_string(test) + " held out",
         "1 or more of each");
  const int64_t count = train + test;
  Tensor images({count, internal::drawing_side, internal::drawing_side}, DType::uint8), labels({count}, DType::uint8);
  // Each ten drawings in a row are the ten digits, in random order.
  parallel_for((count + classes - 1) / classes, 8, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block) {
      random::Stream stream(random::mix(seed) + uint64_t(block));
      const auto order = internal::permutation(classes, stream);
      for (int64_t i = 0; i < classes && block * classes + i < count; ++i) {
        const int64_t place = block * classes + i;
        labels.data<uint8_t>()[place] = uint8_t(order[size_t(i)]);
        internal::draw(all_forms()[size_t(order[size_t(i)])], stream,
                       {images.data<uint8_t>() + place * pixels, size_t(pixels)});
      }
    }
  });
  auto part = [&](int64_t first, int64_t last) {
    const Slice range{.start = first, .stop = last};
    return Dataset(images.slice(0, range), labels.slice(0, range));
  };
  return {part(0, train), part(train, count)};
}

const DatasetEntry& digits_dataset() {
  static const DatasetEntry entry{
      .name = "digits",
      .summary = "12,000 drawings of 0-9, 28 x 28; 10,000 to learn from, 2,000 held out (drawn by Cajal, no download)",
      .classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
      .load = [](const std::string&) { return datasets::digits(); },
  };
  return entry;
}

}  // namespace cajal
