// What tests of the kernels share.
#pragma once

#include <gtest/gtest.h>

#include "cajal/backends/cpu/internal/targets.h"
#include "hwy/targets.h"

namespace cajal::cpu {

/// Runs the body once for each instruction set that the kernels are compiled for and this machine has.
template <class Body>
void for_each_target(Body body) {
  const auto choose = [](int64_t targets) {
    hwy::SetSupportedTargetsForTest(targets);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  };
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    choose(target);
    body();
    if (::testing::Test::HasFailure()) break;
  }
  choose(0);
}

}  // namespace cajal::cpu
