// Measuring which kernels are the fastest for the calls of a plan: `cajal bench --tune`.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cajal/program/plan.h"

namespace cajal {

/// One call, carried out by each kernel that can.
struct TunedCall {
  std::string call;
  std::string given;                                         ///< the kernel that the shipped tables choose
  std::string best;                                          ///< the fastest; `given` where none is 3 % faster
  std::vector<std::pair<std::string, double>> seconds = {};  ///< medians
};

/// Every call of the plan, whether there is a choice for it or not, and the kernel that carries it out.
KernelTable kernels_of(const Plan& plan);

/// Times the calls of the plan for which there is a choice, on random numbers; each call once.
///
/// `seconds`: how long to measure each call. Compiled plans do not change: the result goes into a table.
std::vector<TunedCall> tune(const Plan& plan, const CompileOptions& options, double seconds);

}  // namespace cajal
