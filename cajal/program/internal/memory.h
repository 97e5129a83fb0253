// Where each value of a plan lies: lifetimes, memory used again, results written in place.
#pragma once

#include "cajal/program/plan.h"

namespace cajal {

/// Gives every value of `plan` (whose steps, values, variables and constants are there) its Location, adds the steps
/// that copy assigned values into their variables, and fills regions and arena_bytes.
void plan_memory(Plan& plan);

/// Offsets for stretches of memory so that none in use at the same time overlap, the largest first. Returns the total.
/// `margin` bytes stay free on both sides of each.
size_t pack(std::vector<Region>& regions, size_t margin, bool share);

/// The bytes round a guarded region, and what they hold.
inline constexpr size_t guard_bytes = 64;
inline constexpr uint8_t guard_pattern = 0xC5;

}  // namespace cajal
