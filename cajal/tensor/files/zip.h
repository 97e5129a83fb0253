// Zip archives: what .npz, .keras, .pt and .docx files are.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cajal/base/files.h"

namespace cajal {

/// One file inside an archive.
struct ZipEntry {
  std::string name;
  uint64_t size = 0;       ///< bytes, unpacked
  uint64_t packed = 0;     ///< bytes in the archive
  uint64_t header_at = 0;  ///< where its header begins
  uint32_t checksum = 0;   ///< CRC-32 of the unpacked bytes
  uint16_t method = 0;     ///< 0 stored, 8 deflated
  uint16_t flags = 0;
};

/// Reads an archive: stored and deflated files, also archives of more than 4 GB (zip64).
class ZipReader {
 public:
  /// Reads the list of files. Errors: not_found, io; bad_data where the list is cut off, contradicts itself or names
  /// a file twice, with the byte.
  explicit ZipReader(const Path& path);
  /// The same from bytes, which must stay; `name` stands in errors.
  ZipReader(std::span<const std::byte> bytes, std::string_view name);

  const std::vector<ZipEntry>& entries() const { return entries_; }
  /// The file of that name; throws Error{not_found} with the nearest name.
  const ZipEntry& entry(std::string_view name) const;
  bool contains(std::string_view name) const;
  const std::string& name() const { return name_; }

  /// The unpacked bytes, their checksum compared. Errors: bad_data; unsupported for encrypted files and other methods.
  Bytes read(const ZipEntry& entry) const;
  /// The bytes as they lie in the archive, still packed.
  std::span<const std::byte> packed(const ZipEntry& entry) const;

 private:
  void read_list();
  void check_overlaps() const;

  std::shared_ptr<MappedFile> file_;
  std::span<const std::byte> bytes_;
  std::string name_;
  std::vector<ZipEntry> entries_;
};

/// How an archive is written.
struct ZipOptions {
  bool compress = false;  ///< deflate what becomes smaller by it
  bool zip64 = false;     ///< write 64-bit sizes also where 32 bits are enough
};

/// Writes an archive into a stream, one file after another. The same files give the same bytes: no time is written.
class ZipWriter {
 public:
  explicit ZipWriter(std::ostream& out, ZipOptions options = {}) : out_(out), options_(options) {}

  /// Adds a file that consists of these pieces.
  void add(std::string name, std::initializer_list<std::span<const std::byte>> pieces);
  /// Writes the list of files; nothing may be added afterwards.
  void finish();

 private:
  void write(std::string_view text);

  std::ostream& out_;
  ZipOptions options_;
  uint64_t written_ = 0;
  std::vector<ZipEntry> entries_;
};

}  // namespace cajal
