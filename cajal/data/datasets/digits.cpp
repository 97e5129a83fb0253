// Digits drawn by Cajal: the forms in which people write 0 to 9, and the set of drawings made from them.
#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <string_view>

#include "cajal/base/error.h"
#include "cajal/base/parallel.h"
#include "cajal/base/text.h"
#include "cajal/data/datasets.h"
#include "cajal/data/internal/handwriting.h"
#include "cajal/data/internal/permutation.h"

namespace cajal {
namespace {

using internal::Form;
using Forms = std::vector<Form>;

constexpr int64_t classes = 10, pixels = internal::drawing_side * internal::drawing_side;

// A point for each "x,y", in hundredths; "|" lifts the pen.
std::vector<internal::Stroke> strokes(std::string_view text) {
  std::vector<internal::Stroke> out;
  for (const std::string& part : split(text, '|')) {
    internal::Stroke& stroke = out.emplace_back();
    for (const std::string& point : split(trim(part), ' ')) {
      const size_t comma = point.find(',');
      stroke.push_back({float(std::stoi(point)) / 100, float(std::stoi(point.substr(comma + 1))) / 100});
    }
  }
  return out;
}

// Of each digit the ways to write it: how often, usual width for a height of 1, strokes. A point twice is a corner.
const std::array<Forms, classes>& all_forms() {
  static const std::array<Forms, classes> forms{{
      // 0: round, from the top to the left; closed with a small overlap; begun at the right.
      {
          {3, .85f, strokes("60,0 22,16 0,56 15,90 46,100 82,82 98,44 90,10 58,1")},
          {1, .85f, strokes("82,8 46,2 10,32 3,72 34,100 76,85 98,43 82,10 50,6")},
          {1, .75f, strokes("40,8 10,35 5,75 40,100 82,75 95,28 70,2 35,10")},
      },
      // 1: a line, upright or leaning; with a flag; with flag and foot.
      {
          {5, .1f, strokes("50,0 50,50 50,100")},
          {4, .3f, strokes("95,0 52,50 5,100")},
          {1, .35f, strokes("10,25 40,15 70,0 70,0 68,50 66,100")},
          {.5f, .5f, strokes("15,22 55,0 55,0 55,50 55,100 | 10,100 50,99 95,100")},
      },
      // 2: a swan without loop; with a small loop below; with a large one; with a wide straight foot; angular as a Z.
      {
          {3, .8f, strokes("8,22 30,2 68,4 82,28 60,60 30,84 2,100 2,100 45,96 97,97")},
          {3, .85f, strokes("12,18 40,1 74,10 76,36 50,70 22,93 3,93 6,78 28,76 60,93 98,90")},
          {1.5f, .85f, strokes("20,15 50,0 74,15 68,45 40,85 12,100 0,84 20,68 50,80 75,96 100,92")},
          {1, .8f, strokes("5,12 40,0 78,14 70,45 40,70 8,93 12,97 50,90 97,100")},
          {1, .85f, strokes("5,10 45,0 85,8 60,45 8,95 8,95 50,95 98,90")},
      },
      // 3: two bows with a corner between; with a small loop; the corner further right; with a flat top.
      {
          {4, .72f, strokes("8,12 40,0 80,12 72,36 34,48 34,48 78,56 93,78 60,98 20,98 2,86")},
          {2, .7f, strokes("10,10 50,0 84,14 66,38 38,46 46,53 80,60 86,84 50,100 5,90")},
          {1.5f, .72f, strokes("10,6 50,0 86,10 74,34 48,45 48,45 82,56 88,80 55,97 2,97")},
          {.6f, .75f, strokes("8,3 45,3 88,2 88,2 40,42 40,42 82,52 90,80 50,100 4,90")},
      },
      // 4: open with straight arms; open and round; closed; the long line apart; a cup on a long bent stem.
      {
          {3, .75f, strokes("18,5 10,30 6,54 30,58 85,50 | 86,0 78,50 70,100")},
          {2, .72f, strokes("15,2 6,35 25,55 70,45 92,5 92,5 82,50 72,100")},
          {1.2f, .78f, strokes("72,0 40,30 2,62 2,62 50,62 98,60 | 72,2 70,50 66,100")},
          {2, .8f, strokes("25,8 15,30 4,58 4,58 50,56 98,50 | 76,5 70,50 62,100")},
          {1, .7f, strokes("10,5 6,40 40,42 80,30 | 85,2 75,50 50,100")},
      },
      // 5: the bar written last; in one stroke from the bar; nearly an S; the bar a roof over a straight back.
      {
          {3, .78f, strokes("28,6 20,25 14,45 14,45 50,40 82,60 74,88 40,100 2,92 | 28,6 60,3 96,0")},
          {2, .8f, strokes("96,2 60,3 30,6 30,6 22,25 20,44 20,44 55,42 80,62 70,90 35,100 2,90")},
          {1.5f, .75f, strokes("95,4 60,2 32,14 30,36 60,52 78,74 55,96 25,100 3,88")},
          {1.5f, .85f, strokes("40,10 30,28 26,42 26,42 50,46 66,66 52,90 20,100 0,88 | 40,8 70,4 100,0")},
      },
      // 6: a bow into a loop; a straight back with a small loop; upright and wide; a flat wide loop.
      {
          {3, .68f, strokes("72,0 40,20 12,50 6,82 42,100 88,84 84,58 45,56 12,82")},
          {2, .65f, strokes("50,0 22,35 6,70 25,97 65,96 90,75 62,60 25,72 14,85")},
          {1, .75f, strokes("85,4 50,6 15,35 3,70 25,98 65,98 90,78 70,56 35,58 8,75")},
          {1.5f, .85f, strokes("40,0 12,35 4,70 25,98 70,92 96,66 76,50 42,66 30,92")},
      },
      // 7: a bar and a straight line; the line bent; a hook at the left; a wave and a bend; a short bar across.
      {
          {3, .75f, strokes("2,6 45,4 92,3 92,3 72,46 46,100")},
          {3, .72f, strokes("2,10 40,6 88,3 90,10 66,45 50,75 46,100")},
          {1.5f, .75f, strokes("2,28 6,6 6,6 50,8 93,2 93,2 72,50 60,100")},
          {1, .75f, strokes("2,12 30,2 60,6 88,6 80,40 62,75 55,100")},
          {1.5f, .78f, strokes("4,6 45,4 92,3 92,3 64,50 36,100 | 30,52 60,50 90,47")},
      },
      // 8: in one stroke from the right; from the left; two rings; open at the top right.
      {
          {4, .66f, strokes("82,14 50,0 16,16 36,42 76,66 78,90 44,100 12,84 30,58 66,38 86,12")},
          {2, .66f, strokes("70,8 34,4 22,28 50,47 82,70 68,97 25,96 15,70 50,46 85,22 62,3")},
          {.8f, .62f, strokes("50,48 18,34 24,6 60,0 85,20 70,43 48,48 | 50,48 12,66 20,93 60,100 90,80 76,54 50,48")},
          {2, .75f, strokes("85,20 50,2 10,14 20,38 55,55 66,82 42,100 20,84 40,55 70,35 97,8")},
      },
      // 9: a ring and a straight line; a bent tail; in one line without lifting; a small high ring.
      {
          {3, .65f, strokes("84,16 50,1 12,18 14,42 50,46 84,20 84,20 80,55 70,100")},
          {1.5f, .65f, strokes("82,12 46,2 10,24 24,48 62,40 86,14 86,14 88,55 70,92 34,100 12,90")},
          {2, .62f, strokes("78,10 40,2 8,25 30,46 68,30 86,8 78,40 60,75 46,100")},
          {1.5f, .6f, strokes("90,12 50,0 10,20 16,38 50,38 86,14 86,14 70,55 42,100")},
      },
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
      .summary = "12,000 drawings of 0-9, 28 x 28; 10,000 to learn from, 2,000 held out",
      .origin = "drawn by Cajal, no download",
      .classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
      .load = [](const std::string&) { return datasets::digits(); },
  };
  return entry;
}

}  // namespace cajal
