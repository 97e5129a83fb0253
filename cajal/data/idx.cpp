#include "cajal/data/idx.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "cajal/base/error.h"
#include "cajal/base/text.h"

namespace cajal {
namespace {

// Fills a span from its beginning; gives how many bytes came, fewer only at the end.
using Read = FunctionRef<size_t(std::span<std::byte>)>;

struct TypeCode {
  uint8_t code;
  DType type;
};
constexpr TypeCode type_codes[] = {{0x08, DType::uint8}, {0x09, DType::int8},    {0x0B, DType::int16},
                                   {0x0C, DType::int32}, {0x0D, DType::float32}, {0x0E, DType::float64}};

[[noreturn]] void fail_data(std::string_view name, const std::string& what, std::string hint = "get the file again") {
  throw Error(Code::bad_data, fmt::format("'{}' {}", name, what), {}, std::move(hint));
}

uint32_t big_endian(const std::byte* bytes) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | uint32_t(bytes[i]);
  return value;
}

// Turns the bytes of every element round, where this machine keeps the lowest first.
void swap_elements(std::byte* bytes, size_t count, size_t width) {
  if (width == 1 || std::endian::native == std::endian::big) return;
  for (size_t i = 0; i < count; ++i) std::reverse(bytes + i * width, bytes + (i + 1) * width);
}

DType checked_type(std::array<std::byte, 4> magic, std::string_view name) {
  if (magic[0] != std::byte(0) || magic[1] != std::byte(0))
    fail_data(name,
              fmt::format("is no idx file: it begins with {:#010x}, and an idx file with two zero bytes",
                          big_endian(magic.data())),
              "an idx or idx.gz file as MNIST's");
  for (const TypeCode& known : type_codes)
    if (uint8_t(magic[2]) == known.code) return known.type;
  fail_data(name, fmt::format("has elements of type {:#04x}, which idx does not define", uint8_t(magic[2])));
}

Shape read_shape(Read read, size_t rank, std::string_view name) {
  Shape shape;
  for (size_t axis = 0; axis < rank; ++axis) {
    std::array<std::byte, 4> field;
    if (read(field) != 4) fail_data(name, fmt::format("ends before its dimension {} of {}", axis + 1, rank));
    shape.push_back(int64_t(big_endian(field.data())));
  }
  return shape;
}

// The bytes that the header promises; throws where no memory could hold them.
size_t promised_bytes(const Shape& shape, DType type, std::string_view name) {
  uint64_t bytes = size_of(type);
  bool too_large = false, empty = false;
  for (const Dim& dim : shape) {
    too_large |= __builtin_mul_overflow(bytes, uint64_t(dim.value()), &bytes) && !empty;
    empty |= dim == 0;
  }
  if (empty) return 0;
  if (too_large || bytes > uint64_t(PTRDIFF_MAX) / 2)
    fail_data(name, "claims a shape of " + shape.text() + ", more than any memory holds");
  return size_t(bytes);
}

struct Header {
  DType type;
  Shape shape;
  size_t bytes;
};

Header read_header(Read read, std::string_view name) {
  std::array<std::byte, 4> magic;
  const size_t got = read(magic);
  if (got == 0) fail_data(name, "is empty, and an idx file was expected");
  if (got < 4) fail_data(name, "ends in the middle of its first four bytes");
  Header header{.type = checked_type(magic, name), .shape = read_shape(read, size_t(magic[3]), name), .bytes = 0};
  header.bytes = promised_bytes(header.shape, header.type, name);
  return header;
}

[[noreturn]] void fail_short(const Header& header, size_t came, std::string_view name) {
  fail_data(name,
            fmt::format("ends after {} of the {} bytes that its shape {} of {} needs", human_count(int64_t(came)),
                        human_count(int64_t(header.bytes)), header.shape.text(), cajal::name(header.type)),
            "get the file again: it is cut off");
}

Tensor read_elements(const Header& header, Read read, std::string_view name) {
  Tensor out(header.shape, header.type);
  const size_t came = read({out.raw(), header.bytes});
  if (came < header.bytes) fail_short(header, came, name);
  std::byte extra;
  if (read({&extra, 1}) != 0)
    fail_data(name, "goes on after the " + human_count(int64_t(header.bytes)) + " bytes that its shape " +
                        header.shape.text() + " needs");
  swap_elements(out.raw(), size_t(out.size()), size_of(header.type));
  return out;
}

// Gzip shrinks nothing to less than a thousandth: a header that asks for more is refused before memory is.
void check_unzips_to(const Header& header, size_t zipped_bytes, std::string_view name) {
  constexpr size_t most = 1100, slack = 1000;
  if (header.bytes / most > zipped_bytes + slack)
    fail_data(name, fmt::format("claims a shape of {} of {}, more than its {} could unzip to", header.shape.text(),
                                cajal::name(header.type), human_bytes(zipped_bytes)));
}

Tensor read_gzipped(const Path& path, size_t zipped_bytes) {
  GzipReader file(path);
  auto read = [&](std::span<std::byte> out) { return file.read(out); };
  const Header header = read_header(read, path.string());
  check_unzips_to(header, zipped_bytes, path.string());
  return read_elements(header, read, path.string());
}

}  // namespace

Tensor parse_idx(std::span<const std::byte> bytes, std::string_view name) {
  auto read = [&](std::span<std::byte> out) {
    const size_t count = std::min(out.size(), bytes.size());
    if (count) std::memcpy(out.data(), bytes.data(), count);
    bytes = bytes.subspan(count);
    return count;
  };
  const Header header = read_header(read, name);
  if (bytes.size() < header.bytes) fail_short(header, bytes.size(), name);
  return read_elements(header, read, name);
}

Tensor read_idx(const Path& path) {
  const MappedFile file(path);
  const auto bytes = file.bytes();
  const bool gzipped = bytes.size() >= 2 && bytes[0] == std::byte(0x1F) && bytes[1] == std::byte(0x8B);
  return gzipped ? read_gzipped(path, bytes.size()) : parse_idx(bytes, path.string());
}

Bytes idx_bytes(const Tensor& tensor) {
  const auto* known = std::find_if(std::begin(type_codes), std::end(type_codes),
                                   [&](const TypeCode& code) { return code.type == tensor.dtype(); });
  if (known == std::end(type_codes))
    fail("idx files cannot hold " + std::string(name(tensor.dtype())),
         "a cast to uint8, int8, int16, int32, float32 or float64");
  if (tensor.rank() > 255) fail("idx files cannot hold more than 255 axes");
  const Tensor plain = tensor.contiguous();
  Bytes out{std::byte(0), std::byte(0), std::byte(known->code), std::byte(tensor.rank())};
  for (int64_t dim : tensor.shape().ints()) {
    if (dim > int64_t(UINT32_MAX)) fail("idx files cannot hold an axis of " + human_count(dim));
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(std::byte(dim >> shift & 0xFF));
  }
  const size_t header = out.size();
  out.insert(out.end(), plain.raw(), plain.raw() + plain.bytes());
  swap_elements(out.data() + header, size_t(plain.size()), size_of(plain.dtype()));
  return out;
}

void write_idx(const Path& path, const Tensor& tensor) { write_file_atomically(path, idx_bytes(tensor)); }

}  // namespace cajal
