// What layers share that change pictures by chance: numbers for each sample, and pictures read at other places.
#pragma once

#include <cstdint>
#include <string>

#include "cajal/nn/layer.h"
#include "cajal/nn/sizes.h"

namespace cajal::internal {

/// One number for each sample, uniform in the range: [batch, 1, ...], as many axes as x. Drawn in float32 at least.
Var drawn_per_sample(const Var& x, const Range::Pair& range);

/// The places 0, 1, ..., size - 1 of one of x's axes, which has a known size: [1, ..., size, ..., 1].
Var places_along(const Var& x, int axis, DType type);
/// The same as numbers that can tell all places apart, to count with.
Var places_along(const Var& x, int axis);

/// What stands between the places of a picture and beyond its edges.
struct Reading {
  std::string fill_mode, interpolation;
  double fill_value = 0;
};
/// Throws Error for words that are none.
void expect_reading(const std::string& owner, const Reading& reading);

/// Pictures [batch, height, width, channels] at whole places that lie within them.
///
/// `rows` and `columns` have four axes, of which the last is 1: each sample and each place of the result has its own,
/// or, along an axis of size 1, shares it. Gradient: of the picture, none of the places.
Var picked(const Var& x, const Var& rows, const Var& columns);

/// The same at any places, also between and beyond.
Var read_at(const Var& x, const Var& rows, const Var& columns, const Reading& reading);

}  // namespace cajal::internal
