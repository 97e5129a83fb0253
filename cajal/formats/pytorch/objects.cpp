#include "cajal/formats/pytorch/internal/objects.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

namespace cajal::internal {
namespace {

using Kind = PickleValue::Kind;
// Deeper than any checkpoint, and as long as any name.
constexpr int most_levels = 64;
constexpr size_t longest_name = 1000;

// Goes through an object as a tree. What is shared is met more than once, so that a small file could mean a tree
// without end: the number of visits is bounded by what an honest file of this length can hold.
class Walk {
 public:
  using Visit = std::function<void(const std::string& name, PickleRef value)>;
  Walk(const PickleBytes& bytes, Visit visit)
      : bytes_(bytes), visit_(std::move(visit)), left_(1000 + 4 * (bytes.place() + bytes.left())) {}

  void run(const std::string& name, PickleRef value, int level = 0) {
    if (left_-- == 0) bytes_.refuse("the objects of the pickle refer to each other too often");
    if (level > most_levels) bytes_.refuse(fmt::format("the pickle is nested more than {} levels deep", most_levels));
    if (name.size() > longest_name) bytes_.refuse(fmt::format("a name is longer than {} letters", longest_name));
    const bool dict = value->is(Kind::dict);
    if (!dict && !value->is(Kind::list) && !value->is(Kind::tuple)) {
      visit_(name, value);
      return;
    }
    for (size_t i = 0; i < value->items.size(); i += dict ? 2 : 1) {
      const std::string part = dict ? key(value->items[i]) : std::to_string(i);
      run(name.empty() ? part : name + "." + part, value->items[dict ? i + 1 : i], level + 1);
    }
  }

 private:
  std::string key(PickleRef value) const {
    if (value->is(Kind::text)) return std::string(value->text);
    if (value->is(Kind::integer) && value->text.empty()) return std::to_string(value->integer);
    bytes_.refuse("a dictionary has a key that is neither text nor a number");
  }

  const PickleBytes& bytes_;
  Visit visit_;
  uint64_t left_;
};

// The first element beyond the tensor, from the storage's beginning; -1 where that is no number.
int64_t end_of(const PickledTensor& tensor) {
  int64_t end = tensor.offset;
  for (size_t axis = 0; axis < tensor.size.size(); ++axis) {
    int64_t reach = 0;
    if (tensor.size[axis] < 0 || tensor.stride[axis] < 0) return -1;
    if (tensor.size[axis] == 0) return tensor.offset;
    if (__builtin_mul_overflow(tensor.size[axis] - 1, tensor.stride[axis], &reach) ||
        __builtin_add_overflow(end, reach, &end))
      return -1;
  }
  return __builtin_add_overflow(end, int64_t(1), &end) ? -1 : end;
}

// Strides of 0 make a large tensor out of one number: what is copied later must not be more than the file could hold.
bool is_too_large(const PickledTensor& tensor, int64_t stored) {
  int64_t count = 1;
  for (int64_t size : tensor.size)
    if (size != 0 && __builtin_mul_overflow(count, size, &count)) return true;
  return count > 1'000'000 && count / 64 > stored;
}

void check_booleans(const Buffer& buffer, const PickleBytes& bytes) {
  const auto* values = reinterpret_cast<const uint8_t*>(buffer.data());
  for (size_t i = 0; i < buffer.size(); ++i)
    if (values[i] > 1) bytes.refuse("a storage of bools has a value that is neither 0 nor 1");
}

Tensor tensor_of(const std::string& name, const PickledTensor& tensor, const PickleBytes& bytes,
                 const FindStorage& find) {
  const PickleValue& storage = *tensor.storage;
  const int64_t end = end_of(tensor);
  if (tensor.offset < 0 || end < 0 || end > storage.integer || is_too_large(tensor, storage.integer))
    bytes.refuse(fmt::format("the tensor '{}' reaches beyond the {} elements of its storage", name, storage.integer));
  if (tensor.size.size() > 64) bytes.refuse(fmt::format("the tensor '{}' has {} axes", name, tensor.size.size()));
  const std::shared_ptr<Buffer> buffer = find(storage);
  const int64_t first = tensor.offset + storage.view_at;
  return Tensor::view(buffer, size_t(first) * size_of(storage.dtype), Shape::of(tensor.size), storage.dtype,
                      tensor.stride);
}

// A number or a text, in words; empty for what is neither.
std::string text_of(const PickleValue& value) {
  switch (value.kind) {
    case Kind::boolean: return value.integer ? "true" : "false";
    case Kind::integer: return value.text.empty() ? std::to_string(value.integer) : std::string();
    case Kind::real: return fmt::format("{:g}", value.real);
    case Kind::text: return std::string(value.text);
    case Kind::global: return std::string(value.text);
    default: return {};
  }
}

}  // namespace

size_t storage_bytes(const PickleValue& storage, const PickleBytes& bytes) {
  int64_t out = 0;
  if (__builtin_mul_overflow(storage.integer, int64_t(size_of(storage.dtype)), &out))
    bytes.refuse("a storage claims more elements than any memory holds");
  return size_t(out);
}

std::vector<PickleRef> storages_of(PickleRef object, const PickleBytes& bytes) {
  std::vector<PickleRef> out;
  std::set<std::string_view> seen;
  Walk(bytes, [&](const std::string&, PickleRef value) {
    if (value->is(Kind::tensor) && seen.insert(value->tensor.storage->text).second)
      out.push_back(value->tensor.storage);
  }).run("", object);
  return out;
}

PyTorchFile named_objects(PickleRef object, const PickleBytes& bytes, const FindStorage& find) {
  PyTorchFile out;
  std::set<const Buffer*> checked;
  auto add = [&](const std::string& given, PickleRef value) {
    const std::string name = given.empty() ? "tensor" : given;
    if (value->is(Kind::tensor)) {
      if (out.tensors.contains(name)) bytes.refuse(fmt::format("two tensors are called '{}'", name));
      const Tensor tensor = tensor_of(name, value->tensor, bytes, find);
      if (tensor.dtype() == DType::boolean && checked.insert(tensor.buffer().get()).second)
        check_booleans(*tensor.buffer(), bytes);
      out.tensors.add(name, tensor);
    } else if (const std::string text = text_of(*value); !text.empty()) {
      out.values[name] = text;
    }
  };
  Walk(bytes, add).run("", object);
  return out;
}

}  // namespace cajal::internal
