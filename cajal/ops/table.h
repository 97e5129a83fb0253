// All ops, for tests, tools and file readers.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "cajal/graph/op.h"

namespace cajal {

/// Every op in ops/, sorted by name.
std::span<const Op* const> all_ops();

/// The op with that name, or null.
const Op* find_op(std::string_view name);

/// The op with that name, or null where no file may name it with so many inputs: ops check their inputs' shapes and
/// trust their number, which recording fixes.
const Op* find_op(std::string_view name, size_t inputs);

}  // namespace cajal
