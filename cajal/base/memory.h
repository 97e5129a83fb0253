// How much memory the process may still take.
#pragma once

#include <cstdint>
#include <string>

namespace cajal {

/// Bytes that can be had before the system begins to swap or to end processes: what the system has to give away, or the
/// limit of the process's control group, whichever is less. UINT64_MAX where nobody knows.
uint64_t free_memory();

/// Throws Error{out_of_memory} where `bytes` are more than there are: "WHAT needs 41 GB of memory, and 16 GB are free".
/// What takes little is let through without a look. Cost: some 20 microseconds for more than 64 MB.
void require_memory(uint64_t bytes, const std::string& what, const std::string& hint);

}  // namespace cajal
