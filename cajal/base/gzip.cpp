// The gzip half of files.h.
#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "cajal/base/error.h"
#include "cajal/base/files.h"
#include "cajal/base/text.h"

namespace cajal {
namespace {

[[noreturn]] void fail_gzip(const std::string& name, uint64_t place, std::string_view what, std::string hint = {}) {
  throw Error(Code::bad_data, fmt::format("'{}' {} (at byte {})", name, what, place), {}, std::move(hint));
}

// Unzips what `more` hands out, piece by piece; an empty piece means that there is no more.
class Inflater {
 public:
  explicit Inflater(std::string name) : name_(std::move(name)) {
    // 16: a gzip frame with its checksum.
    if (inflateInit2(&stream_, 16 + MAX_WBITS) != Z_OK) throw Error(Code::out_of_memory, "zlib found no memory");
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  template <class More>
  size_t read(std::span<std::byte> out, More more) {
    size_t done = 0;
    while (done < out.size() && !ended_) {
      if (stream_.avail_in == 0 && !refill(more)) break;
      if (between_members_ && !begin_member(more)) break;
      done += step(out.subspan(done));
    }
    return done;
  }

 private:
  // False at the end of the input, which must lie between two members.
  template <class More>
  bool refill(More more) {
    const std::span<const std::byte> piece = more();
    fetched_ += piece.size();
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(piece.data()));
    stream_.avail_in = uInt(piece.size());
    if (!piece.empty()) return true;
    ended_ = between_members_ && members_ > 0;
    if (ended_) return false;
    fail_gzip(name_, fetched_,
              fetched_ ? "ends in the middle of its gzip data" : "is empty, and gzip data was expected",
              "get the file again: it is cut off");
  }

  // Some writers fill the last block with zeros: those are skipped, anything else must be a member.
  template <class More>
  bool begin_member(More more) {
    while (members_ > 0 && *stream_.next_in == 0) {
      ++stream_.next_in;
      if (--stream_.avail_in == 0 && !refill(more)) return false;
    }
    between_members_ = false;
    return true;
  }

  size_t step(std::span<std::byte> out) {
    const auto room = uInt(std::min<size_t>(out.size(), size_t(1) << 30));
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = room;
    const int result = inflate(&stream_, Z_NO_FLUSH);
    if (result == Z_MEM_ERROR) throw Error(Code::out_of_memory, "zlib found no memory to unzip '" + name_ + "'");
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
      fail_gzip(name_, fetched_ - stream_.avail_in, members_ || stream_.total_out ? "is damaged" : "is not gzip data",
                stream_.msg ? fmt::format("get the file again (zlib: {})", stream_.msg) : "get the file again");
    const size_t written = room - stream_.avail_out;
    if (result == Z_STREAM_END) end_member();
    return written;
  }

  void end_member() {
    ++members_;
    between_members_ = true;
    inflateReset(&stream_);
  }

  std::string name_;
  z_stream stream_{};
  uint64_t fetched_ = 0;
  int64_t members_ = 0;
  bool between_members_ = true, ended_ = false;
};

// Reads to the end into one vector that grows as data comes: the sizes that a file claims are not believed.
template <class Read>
Bytes read_all(Read read, const std::string& name, size_t most) {
  Bytes out;
  size_t used = 0;
  while (true) {
    out.resize(std::max<size_t>(size_t(1) << 16, 2 * used));
    used += read(std::span(out).subspan(used));
    if (used > most)
      throw Error(Code::bad_data, "'" + name + "' unzips to more than the " + human_bytes(most) + " expected");
    if (used < out.size()) break;
  }
  out.resize(used);
  return out;
}

}  // namespace

struct GzipReader::State {
  explicit State(const Path& path) : file(path), inflater(path.string()) {}

  // The next piece of the mapped file.
  std::span<const std::byte> next() {
    const auto piece = file.bytes().subspan(place);
    const size_t size = std::min<size_t>(piece.size(), size_t(1) << 24);
    place += size;
    return piece.first(size);
  }

  MappedFile file;
  size_t place = 0;
  Inflater inflater;
};

GzipReader::GzipReader(const Path& path) : state_(std::make_unique<State>(path)) {}
GzipReader::~GzipReader() = default;
GzipReader::GzipReader(GzipReader&&) noexcept = default;
GzipReader& GzipReader::operator=(GzipReader&&) noexcept = default;

size_t GzipReader::read(std::span<std::byte> out) {
  return state_->inflater.read(out, [this] { return state_->next(); });
}

Bytes read_gzip(const Path& path, size_t most) {
  GzipReader reader(path);
  return read_all([&](std::span<std::byte> out) { return reader.read(out); }, path.string(), most);
}

Bytes gunzip(std::span<const std::byte> zipped, std::string_view name, size_t most) {
  Inflater inflater{std::string(name)};
  auto next = [&] {
    const auto piece = zipped.first(std::min<size_t>(zipped.size(), size_t(1) << 30));
    zipped = zipped.subspan(piece.size());
    return piece;
  };
  return read_all([&](std::span<std::byte> out) { return inflater.read(out, next); }, std::string(name), most);
}

}  // namespace cajal
