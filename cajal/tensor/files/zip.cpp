#include "cajal/tensor/files/zip.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <ostream>
#include <unordered_set>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/tensor/files/internal/bytes.h"

namespace cajal {
namespace {

using internal::ByteReader;
using internal::fail_data;

constexpr uint32_t local_mark = 0x04034B50, list_mark = 0x02014B50, end_mark = 0x06054B50;
constexpr uint32_t end64_mark = 0x06064B50, locator64_mark = 0x07064B50;
constexpr size_t local_size = 30, end_size = 22, end64_size = 56, locator64_size = 20;
constexpr uint32_t full32 = 0xFFFFFFFF;
constexpr uint16_t full16 = 0xFFFF, stored = 0, deflated = 8, extra64 = 1;

uint32_t mark_at(std::span<const std::byte> bytes, size_t place) {
  uint32_t mark = 0;
  std::memcpy(&mark, bytes.data() + place, sizeof mark);
  return mark;
}

// Where the list of files lies.
struct Directory {
  uint64_t count, size, place;
};

// The end record stands at the very end, before a comment of at most 64 KB.
size_t find_end(std::span<const std::byte> bytes, std::string_view file) {
  if (bytes.size() >= end_size) {
    const size_t last = bytes.size() - end_size, first = last > full16 ? last - full16 : 0;
    for (size_t place = last + 1; place-- > first;) {
      if (mark_at(bytes, place) != end_mark) continue;
      const auto comment = ByteReader(bytes, file, place + 20).number<uint16_t>("the comment's length");
      if (place + end_size + comment == bytes.size()) return place;
    }
  }
  fail_data(file, bytes.size(), "this is not a zip archive, or its end is missing: no list of files was found",
            "get the file again: it is cut off or damaged");
}

std::optional<Directory> find_end64(std::span<const std::byte> bytes, std::string_view file, size_t end) {
  if (end < locator64_size || mark_at(bytes, end - locator64_size) != locator64_mark) return {};
  ByteReader locator(bytes, file, end - locator64_size + 8);
  const auto place = locator.number<uint64_t>("the zip64 locator");
  if (place > end - locator64_size || end - locator64_size - place < end64_size ||
      mark_at(bytes, size_t(place)) != end64_mark)
    fail_data(file, end - locator64_size, "the zip64 locator points to nowhere");
  ByteReader record(bytes, file, size_t(place) + 32);
  Directory out;
  out.count = record.number<uint64_t>("the number of files");
  out.size = record.number<uint64_t>("the list's size");
  out.place = record.number<uint64_t>("the list's place");
  return out;
}

Directory find_directory(std::span<const std::byte> bytes, std::string_view file) {
  const size_t end = find_end(bytes, file);
  ByteReader record(bytes, file, end + 4);
  const auto disk = record.number<uint16_t>("the disk"), list_disk = record.number<uint16_t>("the disk");
  record.number<uint16_t>("the number of files");
  Directory out;
  out.count = record.number<uint16_t>("the number of files");
  out.size = record.number<uint32_t>("the list's size");
  out.place = record.number<uint32_t>("the list's place");
  if (out.count == full16 || out.size == full32 || out.place == full32)
    if (const auto large = find_end64(bytes, file, end)) return *large;
  if (disk != 0 || list_disk != 0) fail_data(file, end, "the archive is spread over several files");
  return out;
}

// Replaces the numbers that did not fit 32 bits by those of the zip64 field.
void read_extra(ByteReader extra, ZipEntry& entry) {
  while (extra.left() >= 4) {
    const auto kind = extra.number<uint16_t>("a field");
    const auto size = extra.number<uint16_t>("a field's size");
    if (kind != extra64) {
      extra.take(size, "a field");
      continue;
    }
    for (uint64_t* number : {&entry.size, &entry.packed, &entry.header_at})
      if (*number == full32) *number = extra.number<uint64_t>("a zip64 number");
    return;
  }
}

ZipEntry read_entry(ByteReader& list, std::span<const std::byte> bytes, std::string_view file) {
  const size_t place = list.place();
  if (list.number<uint32_t>("an entry") != list_mark)
    fail_data(file, place, "an entry of the list of files was expected");
  list.take(4, "the version");
  ZipEntry entry;
  entry.flags = list.number<uint16_t>("the flags");
  entry.method = list.number<uint16_t>("the method");
  list.take(4, "the time");
  entry.checksum = list.number<uint32_t>("the checksum");
  entry.packed = list.number<uint32_t>("the packed size");
  entry.size = list.number<uint32_t>("the size");
  const auto name_size = list.number<uint16_t>("the name's size"),
             extra_size = list.number<uint16_t>("the fields' size"),
             comment_size = list.number<uint16_t>("the comment's size");
  list.take(8, "the attributes");
  entry.header_at = list.number<uint32_t>("the place");
  entry.name = list.text(name_size, "the name");
  const size_t extra_at = list.place();
  list.take(extra_size, "the fields");
  read_extra(ByteReader(bytes.first(extra_at + extra_size), file, extra_at), entry);
  list.take(comment_size, "the comment");
  return entry;
}

[[noreturn]] void fail_method(const ZipReader& zip, const ZipEntry& entry) {
  const std::string how = entry.flags & 1 ? "encrypted" : "packed by method " + std::to_string(entry.method);
  throw Error(Code::unsupported,
              "'" + entry.name + "' in '" + zip.name() + "' is " + how +
                  ", and only plain and deflated "
                  "files can be read",
              {}, "unzip it and zip it again without options");
}

Bytes inflate_all(std::span<const std::byte> packed, const ZipReader& zip, const ZipEntry& entry) {
  // Deflate packs at most 1032 bytes into one: a larger claim is a lie, and no memory is taken for it.
  if (entry.size / 1032 > uint64_t(packed.size()) + 1)
    fail_data(zip.name(), entry.header_at, "'" + entry.name + "' claims more bytes than its packed data can hold");
  Bytes out(size_t(entry.size) + 1);
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw Error(Code::out_of_memory, "zlib found no memory");
  size_t taken = 0, given = 0;
  int result = Z_OK;
  while (result == Z_OK) {
    const size_t in = std::min<size_t>(packed.size() - taken, size_t(1) << 30);
    const size_t room = std::min<size_t>(out.size() - given, size_t(1) << 30);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data() + taken));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + given);
    stream.avail_in = uInt(in);
    stream.avail_out = uInt(room);
    result = inflate(&stream, Z_NO_FLUSH);
    taken += in - stream.avail_in;
    given += room - stream.avail_out;
  }
  inflateEnd(&stream);
  if (result != Z_STREAM_END || given != entry.size || taken != packed.size())
    fail_data(zip.name(), entry.header_at, "'" + entry.name + "' is damaged: it does not unpack to the size it claims");
  out.resize(given);
  return out;
}

uint32_t checksum_of(std::span<const std::byte> bytes, uint32_t begin = 0) {
  return uint32_t(crc32_z(begin, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

// Little-endian numbers one after another.
class Record {
 public:
  template <class T>
  Record& number(T value) {
    text_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Record& text(std::string_view text) {
    text_ += text;
    return *this;
  }
  const std::string& bytes() const { return text_; }

 private:
  std::string text_;
};

uint32_t clipped(uint64_t value, bool large) { return large ? full32 : uint32_t(value); }

// The fields that local header and list share, from the version on.
void describe(Record& record, const ZipEntry& entry, bool large) {
  constexpr uint16_t first_of_1980 = 0x0021;
  record.number(uint16_t(large ? 45 : 20)).number(entry.flags).number(entry.method);
  record.number(uint16_t(0)).number(first_of_1980).number(entry.checksum);
  record.number(clipped(entry.packed, large)).number(clipped(entry.size, large)).number(uint16_t(entry.name.size()));
}

bool is_large(const ZipEntry& entry) {
  return entry.size >= full32 || entry.packed >= full32 || entry.header_at >= full32;
}

std::string local_header(const ZipEntry& entry, bool large) {
  Record record;
  describe(record.number(local_mark), entry, large);
  record.number(uint16_t(large ? 20 : 0)).text(entry.name);
  if (large) record.number(extra64).number(uint16_t(16)).number(entry.size).number(entry.packed);
  return record.bytes();
}

std::string list_entry(const ZipEntry& entry, bool large) {
  Record record;
  describe(record.number(list_mark).number(uint16_t(45)), entry, large);
  record.number(uint16_t(large ? 28 : 0)).number(uint16_t(0)).number(uint16_t(0)).number(uint16_t(0));
  record.number(uint32_t(0)).number(clipped(entry.header_at, large)).text(entry.name);
  if (large)
    record.number(extra64).number(uint16_t(24)).number(entry.size).number(entry.packed).number(entry.header_at);
  return record.bytes();
}

std::string end_records(const Directory& list, bool large) {
  Record record;
  if (large) {
    record.number(end64_mark).number(uint64_t(end64_size - 12)).number(uint16_t(45)).number(uint16_t(45));
    record.number(uint32_t(0))
        .number(uint32_t(0))
        .number(list.count)
        .number(list.count)
        .number(list.size)
        .number(list.place);
    record.number(locator64_mark).number(uint32_t(0)).number(list.place + list.size).number(uint32_t(1));
  }
  const auto count = large ? full16 : uint16_t(list.count);
  record.number(end_mark).number(uint16_t(0)).number(uint16_t(0)).number(count).number(count);
  record.number(clipped(list.size, large)).number(clipped(list.place, large)).number(uint16_t(0));
  return record.bytes();
}

Bytes deflate_all(std::initializer_list<std::span<const std::byte>> pieces) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw Error(Code::out_of_memory, "zlib found no memory");
  Bytes out;
  size_t used = 0;
  auto pump = [&](int flush) {
    int result;
    do {
      if (out.size() - used < (size_t(1) << 16)) out.resize(2 * out.size() + (size_t(1) << 17));
      const size_t room = std::min<size_t>(out.size() - used, size_t(1) << 30);
      stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
      stream.avail_out = uInt(room);
      result = deflate(&stream, flush);
      used += room - stream.avail_out;
    } while (flush == Z_FINISH ? result != Z_STREAM_END : stream.avail_in > 0);
  };
  for (std::span<const std::byte> piece : pieces) {
    while (!piece.empty()) {
      const size_t size = std::min<size_t>(piece.size(), size_t(1) << 30);
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(piece.data()));
      stream.avail_in = uInt(size);
      pump(Z_NO_FLUSH);
      piece = piece.subspan(size);
    }
  }
  pump(Z_FINISH);
  deflateEnd(&stream);
  out.resize(used);
  return out;
}

}  // namespace

ZipReader::ZipReader(const Path& path)
    : file_(std::make_shared<MappedFile>(path)), bytes_(file_->bytes()), name_(path.string()) {
  read_list();
}

ZipReader::ZipReader(std::span<const std::byte> bytes, std::string_view name) : bytes_(bytes), name_(name) {
  read_list();
}

void ZipReader::read_list() {
  const Directory directory = find_directory(bytes_, name_);
  if (directory.place > bytes_.size() || directory.size > bytes_.size() - directory.place)
    fail_data(name_, bytes_.size(), "the list of files lies outside the archive");
  ByteReader list(bytes_.first(size_t(directory.place + directory.size)), name_, size_t(directory.place));
  std::unordered_set<std::string> names;
  for (uint64_t i = 0; i < directory.count; ++i) {
    const size_t place = list.place();
    ZipEntry entry = read_entry(list, bytes_, name_);
    if (!names.insert(entry.name).second) fail_data(name_, place, "two files are named '" + entry.name + "'");
    entries_.push_back(std::move(entry));
  }
  check_overlaps();
}

// Files that share bytes are how a small archive is made to unpack to petabytes.
void ZipReader::check_overlaps() const {
  std::vector<const ZipEntry*> sorted;
  for (const ZipEntry& entry : entries_) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->header_at < b->header_at; });
  for (size_t i = 0; i < sorted.size(); ++i) {
    const uint64_t end = i + 1 < sorted.size() ? sorted[i + 1]->header_at : bytes_.size();
    const ZipEntry& entry = *sorted[i];
    if (end > bytes_.size() || entry.header_at > end || end - entry.header_at < local_size ||
        end - entry.header_at - local_size < entry.packed)
      fail_data(name_, entry.header_at, "'" + entry.name + "' reaches into the next file or beyond the end");
  }
}

bool ZipReader::contains(std::string_view name) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const ZipEntry& entry) { return entry.name == name; });
}

const ZipEntry& ZipReader::entry(std::string_view name) const {
  std::vector<std::string> names;
  for (const ZipEntry& entry : entries_) {
    if (entry.name == name) return entry;
    names.push_back(entry.name);
  }
  throw Error(Code::not_found, "'" + name_ + "' holds no '" + std::string(name) + "'", {}, choices(name, names));
}

std::span<const std::byte> ZipReader::packed(const ZipEntry& entry) const {
  if (entry.header_at > bytes_.size()) fail_data(name_, bytes_.size(), "'" + entry.name + "' lies beyond the end");
  ByteReader local(bytes_, name_, size_t(entry.header_at));
  if (local.number<uint32_t>("a header") != local_mark)
    fail_data(name_, entry.header_at, "the header of '" + entry.name + "' was expected");
  local.take(22, "a header");
  const auto name_size = local.number<uint16_t>("the name's size"),
             extra_size = local.number<uint16_t>("the fields' size");
  if (local.text(name_size, "the name") != entry.name)
    fail_data(name_, entry.header_at, "the header has another name than the list's '" + entry.name + "'");
  local.take(extra_size, "the fields");
  return local.take(entry.packed, "a file");
}

Bytes ZipReader::read(const ZipEntry& entry) const {
  if ((entry.flags & 1) || (entry.method != stored && entry.method != deflated)) fail_method(*this, entry);
  const auto data = packed(entry);
  if (entry.method == stored && entry.size != entry.packed)
    fail_data(name_, entry.header_at, "'" + entry.name + "' is stored with two different sizes");
  Bytes out = entry.method == stored ? Bytes(data.begin(), data.end()) : inflate_all(data, *this, entry);
  if (checksum_of(out) != entry.checksum)
    fail_data(name_, entry.header_at, "'" + entry.name + "' is damaged: its checksum is wrong", "get the file again");
  return out;
}

void ZipWriter::write(std::string_view text) {
  out_.write(text.data(), std::streamsize(text.size()));
  written_ += text.size();
}

void ZipWriter::add(std::string name, std::initializer_list<std::span<const std::byte>> pieces) {
  if (name.size() > full16) fail("a name of " + std::to_string(name.size()) + " bytes does not fit a zip archive");
  ZipEntry entry;
  entry.name = std::move(name);
  entry.header_at = written_;
  entry.flags = 0x0800;  // the name is UTF-8
  for (const auto& piece : pieces) {
    entry.checksum = checksum_of(piece, entry.checksum);
    entry.size += piece.size();
  }
  entry.packed = entry.size;
  Bytes smaller;
  if (options_.compress) smaller = deflate_all(pieces);
  if (options_.compress && smaller.size() < entry.size) entry.method = deflated, entry.packed = smaller.size();
  write(local_header(entry, options_.zip64 || is_large(entry)));
  if (entry.method == deflated) write(as_text(smaller));
  else
    for (const auto& piece : pieces) write(as_text(piece));
  entries_.push_back(std::move(entry));
}

void ZipWriter::finish() {
  Directory list{entries_.size(), 0, written_};
  for (const ZipEntry& entry : entries_) write(list_entry(entry, options_.zip64 || is_large(entry)));
  list.size = written_ - list.place;
  const bool large = options_.zip64 || list.count >= full16 || list.size >= full32 || list.place >= full32;
  write(end_records(list, large));
}

}  // namespace cajal
