#include "cajal/data/download.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "cajal/base/error.h"
#include "cajal/base/sha256.h"
#include "cajal/base/text.h"
#include "cajal/data/internal/curl.h"

namespace cajal {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail_io(const std::string& doing, int reason) {
  throw Error(Code::io, fmt::format("{} failed: {}", doing, std::generic_category().message(reason)));
}

std::string sum_of_content(const Path& path) {
  GzipReader reader(path);
  Bytes piece(1 << 20);
  Sha256 sum;
  while (const size_t size = reader.read(piece)) sum.add(std::span(piece).first(size));
  return sum.hex();
}

// The sum that is to be compared; of a gzip file that cannot be unzipped, what is wrong with it.
std::string sum_of(const RemoteFile& file, const Path& path) {
  if (!file.of_content) return sha256(MappedFile(path).bytes());
  try {
    return sum_of_content(path);
  } catch (const Error& error) {
    if (error.code() != Code::bad_data) throw;
    return "none, as it is damaged";
  }
}

// The file that grows beside the wanted one. Whoever has it open locked is the one who fetches.
class PartFile {
 public:
  explicit PartFile(Path path) : path_(std::move(path)) {
    do {
      if (number_ >= 0) ::close(number_);
      number_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
      if (number_ < 0) fail_io("writing '" + path_.string() + "'", errno);
      while (::flock(number_, LOCK_EX) && errno == EINTR) continue;
    } while (!is_still_there());
  }
  ~PartFile() { ::close(number_); }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  const Path& path() const { return path_; }
  int64_t size() const { return int64_t(::lseek(number_, 0, SEEK_END)); }
  void clear() {
    if (::ftruncate(number_, 0)) fail_io("writing '" + path_.string() + "'", errno);
  }
  bool write(const char* bytes, size_t size) {
    while (size > 0) {
      const ssize_t count = ::write(number_, bytes, size);
      if (count < 0 && errno != EINTR) {
        reason_ = errno;
        return false;
      }
      if (count > 0) bytes += count, size -= size_t(count);
    }
    return true;
  }
  int reason() const { return reason_; }
  void remove() { ::unlink(path_.c_str()); }
  void rename_to(const Path& wanted) {
    if (::fsync(number_) && errno != EINVAL) fail_io("writing '" + wanted.string() + "'", errno);
    if (::rename(path_.c_str(), wanted.c_str())) fail_io("writing '" + wanted.string() + "'", errno);
  }

 private:
  // While this process waited for the lock, another may have finished, and renamed or removed the file.
  bool is_still_there() const {
    struct stat mine, named;
    return !::fstat(number_, &mine) && !::stat(path_.c_str(), &named) && mine.st_ino == named.st_ino;
  }

  Path path_;
  int number_ = -1, reason_ = 0;
};

class Download {
 public:
  Download(const RemoteFile& file, const Path& folder, const DownloadOptions& options)
      : file_(file), folder_(folder), options_(options), part_(folder / (file.name + ".part")) {}

  // Empty where it worked; else why this address did not.
  std::string try_url(const std::string& url) {
    const int64_t before = part_.size();
    std::string reason = fetch(url, before);
    if (!reason.empty()) return reason;
    std::string sum = sum_of(file_, part_.path());
    if (sum != file_.sha256 && before > 0) {  // what was there already may be to blame
      part_.clear();
      reason = fetch(url, 0);
      if (!reason.empty()) return reason;
      sum = sum_of(file_, part_.path());
    }
    if (sum == file_.sha256) {
      part_.rename_to(folder_ / file_.name);
      return {};
    }
    part_.clear();
    wrong_sum_ = true;
    return fmt::format("its SHA-256 is {}, and {} was expected", sum, file_.sha256);
  }

  bool wrong_sum() const { return wrong_sum_; }
  void give_up() {
    if (part_.size() == 0) part_.remove();
  }

 private:
  std::string fetch(const std::string& url, int64_t offset) {
    internal::Transfer transfer{.url = url, .offset = offset};
    if (file_.bytes > 0) transfer.limit = file_.of_content ? 2 * file_.bytes + 1'000'000 : file_.bytes;
    transfer.write = [this](const char* bytes, size_t size) { return part_.write(bytes, size); };
    if (options_.progress)
      transfer.progress = [this](int64_t done, int64_t total) {
        return options_.progress({file_.name, done, total > 0 ? total : file_.bytes});
      };
    const internal::TransferResult result = internal::transfer(transfer);
    if (result.end == internal::TransferEnd::cannot_resume) {
      if (offset == 0) return "the server sends only parts of it";
      part_.clear();
      return fetch(url, 0);
    }
    if (result.end == internal::TransferEnd::not_written) fail_writing();
    if (result.end == internal::TransferEnd::stopped)
      throw Error(Code::interrupted,
                  fmt::format("fetching {} was stopped after {}", file_.name, human_bytes(uint64_t(part_.size()))), {},
                  "the same again: it goes on from there");
    return result.reason;
  }

  [[noreturn]] void fail_writing() const {
    if (part_.reason() == ENOSPC || part_.reason() == EDQUOT)
      throw Error(Code::io, fmt::format("there is no room on the disk for {} in '{}'", file_.name, folder_.string()),
                  {}, "free some space, or set CAJAL_CACHE to a folder with more; it goes on where it stopped");
    fail_io("writing '" + part_.path().string() + "'", part_.reason());
  }

  const RemoteFile& file_;
  const Path& folder_;
  const DownloadOptions& options_;
  PartFile part_;
  bool wrong_sum_ = false;
};

}  // namespace

bool can_download() { return internal::why_no_curl().empty(); }

bool is_intact(const RemoteFile& file, const Path& path) {
  return file_exists(path) && sum_of(file, path) == file.sha256;
}

Path download(const RemoteFile& file, const Path& folder, const DownloadOptions& options) {
  const Path wanted = folder / file.name;
  if (is_intact(file, wanted)) return wanted;
  if (!can_download())
    throw Error(Code::unsupported, fmt::format("{} cannot be fetched: {}", file.name, internal::why_no_curl()), {},
                fmt::format("get {} and put it into '{}'; or apt-get install libcurl4-openssl-dev and build again",
                            file.urls.empty() ? file.name : file.urls[0], folder.string()));
  std::error_code reason;
  fs::create_directories(folder, reason);
  if (reason) fail_io("making the folder '" + folder.string() + "'", reason.value());
  Download running(file, folder, options);
  if (is_intact(file, wanted)) {  // another process fetched it meanwhile
    running.give_up();
    return wanted;
  }
  std::vector<std::string> failures;
  for (const std::string& url : file.urls) {
    const std::string failure = running.try_url(url);
    if (failure.empty()) return wanted;
    failures.push_back(fmt::format("from {}: {}", url, failure));
  }
  running.give_up();
  throw Error(running.wrong_sum() ? Code::bad_data : Code::io,
              fmt::format("{} could not be fetched {}", file.name, join(failures, "; ")), {},
              running.wrong_sum() ? "the same later: the file is damaged or was changed, and was removed"
                                  : fmt::format("look at the network, or put the file into '{}'", folder.string()));
}

}  // namespace cajal
