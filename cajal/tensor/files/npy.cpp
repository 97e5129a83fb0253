#include "cajal/tensor/files/npy.h"

#include <algorithm>
#include <cstring>
#include <ostream>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/tensor/files/internal/bytes.h"

namespace cajal {
namespace {

using internal::ByteReader;
using internal::fail_data;

constexpr std::string_view magic = "\x93NUMPY";

struct Header {
  std::string type;  // "<f4"
  bool column_major = false;
  std::vector<int64_t> dims;
};

// Reads the header's Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
class HeaderParser {
 public:
  HeaderParser(std::string_view text, std::string_view file, size_t place) : text_(text), file_(file), base_(place) {}

  Header parse() {
    Header header;
    bool type = false, order = false, shape = false;
    expect('{');
    while (!accept('}')) {
      const std::string key = string();
      expect(':');
      if (key == "descr" && !type) header.type = type_text(), type = true;
      else if (key == "fortran_order" && !order) header.column_major = boolean(), order = true;
      else if (key == "shape" && !shape) header.dims = tuple(), shape = true;
      else refuse("the header has the unknown or repeated key '" + key + "'");
      if (!accept(',') && peek() != '}') refuse("a comma or } was expected");
    }
    if (!type || !order || !shape) refuse("the header lacks 'descr', 'fortran_order' or 'shape'");
    if (!trim(text_.substr(at_)).empty()) refuse("there is text after the header's dictionary");
    return header;
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const { fail_data(file_, base_ + at_, what); }

  char peek() {
    while (at_ < text_.size() && std::string_view(" \t\n\r").find(text_[at_]) != std::string_view::npos) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool accept(char c) {
    if (peek() != c || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) refuse(std::string("the header should have '") + c + "' here");
  }

  std::string string() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') refuse("the header should have a text in quotes here");
    const size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) refuse("a text in the header has no end");
    const std::string out(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return out;
  }

  std::string type_text() {
    if (peek() != '[') return string();
    throw Error(Code::unsupported,
                "'" + std::string(file_) + "' holds records of several fields, and one type was expected", {},
                "save each field in an array of its own");
  }

  bool boolean() {
    peek();
    for (const bool value : {false, true}) {
      const std::string_view word = value ? "True" : "False";
      if (!text_.substr(at_).starts_with(word)) continue;
      at_ += word.size();
      return value;
    }
    refuse("the header should have True or False here");
  }

  int64_t integer() {
    int64_t value = 0;
    const char first = peek();
    if (first < '0' || first > '9') refuse("the shape should have an integer of 0 or more here");
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_)
      if (__builtin_mul_overflow(value, int64_t(10), &value) ||
          __builtin_add_overflow(value, int64_t(text_[at_] - '0'), &value))
        refuse("the shape has a size of more than 64 bits");
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // as Python 2 wrote it
    return value;
  }

  std::vector<int64_t> tuple() {
    std::vector<int64_t> out;
    expect('(');
    while (!accept(')')) {
      out.push_back(integer());
      if (!accept(',') && peek() != ')') refuse("a comma or ) was expected");
    }
    return out;
  }

  std::string_view text_, file_;
  size_t base_, at_ = 0;
};

// How the elements of a file are stored, and what they become.
struct Element {
  size_t bytes;
  DType type;
  bool is_unsigned;  // 2, 4 or 8 bytes, which no DType has: becomes the next wider signed type
};

struct TypeName {
  std::string_view name;
  Element element;
};
constexpr TypeName type_names[] = {
    {"f4", {4, DType::float32, false}}, {"f8", {8, DType::float64, false}}, {"f2", {2, DType::float16, false}},
    {"i1", {1, DType::int8, false}},    {"i2", {2, DType::int16, false}},   {"i4", {4, DType::int32, false}},
    {"i8", {8, DType::int64, false}},   {"u1", {1, DType::uint8, false}},   {"b1", {1, DType::boolean, false}},
    {"u2", {2, DType::int32, true}},    {"u4", {4, DType::int64, true}},    {"u8", {8, DType::int64, true}},
};

Element element_of(const Header& header, std::string_view file) {
  const std::string_view type = header.type;
  const bool known_order = !type.empty() && std::string_view("<>|=").find(type[0]) != std::string_view::npos;
  for (const TypeName& known : type_names)
    if (known_order && type.substr(1) == known.name) return known.element;
  throw Error(Code::unsupported, "'" + std::string(file) + "' holds elements of NumPy's type '" + header.type + "'", {},
              "save it as float32, float64, int64, uint8 or bool: array.astype('float32')");
}

void swap_bytes(std::byte* data, size_t count, size_t width) {
  for (size_t i = 0; i < count; ++i) std::reverse(data + i * width, data + (i + 1) * width);
}

// Unsigned numbers into the wider signed type that holds them.
template <class From, class To>
void widen(const Bytes& from, To* to, std::string_view file, uint64_t place) {
  for (size_t i = 0; i < from.size() / sizeof(From); ++i) {
    From value;
    std::memcpy(&value, from.data() + i * sizeof(From), sizeof(From));
    if (uint64_t(value) > uint64_t(INT64_MAX))
      fail_data(file, place + i * sizeof(From), "the number " + std::to_string(value) + " does not fit an int64");
    to[i] = To(value);
  }
}

void widen_into(Tensor& to, const Bytes& from, size_t width, std::string_view file, uint64_t place) {
  if (width == 2) widen<uint16_t>(from, to.data<int32_t>(), file, place);
  if (width == 4) widen<uint32_t>(from, to.data<int64_t>(), file, place);
  if (width == 8) widen<uint64_t>(from, to.data<int64_t>(), file, place);
}

Header read_header(ByteReader& reader, std::string_view file) {
  if (reader.text(std::min<size_t>(magic.size(), reader.left()), "") != magic)
    fail_data(file, 0, "this is not an .npy file: it does not begin with NumPy's mark");
  const auto version = reader.number<uint8_t>("the version");
  const auto minor = reader.number<uint8_t>("the version");
  if (version < 1 || version > 3 || minor != 0)
    throw Error(Code::unsupported, "'" + std::string(file) + "' is .npy version " + std::to_string(version) + "." +
                                       std::to_string(minor) + ", and 1.0 to 3.0 are known");
  const size_t length =
      version == 1 ? reader.number<uint16_t>("the header's length") : reader.number<uint32_t>("the header's length");
  const size_t place = reader.place();
  return HeaderParser(reader.text(length, "the header"), file, place).parse();
}

// The number of elements, after making sure that the file has exactly their bytes.
size_t checked_count(const Header& header, size_t width, const ByteReader& reader, std::string_view file) {
  uint64_t count = 1, bytes = 0;
  bool too_many = false;
  for (int64_t dim : header.dims) too_many |= dim && __builtin_mul_overflow(count, uint64_t(dim), &count);
  const bool none = std::find(header.dims.begin(), header.dims.end(), 0) != header.dims.end();
  if (none && !too_many) count = 0;
  too_many |= __builtin_mul_overflow(count, uint64_t(width), &bytes);
  if (!too_many && bytes == reader.left()) return size_t(count);
  fail_data(file, reader.place(),
            "the shape " + Shape::of(header.dims).text() + " of '" + header.type + "' does not fit the " +
                human_count(int64_t(reader.left())) + " bytes that follow",
            "get the file again: it is cut off, damaged, or several arrays in one");
}

void fill(Tensor& out, const Element& element, bool swapped, std::span<const std::byte> data, std::string_view file,
          uint64_t place) {
  if (element.is_unsigned) {
    Bytes copy(data.begin(), data.end());
    if (swapped) swap_bytes(copy.data(), copy.size() / element.bytes, element.bytes);
    return widen_into(out, copy, element.bytes, file, place);
  }
  if (element.type == DType::boolean) internal::check_booleans(data, file, place);
  if (!data.empty()) std::memcpy(out.raw(), data.data(), data.size());
  if (swapped) swap_bytes(out.raw(), data.size() / element.bytes, element.bytes);
}

std::string_view npy_type(DType type) {
  for (const TypeName& known : type_names)
    if (known.element.type == type && !known.element.is_unsigned) return known.name;
  throw Error(Code::unsupported, "NumPy has no type " + std::string(name(type)) + ", so an .npy file cannot hold it",
              {}, "cast to float32 first, or save as .safetensors");
}

}  // namespace

Tensor read_npy(std::span<const std::byte> bytes, std::string_view name) {
  ByteReader reader(bytes, name);
  const Header header = read_header(reader, name);
  const Element element = element_of(header, name);
  const size_t count = checked_count(header, element.bytes, reader, name), place = reader.place();
  std::vector<int64_t> dims = header.dims;
  if (header.column_major) std::reverse(dims.begin(), dims.end());
  Tensor out(Shape::of(dims), element.type);
  fill(out, element, header.type[0] == '>', reader.take(count * element.bytes, "the array"), name, place);
  return header.column_major ? out.transpose() : out;
}

Tensor load_npy(const Path& path) {
  const MappedFile file(path);
  return read_npy(file.bytes(), path.string());
}

std::string npy_header(const Tensor& tensor) {
  const std::string order = size_of(tensor.dtype()) == 1 ? "|" : "<";
  std::string text =
      "{'descr': '" + order + std::string(npy_type(tensor.dtype())) + "', 'fortran_order': False, 'shape': (";
  for (int axis = 0; axis < tensor.rank(); ++axis)
    text += (axis ? ", " : "") + std::to_string(tensor.dim(axis)) + (tensor.rank() == 1 ? "," : "");
  text += "), }";
  // The data begins at a multiple of 64, so that a mapped file can be used as it lies.
  constexpr size_t before = 10;
  text.append(63 - (before + text.size()) % 64, ' ') += '\n';
  if (text.size() > 0xFFFF) fail("a tensor with " + std::to_string(tensor.rank()) + " axes does not fit an .npy file");
  std::string out(magic);
  out += {'\x01', '\x00', char(text.size() & 0xFF), char(text.size() >> 8)};
  return out + text;
}

void save_npy(const Path& path, const Tensor& tensor) {
  const Tensor plain = tensor.contiguous();
  const std::string header = npy_header(plain);
  write_file_atomically(path, [&](std::ostream& out) {
    out << header;
    out.write(reinterpret_cast<const char*>(plain.raw()), std::streamsize(plain.bytes()));
  });
}

}  // namespace cajal
