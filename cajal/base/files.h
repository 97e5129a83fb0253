// Files: read whole, mapped or unzipped, and written so that a reader never meets half of one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cajal/base/parallel.h"

namespace cajal {

using Path = std::filesystem::path;
using Bytes = std::vector<std::byte>;

/// The characters of a text as bytes, and bytes as text; nothing is copied.
inline std::span<const std::byte> as_bytes(std::string_view text) { return std::as_bytes(std::span(text)); }
/// The other way round.
inline std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// True where something of that name exists and may be looked at.
bool file_exists(const Path& path);

/// All bytes of a file. Errors: not_found with the nearest name in the folder; io with the system's reason.
Bytes read_file(const Path& path);

/// All bytes of a file as text.
std::string read_text(const Path& path);

/// Writes a whole file: beside the old one under a name of its own, flushed to the disk, then renamed over it.
///
/// A failed write removes what it began and leaves the previous file as it was. Keeps the previous file's permissions,
/// follows a symbolic link, and makes missing folders. A pipe or a device is written to directly.
/// Errors: io with the system's reason (no room, no permission).
void write_file_atomically(const Path& path, std::span<const std::byte> bytes);
/// The same for a text.
void write_file_atomically(const Path& path, std::string_view text);
/// The same for a file too large for memory: `write` fills the stream. What it throws comes through.
void write_file_atomically(const Path& path, FunctionRef<void(std::ostream&)> write);

/// The folder for what was fetched or measured, and can be again: $CAJAL_CACHE, or else $XDG_CACHE_HOME/cajal, or else
/// ~/.cache/cajal. Errors: none of the three variables (HOME for the last) is set.
Path cache_folder();

/// A file seen as memory. Pages are read when touched; writing to them changes this process's copy and never the file.
class MappedFile {
 public:
  /// Errors: not_found, io.
  explicit MappedFile(const Path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  /// The content; starts at a page's beginning (a multiple of 4096).
  std::span<std::byte> bytes() const { return bytes_; }

 private:
  std::span<std::byte> bytes_;
};

/// Reads a gzip file piece by piece, several members one after another included.
class GzipReader {
 public:
  /// Errors: not_found, io.
  explicit GzipReader(const Path& path);
  ~GzipReader();
  GzipReader(GzipReader&&) noexcept;
  GzipReader& operator=(GzipReader&&) noexcept;

  /// Fills `out` from its beginning; gives the number of bytes written, fewer than asked only at the end.
  /// Errors: bad_data where the file is cut off, damaged (checksum) or not gzip, with the place in the file.
  size_t read(std::span<std::byte> out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// All bytes that a gzip file holds; bad_data also where they are more than `most`.
Bytes read_gzip(const Path& path, size_t most = SIZE_MAX);

/// The bytes that gzip made these of; `name` stands in errors.
Bytes gunzip(std::span<const std::byte> zipped, std::string_view name, size_t most = SIZE_MAX);

}  // namespace cajal
