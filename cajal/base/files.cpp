#include "cajal/base/files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ostream>
#include <streambuf>
#include <system_error>
#include <utility>

#include "cajal/base/error.h"
#include "cajal/base/text.h"

namespace cajal {
namespace {

namespace fs = std::filesystem;

// The name in the same folder that is most like this one; empty where there is none.
std::string nearest_sibling(const Path& path) {
  std::vector<std::string> names;
  std::error_code ignored;
  const Path folder = path.has_parent_path() ? path.parent_path() : Path(".");
  for (fs::directory_iterator entry(folder, ignored), end; entry != end && names.size() < 1000;
       entry.increment(ignored)) {
    if (ignored) break;
    names.push_back(entry->path().filename().string());
  }
  return nearest(path.filename().string(), names);
}

// "https://..." as the name of a file.
bool is_address(const Path& path) {
  const std::string text = path.string();
  return text.starts_with("http:/") || text.starts_with("https:/") || text.starts_with("ftp:/");
}

[[noreturn]] void fail_not_found(const Path& path) {
  if (is_address(path))
    throw Error(Code::not_found, "'" + path.string() + "' is an address, and a file or a folder is expected", {},
                "fetch it first, with curl -O or a browser");
  const std::string near = nearest_sibling(path);
  const bool no_folder = path.has_parent_path() && !file_exists(path.parent_path());
  std::string hint = near.empty() ? "" : "'" + (path.parent_path() / near).string() + "'";
  if (no_folder) hint = "the folder '" + path.parent_path().string() + "' does not exist either; check the path";
  throw Error(Code::not_found, "the file '" + path.string() + "' does not exist", {}, hint);
}

[[noreturn]] void fail_io(const Path& path, std::string_view doing, int reason) {
  const std::string text = std::generic_category().message(reason);
  throw Error(Code::io, fmt::format("{} '{}' failed: {}", doing, path.string(), text));
}

// A file descriptor that is closed when it goes out of sight.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  int close() { return ::close(std::exchange(number_, -1)); }

 private:
  int number_;
};

// Opens for reading; a folder is refused here because reading it fails later with a stranger message.
int open_to_read(const Path& path, struct stat& facts) {
  const int number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (number < 0 && errno == ENOENT) fail_not_found(path);
  if (number < 0) fail_io(path, "opening", errno);
  const int reason = ::fstat(number, &facts) ? errno : S_ISDIR(facts.st_mode) ? EISDIR : 0;
  if (!reason) return number;
  ::close(number);
  fail_io(path, "reading", reason);
}

// Reads until `size` bytes came or the file ends.
size_t read_fully(const Descriptor& file, const Path& path, std::byte* to, size_t size) {
  size_t done = 0;
  while (done < size) {
    const ssize_t count = ::read(file.number(), to + done, std::min<size_t>(size - done, size_t(1) << 30));
    if (count == 0) break;
    if (count < 0 && errno != EINTR) fail_io(path, "reading", errno);
    if (count > 0) done += size_t(count);
  }
  return done;
}

// Whole file into any container of bytes. The size is only where to begin: pipes and /proc files have none.
template <class Container>
Container read_whole(const Path& path) {
  struct stat facts;
  Descriptor file(open_to_read(path, facts));
  Container content;
  size_t used = 0;
  content.resize(size_t(std::max<off_t>(facts.st_size, 0)) + 1);
  while (true) {
    used += read_fully(file, path, reinterpret_cast<std::byte*>(content.data()) + used, content.size() - used);
    if (used < content.size()) break;
    content.resize(std::max<size_t>(2 * content.size(), 4096));
  }
  content.resize(used);
  return content;
}

// A stream that ends in a file descriptor and remembers why a write failed.
class DescriptorBuffer : public std::streambuf {
 public:
  explicit DescriptorBuffer(int number) : number_(number), room_(size_t(1) << 18) { reset(); }
  int reason() const { return reason_; }

 protected:
  int sync() override {
    const bool good = send(pbase(), size_t(pptr() - pbase()));
    reset();
    return good ? 0 : -1;
  }
  int_type overflow(int_type c) override {
    if (sync() != 0) return traits_type::eof();
    if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
    return traits_type::not_eof(c);
  }
  std::streamsize xsputn(const char* text, std::streamsize count) override {
    if (count < std::streamsize(room_.size())) return std::streambuf::xsputn(text, count);
    return sync() == 0 && send(text, size_t(count)) ? count : 0;
  }

 private:
  void reset() { setp(room_.data(), room_.data() + room_.size()); }
  bool send(const char* text, size_t size) {
    while (size > 0 && reason_ == 0) {
      const ssize_t count = ::write(number_, text, std::min<size_t>(size, size_t(1) << 30));
      if (count < 0 && errno != EINTR) reason_ = errno;
      if (count > 0) text += count, size -= size_t(count);
    }
    return reason_ == 0;
  }

  int number_;
  int reason_ = 0;
  std::vector<char> room_;
};

// Lets `write` fill the open file; throws where the system did not take all of it.
void fill(int number, const Path& path, FunctionRef<void(std::ostream&)> write) {
  DescriptorBuffer buffer(number);
  std::ostream stream(&buffer);
  write(stream);
  stream.flush();
  if (!buffer.reason() && stream.good()) return;
  if (buffer.reason() == ENOSPC || buffer.reason() == EDQUOT)
    throw Error(Code::io, "there is no room on the disk to write '" + path.string() + "'", {},
                "free some space, or name another folder");
  fail_io(path, "writing", buffer.reason() ? buffer.reason() : EIO);
}

// A pipe or a device cannot be replaced by renaming: it is written to as it stands.
void write_directly(const Path& path, FunctionRef<void(std::ostream&)> write) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.number() < 0) fail_io(path, "opening", errno);
  fill(file.number(), path, write);
}

// A file beside the wanted one, removed again unless `rename_to` succeeds.
class TemporaryFile {
 public:
  TemporaryFile(const Path& folder, const Path& wanted) : file_(create(folder, wanted)) {}
  ~TemporaryFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  int number() const { return file_.number(); }

  void rename_to(const Path& wanted) {
    // EINVAL: a file system that cannot flush (some network and memory ones) is no reason to refuse.
    if (::fsync(file_.number()) && errno != EINVAL) fail_io(wanted, "writing", errno);
    if (file_.close()) fail_io(wanted, "writing", errno);
    if (::rename(path_.c_str(), wanted.c_str())) fail_io(wanted, "writing", errno);
    path_.clear();
  }

 private:
  int create(const Path& folder, const Path& wanted) {
    static std::atomic<uint64_t> ordinal{0};
    while (true) {
      path_ = folder / fmt::format(".cajal-{}-{}.tmp", ::getpid(), ++ordinal);
      const int number = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (number >= 0) return number;
      if (errno != EEXIST) {
        path_.clear();
        fail_io(wanted, "writing", errno);
      }
    }
  }

  Path path_;
  Descriptor file_;
};

// After a rename the folder must reach the disk too; where that is not possible the file is still whole.
void flush_folder(const Path& folder) {
  Descriptor file(::open(folder.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() >= 0) (void)::fsync(file.number());
}

Path folder_of(const Path& path) { return path.has_parent_path() ? path.parent_path() : Path("."); }

// Where the bytes really go: the end of a chain of symbolic links, existing or not.
Path follow_links(const Path& path) {
  std::error_code ignored;
  Path place = path;
  for (int step = 0; step < 40 && fs::is_symlink(place, ignored); ++step)
    place = folder_of(place) / fs::read_symlink(place, ignored);
  return place;
}

void make_folder(const Path& folder, const Path& wanted) {
  std::error_code reason;
  fs::create_directories(folder, reason);
  if (reason) fail_io(wanted, "making the folder for", reason.value());
}

}  // namespace

bool file_exists(const Path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

Bytes read_file(const Path& path) { return read_whole<Bytes>(path); }

std::string read_text(const Path& path) { return read_whole<std::string>(path); }

void write_file_atomically(const Path& path, FunctionRef<void(std::ostream&)> write) {
  if (!path.has_filename()) fail("'" + path.string() + "' does not name a file", "add a file name");
  const Path place = follow_links(path);
  struct stat before;
  const bool existed = ::stat(place.c_str(), &before) == 0;
  if (existed && S_ISDIR(before.st_mode)) fail_io(path, "writing", EISDIR);
  if (existed && !S_ISREG(before.st_mode)) return write_directly(place, write);
  const Path folder = folder_of(place);
  make_folder(folder, path);
  TemporaryFile file(folder, path);
  if (existed) (void)!::fchmod(file.number(), before.st_mode & 07777);
  fill(file.number(), path, write);
  file.rename_to(place);
  flush_folder(folder);
}

void write_file_atomically(const Path& path, std::span<const std::byte> bytes) {
  write_file_atomically(path, [&](std::ostream& out) {
    out.write(reinterpret_cast<const char*>(bytes.data()), std::streamsize(bytes.size()));
  });
}

void write_file_atomically(const Path& path, std::string_view text) { write_file_atomically(path, as_bytes(text)); }

MappedFile::MappedFile(const Path& path) {
  struct stat facts;
  Descriptor file(open_to_read(path, facts));
  if (facts.st_size <= 0) return;
  if (uint64_t(facts.st_size) > SIZE_MAX) fail_io(path, "mapping", EFBIG);
  const auto size = size_t(facts.st_size);
  void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file.number(), 0);
  if (memory == MAP_FAILED) fail_io(path, "mapping", errno);
  bytes_ = {static_cast<std::byte*>(memory), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
}

Path cache_folder() {
  auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return Path(value ? value : "");
  };
  if (const Path own = variable("CAJAL_CACHE"); !own.empty()) return own;
  if (const Path shared = variable("XDG_CACHE_HOME"); !shared.empty()) return shared / "cajal";
  if (const Path home = variable("HOME"); !home.empty()) return home / ".cache" / "cajal";
  fail("there is no folder for what is fetched: neither CAJAL_CACHE nor HOME is set", "set CAJAL_CACHE to a folder");
}

}  // namespace cajal
