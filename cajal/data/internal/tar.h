// Tar archives, read from a stream: what data sets are packed in.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "cajal/base/parallel.h"

namespace cajal::internal {

/// Fills a span from its beginning; gives how many bytes came, fewer only at the end.
using ReadStream = FunctionRef<size_t(std::span<std::byte>)>;

/// Goes through the files of an archive: `take(name, size, read)` may read up to `size` bytes of each, and what it
/// leaves is skipped. `archive` names it in errors. Errors: bad_data where it is cut off or is no tar archive.
void read_tar(ReadStream stream, std::string_view archive,
              FunctionRef<void(const std::string& name, size_t size, ReadStream read)> take);

}  // namespace cajal::internal
