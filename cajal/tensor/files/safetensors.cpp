#include "cajal/tensor/files/safetensors.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/tensor/files/internal/bytes.h"

namespace cajal {
namespace {

using internal::ByteReader;
using internal::fail_data;
using Json = nlohmann::ordered_json;

constexpr uint64_t longest_header = 100'000'000;
constexpr size_t header_at = 8;
constexpr const char* metadata_key = "__metadata__";

constexpr std::string_view type_words[dtype_count] = {"F32", "F64", "BF16", "F16", "I8",
                                                      "I16", "I32", "I64",  "U8",  "BOOL"};

// One tensor as the header describes it; begin and end count from the first byte after the header.
struct Entry {
  std::string name;
  DType type;
  std::vector<int64_t> dims;
  uint64_t begin, end;
};

// Reads and checks a header; every complaint names the file and the header's place.
class HeaderReader {
 public:
  HeaderReader(std::string_view text, uint64_t data_size, std::string_view file)
      : text_(text), data_size_(data_size), file_(file) {}

  std::vector<Entry> read(Metadata& metadata) const {
    std::vector<Entry> entries;
    const Json header = parse();
    for (const auto& item : header.items()) {
      if (item.key() == metadata_key) metadata = texts(item.value());
      else entries.push_back(entry(item.key(), item.value()));
    }
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    check_cover(entries);
    return entries;
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    fail_data(file_, header_at, what, "get the file again, or write it anew: it is damaged or no safetensors file");
  }

  Json parse() const {
    // nlohmann keeps the last of two equal keys in silence.
    std::vector<std::set<std::string>> keys;
    std::string repeated;
    bool twice = false;
    auto watch = [&](int, Json::parse_event_t event, const Json& value) {
      if (event == Json::parse_event_t::object_start) keys.emplace_back();
      if (event == Json::parse_event_t::object_end) keys.pop_back();
      if (event == Json::parse_event_t::key && !keys.back().insert(value.get<std::string>()).second) {
        repeated = value.get<std::string>();
        twice = true;
      }
      return true;
    };
    Json header = Json::parse(text_.begin(), text_.end(), watch, false);
    if (!header.is_object()) refuse("the header is not a JSON object");
    if (twice) refuse("the header has the key '" + repeated + "' twice");
    return header;
  }

  Metadata texts(const Json& json) const {
    Metadata out;
    if (!json.is_object()) refuse("the metadata is not a JSON object");
    for (const auto& item : json.items()) {
      if (!item.value().is_string()) refuse("the metadata '" + item.key() + "' is not a text");
      out[item.key()] = item.value().get<std::string>();
    }
    return out;
  }

  Entry entry(const std::string& name, const Json& json) const {
    if (!json.is_object() || json.size() != 3 || !json.contains("dtype") || !json.contains("shape") ||
        !json.contains("data_offsets"))
      refuse("the tensor '" + name + "' is not described by dtype, shape and data_offsets");
    Entry out{name, type(name, json["dtype"]), {}, 0, 0};
    for (const uint64_t size : numbers(name, json["shape"])) out.dims.push_back(int64_t(size));
    const auto offsets = numbers(name, json["data_offsets"]);
    if (offsets.size() != 2) refuse("the tensor '" + name + "' does not have two data_offsets");
    out.begin = offsets[0];
    out.end = offsets[1];
    check_size(out);
    return out;
  }

  DType type(const std::string& name, const Json& json) const {
    if (!json.is_string()) refuse("the dtype of the tensor '" + name + "' is not a text");
    const auto word = json.get<std::string>();
    const auto found = std::find(std::begin(type_words), std::end(type_words), word);
    if (found != std::end(type_words)) return DType(found - std::begin(type_words));
    throw Error(Code::unsupported,
                "the tensor '" + name + "' in '" + std::string(file_) + "' has the type '" + word + "'", {},
                "one of " + join({std::begin(type_words), std::end(type_words)}, ", "));
  }

  std::vector<uint64_t> numbers(const std::string& name, const Json& json) const {
    std::vector<uint64_t> out;
    if (!json.is_array()) refuse("the shape or the offsets of the tensor '" + name + "' are not a list");
    for (const Json& item : json) {
      if (!item.is_number_unsigned() || item.get<uint64_t>() > uint64_t(INT64_MAX))
        refuse("the shape or the offsets of the tensor '" + name +
               "' hold something that is not an integer of 0 or more");
      out.push_back(item.get<uint64_t>());
    }
    return out;
  }

  void check_size(const Entry& entry) const {
    uint64_t bytes = size_of(entry.type);
    bool overflow = false;
    for (const int64_t dim : entry.dims) overflow |= dim && __builtin_mul_overflow(bytes, uint64_t(dim), &bytes);
    if (std::find(entry.dims.begin(), entry.dims.end(), 0) != entry.dims.end()) bytes = 0;
    if (entry.begin > entry.end || entry.end > data_size_)
      refuse("the tensor '" + entry.name + "' lies outside the " + std::to_string(data_size_) + " bytes of data");
    if (overflow || bytes != entry.end - entry.begin)
      refuse("the tensor '" + entry.name + "' has the shape " + Shape::of(entry.dims).text() + " of " +
             std::string(type_words[size_t(entry.type)]) + " and " + std::to_string(entry.end - entry.begin) +
             " bytes");
  }

  // Sorted by their begin, the tensors must lie side by side from the first byte to the last.
  void check_cover(const std::vector<Entry>& entries) const {
    uint64_t place = 0;
    for (const Entry& entry : entries) {
      if (entry.begin != place)
        refuse("the tensor '" + entry.name + "' begins at byte " + std::to_string(entry.begin) +
               " of the data, and byte " + std::to_string(place) + " was expected");
      place = entry.end;
    }
    if (place != data_size_)
      refuse("the tensors end at byte " + std::to_string(place) + " of " + std::to_string(data_size_) +
             " bytes of data");
  }

  std::string_view text_;
  uint64_t data_size_;
  std::string_view file_;
};

Tensor tensor_of(const Entry& entry, const std::shared_ptr<Buffer>& buffer, size_t data_at, std::string_view file) {
  const size_t place = data_at + size_t(entry.begin), size = size_t(entry.end - entry.begin);
  const std::byte* bytes = buffer->data() + place;
  if (entry.type == DType::boolean) internal::check_booleans({bytes, size}, file, place);
  const Shape shape = Shape::of(entry.dims);
  if (reinterpret_cast<uintptr_t>(bytes) % size_of(entry.type) == 0)
    return Tensor::view(buffer, place, shape, entry.type);
  Tensor out(shape, entry.type);
  if (size > 0) std::memcpy(out.raw(), bytes, size);
  return out;
}

std::string_view header_text(ByteReader& reader, std::string_view file) {
  const auto length = reader.number<uint64_t>("the header's length");
  if (length > longest_header)
    fail_data(file, 0, "the header would be " + std::to_string(length) + " bytes long, and 100 MB is the most",
              "a safetensors file: this one is damaged or something else");
  return reader.text(length, "the header");
}

using Ordered = std::vector<const NamedTensors::Entry*>;

// Large elements first: then each tensor lies at a multiple of its element's size without gaps.
Ordered by_alignment(const NamedTensors& tensors) {
  Ordered out;
  for (const auto& entry : tensors) out.push_back(&entry);
  std::stable_sort(out.begin(), out.end(),
                   [](auto* a, auto* b) { return size_of(a->second.dtype()) > size_of(b->second.dtype()); });
  return out;
}

// Written piece by piece: one JSON object of many thousand keys would look each of them up.
std::string describe(const Ordered& tensors, const Metadata& metadata) {
  std::string text = "{";
  auto add = [&](const std::string& key, const Json& value) {
    text += (text.size() > 1 ? "," : "") + Json(key).dump() + ":" + value.dump();
  };
  if (!metadata.empty()) add(metadata_key, metadata);
  uint64_t place = 0;
  for (const auto* entry : tensors) {
    const Tensor& tensor = entry->second;
    if (entry->first == metadata_key) fail("a tensor cannot be named '__metadata__'", "another name");
    Json item;
    item["dtype"] = type_words[size_t(tensor.dtype())];
    item["shape"] = tensor.shape().ints();
    item["data_offsets"] = {place, place + tensor.bytes()};
    place += tensor.bytes();
    add(entry->first, item);
  }
  return text + "}";
}

std::string header_text(const Ordered& tensors, const Metadata& metadata) {
  std::string text;
  try {
    text = describe(tensors, metadata);
  } catch (const Json::exception&) {
    fail("a tensor's name or a text of the metadata is not UTF-8, which a safetensors file needs",
         "keep other bytes in uint8 tensors");
  }
  // The data begins at a multiple of 64, as vector instructions like it.
  text.append((64 - (header_at + text.size()) % 64) % 64, ' ');
  if (text.size() > longest_header)
    fail("the header of a safetensors file would be " + human_bytes(text.size()) + " long, and 100 MB is the most",
         "keep large texts in uint8 tensors");
  return text;
}

}  // namespace

Safetensors read_safetensors(std::shared_ptr<Buffer> buffer, std::string_view name) {
  ByteReader reader({buffer->data(), buffer->size()}, name);
  const std::string_view header = header_text(reader, name);
  Safetensors out;
  for (const Entry& entry : HeaderReader(header, reader.left(), name).read(out.metadata))
    out.tensors.add(entry.name, tensor_of(entry, buffer, reader.place(), name));
  return out;
}

Safetensors load_safetensors(const Path& path) {
  auto file = std::make_shared<MappedFile>(path);
  const auto bytes = file->bytes();
  return read_safetensors(std::make_shared<Buffer>(bytes.data(), bytes.size(), file), path.string());
}

void save_safetensors(const Path& path, const NamedTensors& tensors, const Metadata& metadata) {
  const Ordered ordered = by_alignment(tensors);
  const std::string header = header_text(ordered, metadata);
  const auto length = uint64_t(header.size());
  write_file_atomically(path, [&](std::ostream& out) {
    out.write(reinterpret_cast<const char*>(&length), sizeof length);
    out << header;
    for (const auto* entry : ordered) {
      const Tensor plain = entry->second.contiguous();
      out.write(reinterpret_cast<const char*>(plain.raw()), std::streamsize(plain.bytes()));
    }
  });
}

}  // namespace cajal
