// Ops that change the shape of a tensor or move its elements, none of which calculates.
//
// Types: any; the output's is the input's. Shapes may be symbolic unless said otherwise.
// The versions for Tensors (cajal/eager/ops.h) are written from these lines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cajal/graph/op.h"

namespace cajal {

/// The same elements in row-major order with another shape.
///
/// One dimension may be -1: whatever is left. Costs nothing where the planner can share the memory.
/// Errors: the number of elements differs. Gradient: reshape(dy, shape of x).
Var reshape(const Var& x, const Shape& target);

/// The axes from `axis` on as one axis.
///
/// `flatten_from(x, 1)` makes one row per sample. Shapes: [a, b, c, d], axis 2 -> [a, b, c d].
Var flatten_from(const Var& x, int axis = 0);

/// A new axis of size 1, at that place of the result.
Var expand_dims(const Var& x, int axis);

/// Without the axes named, each of size 1; without names, without all axes of size 1.
Var squeeze(const Var& x, const std::vector<int>& axes = {});

/// Axes of size 1, and missing leading axes, repeated.
///
/// A dimension of -1 keeps the size that x has there. Errors: x cannot be broadcast to the shape.
/// Gradient: dy summed over the repeated axes.
Var broadcast_to(const Var& x, const Shape& shape);

/// `broadcast_to(x, shape of like)`, whatever that shape is when the program runs.
Var broadcast_like(const Var& x, const Var& like);

/// The axes in another order: `axes[i]` is the axis of x that becomes axis i. Without an order: reversed.
///
/// Gradient: transpose(dy, inverse order).
Var transpose(const Var& x, const std::vector<int>& axes = {});

/// Two axes exchanged.
Var swapaxes(const Var& x, int axis1, int axis2);

/// One axis moved to another place; the others keep their order.
Var moveaxis(const Var& x, int source, int destination);

/// start:stop:step of each leading axis, as NumPy; the axes after them are taken whole.
///
/// Negative numbers count from the end; `from_first` and `to_end` leave an end open; steps may be negative. Shapes: an
/// axis of unknown size can only be taken whole. Errors: a step of 0; lists of different lengths.
/// Gradient: dy at its places in zeros.
Var slice(const Var& x, const std::vector<int64_t>& starts, const std::vector<int64_t>& stops,
          const std::vector<int64_t>& steps = {});

/// Elements [start, stop) of one axis.
Var slice_axis(const Var& x, int axis, int64_t start, int64_t stop = to_end);

/// `size` elements of one axis from `start` on, an integer known only at run time.
///
/// Errors, when run: start < 0 or start + size beyond the axis. Gradient: dy at its place in zeros; none for start.
Var dynamic_slice(const Var& x, const Var& start, int axis, int64_t size);

/// x with `update` written over a part of one axis, from `start` on, an integer known only at run time.
///
/// For key and value caches. Shapes: update has x's sizes but on that axis. Errors, when run: start < 0 or the update
/// reaches beyond the axis. Gradient: dy with zeros in that part, and that part of dy; none for start.
Var dynamic_update_slice(const Var& x, const Var& update, const Var& start, int axis);

/// Tensors joined along an axis that they have.
///
/// Types: as Keras promotes. Errors: sizes differ on another axis. Gradient: dy cut into the parts.
Var concatenate(const Vars& inputs, int axis = -1);

/// One axis cut into equal sections.
///
/// Errors: the size is not a multiple. Gradient: the parts' gradients joined.
Vars split(const Var& x, int sections, int axis = 0);

/// One axis cut before each of the indices, which grow.
Vars split(const Var& x, const std::vector<int64_t>& indices, int axis = 0);

/// Tensors of one shape joined along a new axis, at that place of the result.
Var stack(const Vars& inputs, int axis = 0);

/// The parts at each index of one axis, which goes away. Shapes: the axis has a known size.
Vars unstack(const Var& x, int axis = 0);

/// x with `low[i]` elements before and `high[i]` after axis i.
///
/// Modes: "constant" (the value), "reflect" (mirrored without the outermost element), "symmetric" (mirrored with it),
/// "edge" (the outermost element). Shapes: one number per axis, or one list of one number for all; an axis of unknown
/// size takes 0. Errors: a negative number; an unknown mode; mirroring an empty axis.
/// Gradient: dy summed at the elements that were repeated.
Var pad(const Var& x, const std::vector<int64_t>& low, const std::vector<int64_t>& high,
        const std::string& mode = "constant", double value = 0);

/// x repeated as a whole, `repeats[i]` times along axis i; a list that is too short is filled with 1 in front.
Var tile(const Var& x, const std::vector<int64_t>& repeats);

/// Each element along the axis repeated `repeats` times.
Var repeat(const Var& x, int64_t repeats, int axis);

/// The order turned round along the axes named; without names, along all.
Var flip(const Var& x, const std::vector<int>& axes = {});

/// Elements shifted along the axis, those pushed out at the end coming in at the start. Shapes: a known size.
Var roll(const Var& x, int64_t shift, int axis);

/// The index of each element along an axis of x: 0, 1, ..., size - 1, as int32 [size].
///
/// For masks and positions along axes whose size is known only when the program runs. Gradient: none.
Var index_along(const Var& x, int axis);

}  // namespace cajal
