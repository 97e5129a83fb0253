#include "apps/cli/inspection.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "apps/cli/inspect_data.h"
#include "apps/cli/inspect_model.h"
#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/formats/pytorch/pytorch.h"
#include "cajal/tensor/files/zip.h"

namespace cajal::cli {
namespace {

struct Beginning {
  std::string_view bytes, what;
};

// What people point at by mistake, or may expect to be read.
constexpr Beginning known_beginnings[] = {{"\x89PNG", "a PNG picture"},
                                          {"\xFF\xD8\xFF", "a JPEG picture"},
                                          {"GIF8", "a GIF picture"},
                                          {"BM", "a BMP picture"},
                                          {"RIFF", "a WAV or WebP file"},
                                          {"\x89HDF", "an HDF5 file, as Keras's .h5"},
                                          {"%PDF", "a PDF"},
                                          {"\x7F"
                                           "ELF",
                                           "a program"},
                                          {"GGUF", "a GGUF model"},
                                          {"\x80\x02", "a Python pickle"},
                                          {"\x80\x04", "a Python pickle"},
                                          {"\x80\x05", "a Python pickle"},
                                          {"<svg", "an SVG picture"},
                                          {"<?xml", "XML"},
                                          {"<!DOCTYPE", "HTML"},
                                          {"<html", "HTML"},
                                          {"#!", "a script"},
                                          {"\xFD"
                                           "7zXZ",
                                           "an xz archive"},
                                          {"BZh", "a bzip2 archive"},
                                          {"{", "JSON"},
                                          {"[", "JSON"},
                                          {"ARROW1", "an Arrow file"},
                                          {"PAR1", "a Parquet file"},
                                          {"SQLite format 3", "an SQLite data base"}};

std::string first_bytes(const Path& path) {
  std::error_code error;
  if (file_exists(path) && !std::filesystem::is_regular_file(path, error))
    throw Error(Code::unsupported, fmt::format("'{}' is no ordinary file", path.string()), {},
                "a file, or the folder of a run");
  if (!file_exists(path)) read_file(path);  // says so, with the nearest name
  std::ifstream in(path, std::ios::binary);
  std::string out(64, '\0');
  in.read(out.data(), std::streamsize(out.size()));
  if (in.bad() || !(in.eof() || in.good()) || (in.gcount() == 0 && !in.eof()))
    throw Error(Code::io, fmt::format("'{}' cannot be read", path.string()));
  out.resize(size_t(in.gcount()));
  return out;
}

bool is_named(const Path& path, std::initializer_list<const char*> endings) {
  std::string name = lower(path.filename().string());
  if (name.ends_with(".gz") || name.ends_with(".xz")) name.resize(name.size() - 3);
  return std::any_of(endings.begin(), endings.end(), [&](const char* ending) { return name.ends_with(ending); });
}

bool is_idx(const Path& path, const std::string& first) {
  const bool gzipped = first.starts_with("\x1F\x8B");
  const std::string name = path.filename().string();
  const bool named = name.find("-idx") != std::string::npos || name.find(".idx") != std::string::npos;
  if (gzipped) return named || !is_named(path, {".csv", ".tsv", ".txt", ".data"});
  return first.size() >= 4 && first[0] == 0 && first[1] == 0 && first[2] >= 8 && first[2] <= 0x0E && first[3] > 0;
}

// A header's length in 8 bytes, then the header, which is JSON.
bool is_safetensors(const Path& path, const std::string& first) {
  if (is_named(path, {".safetensors"})) return true;
  return first.size() > 9 && first[8] == '{' && first[6] == 0 && first[7] == 0;
}

// torch.save's archives are zip files, as NumPy's are: what lies in them tells.
bool is_pytorch(const Path& path, const std::string& first) {
  if (is_named(path, {".pt", ".pth", ".th"})) return true;
  if (!looks_like_pytorch(as_bytes(first))) return false;
  if (!first.starts_with("PK")) return true;
  const ZipReader zip(path);
  return std::any_of(zip.entries().begin(), zip.entries().end(),
                     [](const ZipEntry& entry) { return entry.name.ends_with("/data.pkl"); });
}

bool is_cifar(const Path& path) {
  return is_named(path, {".bin"}) && path.filename().string().find("_batch") != std::string::npos;
}

std::string shown_bytes(const std::string& first) {
  std::string out;
  for (char c : first.substr(0, 4)) out += fmt::format("{:02x}", uint8_t(c));
  return "0x" + out;
}

[[noreturn]] void refuse(const Path& path, const std::string& first) {
  std::string what = "bytes of a kind that is not known";
  for (const Beginning& beginning : known_beginnings)
    if (first.starts_with(beginning.bytes)) {
      what = beginning.what;
      break;
    }
  throw Error(Code::unsupported,
              fmt::format("'{}' is neither a model nor data that can be looked at: it begins with {}, {}",
                          path.string(), shown_bytes(first), what),
              {}, "a model, or a .safetensors, .npy, .npz, .pt, idx or .csv file");
}

}  // namespace

Inspection inspect_file(const Path& path, const InspectionOptions& options) {
  const std::string first = first_bytes(path);
  if (first.empty()) throw Error(Code::bad_data, fmt::format("the file '{}' is empty", path.string()));
  if (is_safetensors(path, first)) return inspect_safetensors(path, options);
  if (options.of_models())
    throw Error(Code::invalid_argument, fmt::format("'{}' is no model: it has no graph and no plan", path.string()), {},
                "leave --graph and --plan out");
  if (first.starts_with("\x93NUMPY") || is_named(path, {".npy"})) return inspect_npy(path, options);
  if (is_pytorch(path, first)) return inspect_pytorch(path, options);
  if (is_cifar(path)) return inspect_cifar(path, options);
  if (first.starts_with("PK\x03\x04") || is_named(path, {".npz"})) return inspect_npz(path, options);
  if (is_named(path, {".csv", ".tsv", ".txt", ".data"})) return inspect_table(path);
  if (is_idx(path, first)) return inspect_idx(path, options);
  refuse(path, first);
}

}  // namespace cajal::cli
