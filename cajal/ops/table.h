// All ops, for tests, tools and file readers.
#pragma once

#include <span>
#include <string_view>

#include "cajal/graph/op.h"

namespace cajal {

/// Every op in ops/, sorted by name.
std::span<const Op* const> all_ops();

/// The op with that name, or null.
const Op* find_op(std::string_view name);

}  // namespace cajal
