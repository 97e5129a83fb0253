// Files packed by xz, read through liblzma, which is opened when the first of them is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "cajal/base/files.h"

namespace cajal {

/// Whether the bytes begin as an xz file does.
bool is_xz(std::span<const std::byte> bytes);

/// Whether this build can unpack xz, and liblzma is there to do it.
bool can_read_xz();

/// All bytes that an xz file holds, several streams one after another included.
/// Errors: not_found, io; bad_data where it is cut off, damaged (checksum), not xz, or holds more than `most` bytes;
/// unsupported where liblzma is absent, or the file asks for more than 128 MB to be unpacked.
Bytes read_xz(const Path& path, size_t most = SIZE_MAX);

/// The bytes that xz made these of; `name` stands in errors.
Bytes unxz(std::span<const std::byte> packed, std::string_view name, size_t most = SIZE_MAX);

}  // namespace cajal
