// Attributes of the ops in control.h: what kernels and file writers read.
#pragma once

#include <memory>
#include <vector>

#include "cajal/graph/body.h"

namespace cajal {

/// The op's inputs: the initial carries, the sequences, the captured values. Its outputs: the final carries, the
/// stacked outputs, and for the first `histories` carries their values before each step, stacked along axis 0.
struct ScanAttributes {
  std::shared_ptr<const Graph> body;  // from (carries, slices, captured) to (carries, outputs)
  int carries = 0, histories = 0;
  std::vector<int> sequence_axes, output_axes;
  bool reverse = false;

  int sequences() const { return int(sequence_axes.size()); }
  int outputs() const { return int(output_axes.size()); }
  template <class V>
  void fields(V& v) const {
    v("body", body);
    v("carries", carries);
    v("histories", histories);
    v("sequence_axes", sequence_axes);
    v("output_axes", output_axes);
    v("reverse", reverse);
    v("random_ids", random_ids(*body));
  }
};

}  // namespace cajal
