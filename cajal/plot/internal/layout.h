// How a figure's room is shared: gnuplot guesses the width of words, too wide by half for SVG, so we do it ourselves.
#pragma once

#include "cajal/plot/figure.h"
#include "cajal/plot/internal/script.h"

namespace cajal::plot::internal {

/// A rectangle in points, from the lower left corner of the figure.
struct Box {
  double left, right, bottom, top;
  double width() const { return right - left; }
  double height() const { return top - bottom; }
};

/// One axes, ready to be written: what can be seen, where it stands.
struct Arranged {
  Box cell;   ///< all that there is
  Box outer;  ///< what is used of it: the area with the words round it
  Box area;   ///< between the axes
  View across, up;
  Legend legend;
};

/// The place of axes number `index` in the figure.
Arranged arranged(const AxesState& axes, const FigureOptions& options, int index, const Canvas& canvas);

/// Whether the marks of the horizontal axis must be turned to fit in.
bool must_turn(const View& across, double width, size_t most_letters);

}  // namespace cajal::plot::internal
