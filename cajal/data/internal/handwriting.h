// Handwriting: strokes as a writer means them, and as they come out.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cajal/base/random.h"

namespace cajal::internal {

/// A place in a box one wide and one high: x to the right, y downwards.
struct Point {
  float x = 0, y = 0;
};

/// What the pen passes from where it is set down to where it is lifted: a smooth curve through the points, with a
/// corner where a point stands twice.
using Stroke = std::vector<Point>;

/// One way to write a character.
struct Form {
  float share;   ///< how often it is chosen, relative to the others
  float aspect;  ///< its usual width for a height of 1
  std::vector<Stroke> strokes;
};

inline constexpr int64_t drawing_side = 28;

/// Draws one of the forms into 28 x 28 bytes, 0 is paper and 255 ink, as no other hand would: wobble, slant,
/// proportions, pen and pressure come from the stream. As in MNIST the longer side is 20 pixels and the centre of mass
/// in the middle.
void draw(std::span<const Form> forms, random::Stream& stream, std::span<uint8_t> pixels);

}  // namespace cajal::internal
