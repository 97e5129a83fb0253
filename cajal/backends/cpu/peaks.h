// What this machine can do at most: the yardstick for every measured figure. What it is stands in backends/machine.h.
#pragma once

namespace cajal {

/// What this machine can do at best, as `doctor` prints it.
struct Peaks {
  double flops_float32 = 0;        ///< multiply-adds from registers, counted as two operations, all threads together
  double bytes_per_second_l3 = 0;  ///< read from a block that fits into the last cache but not into the second one
  double bytes_per_second_memory = 0;  ///< read from a block that fits into no cache
};

/// Measures for about a third of a second. Other work on the machine lowers the figures.
Peaks measure_peaks(int threads);

}  // namespace cajal
