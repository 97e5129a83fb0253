// Fuzz targets: functions that read any bytes as a file of one kind.
#pragma once

#include <cstddef>
#include <span>

#include "cajal/base/error.h"

namespace cajal::fuzz {

using Input = std::span<const std::byte>;

/// Begins a target. It may end by returning or by throwing Error; anything else is a finding.
#define CAJAL_FUZZ_TARGET(stem) void stem##_target([[maybe_unused]] Input bytes)

/// Ends the program where what was read contradicts itself: a finding that is no crash by itself.
void require(bool holds, const char* what);

}  // namespace cajal::fuzz
