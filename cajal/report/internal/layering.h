// Where the boxes of a network stand: from top to bottom, each below all that lead to it.
#pragma once

#include <utility>
#include <vector>

namespace cajal::report::internal {

/// Boxes and what leads where, by numbers.
struct Flow {
  struct Size {
    double width, height;
  };
  std::vector<Size> boxes;
  std::vector<std::pair<int, int>> edges;  ///< from, to; without circles
};

struct Point {
  double x, y;
};

/// Where all of it lies; y grows downwards.
struct Placement {
  std::vector<Point> centres;             ///< of the boxes
  std::vector<std::vector<Point>> paths;  ///< of the edges, from the bottom of one box to the top of the other
  double width = 0, height = 0;
};

/// A layered drawing with few crossings and straight main lines.
///
/// Ranks by the longest way from a source; crossings reduced by the mean place of the neighbours, eight sweeps; places
/// by least squares in each rank. Cost: a few sweeps over the boxes and edges.
/// Source: Sugiyama, Tagawa, Toda: Methods for Visual Understanding of Hierarchical System Structures, 1981.
Placement placed(const Flow& flow, double gap_across, double gap_down);

}  // namespace cajal::report::internal
