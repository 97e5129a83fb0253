#include "cajal/formats/pytorch/pytorch.h"

#include <fmt/core.h>

#include <cstring>
#include <map>

#include "cajal/formats/pytorch/internal/objects.h"
#include "cajal/tensor/files/zip.h"

namespace cajal {
namespace {

using namespace internal;
using Kind = PickleValue::Kind;

// Pickles of weights are small: a hundred bytes for a tensor.
constexpr size_t most_pickle = size_t(64) << 20;
constexpr std::string_view zip_magic("PK\3\4", 4);
// The integer that every file from before the zip begins with, as a pickle has it.
constexpr std::string_view legacy_magic("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10);

std::shared_ptr<Buffer> buffer_of(Bytes bytes) {
  auto owner = std::make_shared<Bytes>(std::move(bytes));
  return std::make_shared<Buffer>(owner->data(), owner->size(), owner);
}

// ------------------------------------------------------------------------------------------------ the zip archive

// "NAME/data.pkl" stands first; NAME is what the file was called when it was written.
std::string folder_in(const ZipReader& zip) {
  constexpr std::string_view wanted = "/data.pkl";
  for (const ZipEntry& entry : zip.entries())
    if (entry.name.ends_with(wanted)) return entry.name.substr(0, entry.name.size() - wanted.size() + 1);
  throw Error(Code::bad_data,
              fmt::format("'{}' is a zip archive without data.pkl: torch.save did not write it", zip.name()));
}

void check_byte_order(const ZipReader& zip, const std::string& folder) {
  if (!zip.contains(folder + "byteorder")) return;
  const ZipEntry& entry = zip.entry(folder + "byteorder");
  if (entry.size > 16 || as_text(zip.read(entry)) != "little")
    throw Error(Code::unsupported, fmt::format("'{}' was written by a big-endian machine", zip.name()), {},
                "in PyTorch, on a usual machine: load it and save it again");
}

PyTorchFile read_zip(const ZipReader& zip, const std::string& name) {
  const std::string folder = folder_in(zip);
  check_byte_order(zip, folder);
  const ZipEntry& entry = zip.entry(folder + "data.pkl");
  if (entry.size > most_pickle)
    throw Error(Code::bad_data, fmt::format("'{}': data.pkl is too large for the description of a network", name));
  const Bytes described = zip.read(entry);
  const std::string where = name + ": data.pkl";
  PickleBytes bytes(described, where);
  Pickle pickle(bytes);
  const PickleRef object = pickle.read();
  std::map<std::string, std::shared_ptr<Buffer>, std::less<>> read;
  return named_objects(object, bytes, [&](const PickleValue& storage) {
    const std::string key(storage.text);
    std::shared_ptr<Buffer>& buffer = read[key];
    if (!buffer) buffer = buffer_of(zip.read(zip.entry(folder + "data/" + key)));
    if (buffer->size() < storage_bytes(storage, bytes))
      bytes.refuse(fmt::format("the storage {} has {} bytes, and its tensors need {}", key, buffer->size(),
                               storage_bytes(storage, bytes)));
    return buffer;
  });
}

// ------------------------------------------------------------------------------------------------ from before the zip

// Magic number, version, and what kind of machine wrote it: a pickle each.
void read_legacy_header(Pickle& pickle, PickleBytes& bytes) {
  const PickleRef magic = pickle.read();
  if (!magic->is(Kind::integer) || magic->text != legacy_magic)
    bytes.refuse("this is no file of torch.save: its magic number is missing");
  const PickleRef version = pickle.read();
  if (!version->is(Kind::integer) || version->integer != 1001)
    bytes.refuse_unsupported("its version is not 1001, the only one that torch.save has written",
                             "in PyTorch: load it and save it again");
  const PickleRef machine = pickle.read();
  for (size_t i = 0; machine->is(Kind::dict) && i < machine->items.size(); i += 2)
    if (machine->items[i]->text == "little_endian" && machine->items[i + 1]->integer == 0)
      bytes.refuse_unsupported("it was written by a big-endian machine",
                               "in PyTorch, on a usual machine: load it and save it again");
}

// Behind the pickles: a number of elements and the elements, for each key in their order.
std::map<std::string_view, std::shared_ptr<Buffer>> read_legacy_storages(PickleRef keys, PickleRef object,
                                                                         PickleBytes& bytes) {
  std::map<std::string_view, PickleRef> described;
  for (PickleRef storage : storages_of(object, bytes)) described[storage->text] = storage;
  std::map<std::string_view, std::shared_ptr<Buffer>> out;
  if (!keys->is(Kind::list)) bytes.refuse("the list of storages is none");
  for (PickleRef key : keys->items) {
    const auto found = described.find(key->text);
    // Without a tensor in it nothing says how large its elements are, and so where the next one begins.
    if (found == described.end()) bytes.refuse("it has a storage that no tensor lies in");
    PickleValue whole = *found->second;
    whole.integer = bytes.number<int64_t>("a storage's number of elements");
    if (whole.integer < 0) bytes.refuse("a storage has a negative number of elements");
    const std::string_view data = bytes.take(storage_bytes(whole, bytes), "a storage");
    Bytes copy(data.size());
    if (!data.empty()) std::memcpy(copy.data(), data.data(), data.size());
    out[key->text] = buffer_of(std::move(copy));
  }
  return out;
}

PyTorchFile read_legacy(std::span<const std::byte> all, std::string_view name) {
  PickleBytes bytes(all, name);
  Pickle pickle(bytes);
  read_legacy_header(pickle, bytes);
  const PickleRef object = pickle.read(), keys = pickle.read();
  const auto storages = read_legacy_storages(keys, object, bytes);
  return named_objects(object, bytes, [&](const PickleValue& storage) {
    const auto found = storages.find(storage.text);
    if (found == storages.end()) bytes.refuse(fmt::format("the storage {} is missing", storage.text));
    int64_t end = 0;
    if (__builtin_add_overflow(storage.view_at, storage.integer, &end)) bytes.refuse("a storage has no end");
    PickleValue whole = storage;
    whole.integer = end;
    if (found->second->size() < storage_bytes(whole, bytes))
      bytes.refuse(fmt::format("the storage {} has {} bytes, and its tensors need {}", storage.text,
                               found->second->size(), storage_bytes(whole, bytes)));
    return found->second;
  });
}

bool is_zip(std::span<const std::byte> bytes) { return as_text(bytes).starts_with(zip_magic); }

}  // namespace

bool looks_like_pytorch(std::span<const std::byte> bytes) {
  return is_zip(bytes) ||
         as_text(bytes.first(std::min<size_t>(bytes.size(), 32))).find(legacy_magic) != std::string_view::npos;
}

PyTorchFile read_pytorch(std::span<const std::byte> bytes, std::string_view name) {
  if (is_zip(bytes)) return read_zip(ZipReader(bytes, name), std::string(name));
  return read_legacy(bytes, name);
}

PyTorchFile load_pytorch(const Path& path) {
  const MappedFile file(path);
  return read_pytorch(file.bytes(), path.string());
}

}  // namespace cajal
