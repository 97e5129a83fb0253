#include "cajal/base/xz.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "cajal/base/error.h"
#include "cajal/base/text.h"

#ifdef CAJAL_WITH_LZMA
#include <dlfcn.h>
#include <lzma.h>
#endif

namespace cajal {
namespace {

#ifdef CAJAL_WITH_LZMA

// The functions that are used, found by name.
struct Library {
  decltype(&::lzma_stream_decoder) stream_decoder = nullptr;
  decltype(&::lzma_code) code = nullptr;
  decltype(&::lzma_end) end = nullptr;
  std::string missing;

  Library() {
    void* library = nullptr;
    for (const char* name : {"liblzma.so.5", "liblzma.5.dylib", "liblzma.so"})
      if (!library) library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
      missing = "the library liblzma is not installed";
      return;
    }
    find(library, "lzma_stream_decoder", stream_decoder);
    find(library, "lzma_code", code);
    find(library, "lzma_end", end);
  }

  template <class Function>
  void find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    if (!function) missing = fmt::format("liblzma has no {}", name);
  }
};

const Library& library() {
  static const Library opened;
  return opened;
}

const std::string& why_no_xz() { return library().missing; }

// What the largest preset of xz asks for is 65 MB: a file that wants more was made to want more.
constexpr uint64_t most_memory = uint64_t(128) << 20;

class Unpacker {
 public:
  Unpacker(std::span<const std::byte> packed, std::string_view name) : name_(name), all_(packed.size()) {
    if (library().stream_decoder(&stream_, most_memory, LZMA_CONCATENATED) != LZMA_OK)
      throw Error(Code::out_of_memory, "liblzma found no memory");
    stream_.next_in = reinterpret_cast<const uint8_t*>(packed.data());
    stream_.avail_in = packed.size();
  }
  ~Unpacker() { library().end(&stream_); }
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  // Fills `out` from its beginning; fewer bytes than asked for come only at the end.
  size_t read(std::span<std::byte> out) {
    stream_.next_out = reinterpret_cast<uint8_t*>(out.data());
    stream_.avail_out = out.size();
    while (!ended_ && stream_.avail_out > 0) {
      const lzma_ret result = library().code(&stream_, LZMA_FINISH);
      ended_ = result == LZMA_STREAM_END;
      if (!ended_ && result != LZMA_OK) refuse(result);
    }
    return out.size() - stream_.avail_out;
  }

 private:
  [[noreturn]] void refuse(lzma_ret result) const {
    const std::string file = "'" + std::string(name_) + "'";
    if (result == LZMA_MEM_ERROR) throw Error(Code::out_of_memory, "liblzma found no memory to unpack " + file);
    if (result == LZMA_MEMLIMIT_ERROR || result == LZMA_OPTIONS_ERROR)
      throw Error(Code::unsupported,
                  file + (result == LZMA_OPTIONS_ERROR
                              ? " is packed in a way that this liblzma does not know"
                              : " asks for more than the " + human_bytes(most_memory) + " granted to unpack it"),
                  {}, "unpack it with the program xz");
    const bool cut_off = result == LZMA_BUF_ERROR;
    throw Error(Code::bad_data,
                fmt::format("{} {} (at byte {})", file,
                            cut_off                       ? "ends in the middle of its xz data"
                            : result == LZMA_FORMAT_ERROR ? "is not xz data"
                                                          : "is damaged",
                            all_ - stream_.avail_in),
                {}, cut_off ? "get the file again: it is cut off" : "get the file again");
  }

  std::string_view name_;
  size_t all_;
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool ended_ = false;
};

#else

const std::string& why_no_xz() {
  static const std::string reason = "this build was made without liblzma (liblzma-dev)";
  return reason;
}

class Unpacker {
 public:
  Unpacker(std::span<const std::byte>, std::string_view) {}
  size_t read(std::span<std::byte>) { return 0; }
};

#endif

}  // namespace

bool is_xz(std::span<const std::byte> bytes) {
  constexpr std::array<unsigned char, 6> magic = {0xFD, '7', 'z', 'X', 'Z', 0};
  return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

bool can_read_xz() { return why_no_xz().empty(); }

Bytes unxz(std::span<const std::byte> packed, std::string_view name, size_t most) {
  if (!can_read_xz())
    throw Error(Code::unsupported, fmt::format("'{}' is packed by xz, and {}", name, why_no_xz()), {},
                "unpack it with the program xz");
  Unpacker unpacker(packed, name);
  Bytes out;
  size_t used = 0;
  // Grows as data comes: xz packs a run of zeros to a ten-thousandth, so no size can be guessed.
  do {
    const size_t room = std::max<size_t>(size_t(1) << 16, 2 * used);
    out.resize(most < room ? std::max(most + 1, used + 1) : room);
    used += unpacker.read(std::span(out).subspan(used));
    if (used > most)
      throw Error(Code::bad_data, fmt::format("'{}' unpacks to more than the {} expected", name, human_bytes(most)));
  } while (used == out.size());
  out.resize(used);
  return out;
}

Bytes read_xz(const Path& path, size_t most) { return unxz(MappedFile(path).bytes(), path.string(), most); }

}  // namespace cajal
