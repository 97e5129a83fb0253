// Files from the network, known by their checksum, kept in a cache.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cajal/base/files.h"

namespace cajal {

/// A file that can be fetched.
struct RemoteFile {
  std::string name;                    ///< what it is called in its folder
  std::vector<std::string> urls = {};  ///< http, https or file; tried in this order
  int64_t bytes = 0;                   ///< how large it is; 0: not known
  std::string sha256 = {};             ///< its checksum, 64 hexadecimal digits
  /// The checksum is that of what a gzip file holds: mirrors pack the same bytes differently.
  bool of_content = false;
};

/// How far a download is.
struct DownloadProgress {
  std::string_view name;
  int64_t done = 0, total = 0;  ///< in bytes; total 0: not known
};

/// What a download may be told.
struct DownloadOptions {
  /// Called some times a second; false stops.
  std::function<bool(const DownloadProgress&)> progress = {};
};

/// Whether this build can fetch files, and libcurl is there to do it.
bool can_download();

/// Whether a file has the checksum that is wanted.
bool is_intact(const RemoteFile& file, const Path& path);

/// Fetches a file into a folder, unless it is there and intact; gives its path.
///
/// It is written beside (name.part), goes on where an earlier try was cut off, and takes its name only after its
/// checksum was verified. Processes that fetch the same file wait for each other.
/// Errors: io where no address answers, or the disk is full (what came stays, for the next try); bad_data where the
/// checksum is another (the file is removed; both sums are named); interrupted; unsupported without libcurl.
Path download(const RemoteFile& file, const Path& folder, const DownloadOptions& options = {});

}  // namespace cajal
