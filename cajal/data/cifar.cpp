#include "cajal/data/cifar.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <exception>
#include <functional>

#include "cajal/base/error.h"
#include "cajal/base/parallel.h"
#include "cajal/base/text.h"
#include "cajal/base/xz.h"
#include "cajal/data/internal/tar.h"

namespace cajal {
namespace {

constexpr int64_t side = 32, plane = side * side, channels = 3, record_bytes = 1 + channels * plane;
constexpr int64_t batch_images = 10000;  // in each file of the data set
constexpr int64_t train_batches = 5;
constexpr const char* archive_name = "cifar-10-binary.tar.gz";

[[noreturn]] void fail_batch(std::string_view name, const std::string& what) {
  throw Error(Code::bad_data, fmt::format("'{}' {}", name, what), {}, "get the file again");
}

// Planes turned into pixels, and labels checked. `images` and `labels` have room for all of it.
void turn_records(std::span<const std::byte> bytes, uint8_t* images, uint8_t* labels, std::string_view name) {
  const auto* from = reinterpret_cast<const uint8_t*>(bytes.data());
  const int64_t count = int64_t(bytes.size()) / record_bytes;
  for (int64_t i = 0; i < count; ++i, from += record_bytes, images += channels * plane) {
    if (from[0] > 9)
      fail_batch(name, fmt::format("has the label {} at picture {}, and labels lie from 0 to 9", from[0], i));
    labels[i] = from[0];
    for (int64_t pixel = 0; pixel < plane; ++pixel)
      for (int64_t channel = 0; channel < channels; ++channel)
        images[pixel * channels + channel] = from[1 + channel * plane + pixel];
  }
}

int64_t checked_count(size_t bytes, std::string_view name) {
  if (bytes == 0) fail_batch(name, "is empty, and a batch of CIFAR-10 was expected");
  if (bytes % size_t(record_bytes) != 0)
    fail_batch(name, fmt::format("has {} bytes, which is no whole number of pictures of {} bytes with their label",
                                 human_count(int64_t(bytes)), human_count(record_bytes)));
  return int64_t(bytes / size_t(record_bytes));
}

LabelledImages room_for(int64_t count) {
  return {Tensor({count, side, side, channels}, DType::uint8), Tensor({count}, DType::uint8)};
}

// The bytes of a batch in its file, unpacked if need be.
Bytes batch_bytes(const Path& path) {
  const MappedFile file(path);
  const std::span<const std::byte> bytes = file.bytes();
  if (is_xz(bytes)) return unxz(bytes, path.string());
  if (bytes.size() >= 2 && bytes[0] == std::byte(0x1F) && bytes[1] == std::byte(0x8B))
    return gunzip(bytes, path.string());
  return {bytes.begin(), bytes.end()};
}

std::string batch_name(int64_t index) {
  return index < train_batches ? fmt::format("data_batch_{}.bin", index + 1) : "test_batch.bin";
}

// The file of a batch in a folder, the one that is read soonest; empty where there is none.
Path batch_file(const Path& folder, int64_t index) {
  for (const char* packed : {"", ".gz", ".xz"})
    if (Path path = folder / (batch_name(index) + packed); file_exists(path)) return path;
  return {};
}

// Puts batch `index` of the data set where it belongs.
void place_batch(std::span<const std::byte> bytes, int64_t index, LabelledImages& train, LabelledImages& test,
                 const std::string& name) {
  if (checked_count(bytes.size(), name) != batch_images)
    fail_batch(name, fmt::format("has {} pictures, and a batch of CIFAR-10 has {}",
                                 human_count(int64_t(bytes.size()) / record_bytes), human_count(batch_images)));
  LabelledImages& to = index < train_batches ? train : test;
  const int64_t first = index < train_batches ? index * batch_images : 0;
  turn_records(bytes, to.images.data<uint8_t>() + first * channels * plane, to.labels.data<uint8_t>() + first, name);
}

// Unpacking takes a second and more for each file: they are shared over the cores.
void load_files(const Path& folder, LabelledImages& train, LabelledImages& test) {
  std::array<std::exception_ptr, train_batches + 1> errors;
  parallel_for(train_batches + 1, 1, [&](int64_t begin, int64_t end) {
    for (int64_t index = begin; index < end; ++index) try {
        const Path path = batch_file(folder, index);
        place_batch(batch_bytes(path), index, train, test, path.string());
      } catch (...) {
        errors[size_t(index)] = std::current_exception();
      }
  });
  for (const std::exception_ptr& error : errors)
    if (error) std::rethrow_exception(error);
}

void load_archive(const Path& path, LabelledImages& train, LabelledImages& test) {
  GzipReader file(path);
  int64_t found = 0;
  auto take = [&](const std::string& name, size_t size, internal::ReadStream read) {
    for (int64_t index = 0; index <= train_batches; ++index) {
      if (!name.ends_with("/" + batch_name(index)) || size > size_t(batch_images * record_bytes)) continue;
      Bytes bytes(size);
      bytes.resize(read(bytes));
      place_batch(bytes, index, train, test, path.string() + ": " + name);
      ++found;
    }
  };
  internal::read_tar([&](std::span<std::byte> out) { return file.read(out); }, path.string(), take);
  if (found != train_batches + 1)
    fail_batch(path.string(), fmt::format("holds {} of the {} batches of CIFAR-10", found, train_batches + 1));
}

}  // namespace

LabelledImages parse_cifar10(std::span<const std::byte> bytes, std::string_view name) {
  LabelledImages out = room_for(checked_count(bytes.size(), name));
  turn_records(bytes, out.images.data<uint8_t>(), out.labels.data<uint8_t>(), name);
  return out;
}

LabelledImages read_cifar10(const Path& path) { return parse_cifar10(batch_bytes(path), path.string()); }

bool has_cifar10(const Path& folder) {
  if (file_exists(folder / archive_name)) return true;
  for (int64_t index = 0; index <= train_batches; ++index)
    if (batch_file(folder, index).empty()) return false;
  return true;
}

TrainTest load_cifar10_folder(const Path& folder) {
  const bool packed = file_exists(folder / archive_name) && batch_file(folder, 0).empty();
  if (!packed)
    for (int64_t index = 0; index <= train_batches; ++index)
      if (batch_file(folder, index).empty())
        throw Error(
            Code::not_found, fmt::format("the folder '{}' lacks {}", folder.string(), batch_name(index)), {},
            "data_batch_1.bin to data_batch_5.bin and test_batch.bin beside each other, packed (.gz, .xz) or not");
  LabelledImages train = room_for(train_batches * batch_images), test = room_for(batch_images);
  if (packed) load_archive(folder / archive_name, train, test);
  else load_files(folder, train, test);
  return {Dataset(train.images, train.labels), Dataset(test.images, test.labels)};
}

std::vector<std::string> cifar10_classes(const Path& folder) {
  std::vector<std::string> names;
  if (!file_exists(folder / "batches.meta.txt")) return names;
  for (const std::string& line : split(read_text(folder / "batches.meta.txt"), '\n'))
    if (const std::string_view name = trim(line); !name.empty()) names.emplace_back(name);
  return names;
}

}  // namespace cajal
