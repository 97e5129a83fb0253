#include "apps/cli/inspect_data.h"

#include <fmt/format.h>

#include <algorithm>

#include "cajal/base/text.h"
#include "cajal/data/cifar.h"
#include "cajal/data/csv.h"
#include "cajal/data/idx.h"
#include "cajal/eager/statistics.h"
#include "cajal/formats/pytorch/pytorch.h"
#include "cajal/tensor/files/npy.h"
#include "cajal/tensor/files/npz.h"

namespace cajal::cli {
namespace {

constexpr int64_t first_values = 6;

Config shape_facts(const Shape& shape) {
  Config::List out;
  for (const Dim& dim : shape) out.push_back(dim.value());
  return out;
}

std::string first_text(const Tensor& tensor) {
  std::string out;
  for (int64_t i = 0; i < std::min(tensor.size(), first_values); ++i)
    out += fmt::format("{}{:.6g}", i ? ", " : "", tensor.flat(i));
  return out + (tensor.size() > first_values ? ", ..." : "");
}

std::string list_text(const NamedTensors& tensors) {
  size_t names = 0, shapes = 0;
  for (const auto& [name, tensor] : tensors) {
    names = std::max(names, name.size());
    shapes = std::max(shapes, tensor.shape().text().size());
  }
  std::string out;
  for (const auto& [name, tensor] : tensors)
    out += fmt::format("{:{}}  {:{}}  {:8}  {:>11}  {}\n", name, names, tensor.shape().text(), shapes,
                       cajal::name(tensor.dtype()), human_bytes(tensor.bytes()), first_text(tensor));
  return out;
}

std::string warning(const std::string& name, const TensorStatistics& found) {
  if (found.finite())
    return found.count > 1 && found.zeros == found.count ? fmt::format("warning: all of '{}' is 0\n", name) : "";
  std::vector<std::string> what;
  if (found.nans > 0) what.push_back(fmt::format("{} NaN", human_count(found.nans)));
  if (found.infinities > 0) what.push_back(fmt::format("{} infinite", human_count(found.infinities)));
  return fmt::format("warning: '{}' has {} among its {} values\n", name, join(what, " and "), human_count(found.count));
}

// One array: its values as NumPy prints them.
Inspection of_array(const Path& path, const std::string& kind, const Tensor& tensor, const InspectionOptions& options) {
  Inspection out{file_facts(path, kind),
                 title(path, fmt::format("{}, {} {}", kind, name(tensor.dtype()), tensor.shape().text()))};
  const NamedTensors alone{{path.filename().string(), tensor}};
  out.facts.set("tensors", tensor_facts(alone, options.weights));
  out.text += options.weights ? numbers_text(alone) : tensor.text() + "\n";
  return out;
}

Config column_facts(const Column& column) {
  Config out, head = Config::List{};
  out.set("name", column.name());
  out.set("type", column.is_number() ? "number" : "text");
  out.set("missing", column.missing_count());
  if (!column.is_number()) out.set("different", int64_t(column.names().size()));
  for (int64_t row = 0; row < std::min<int64_t>(column.size(), 5); ++row) {
    if (column.missing(row)) head.add(Config());
    else head.add(column.is_number() ? Config(column.numbers()[size_t(row)]) : Config(column.text(row)));
  }
  out.set("first", head);
  return out;
}

}  // namespace

std::string title(const Path& path, const std::string& what) {
  std::error_code ignored;
  return fmt::format("{}: {}, {}\n", path.string(), what, human_bytes(std::filesystem::file_size(path, ignored)));
}

Config file_facts(const Path& path, const std::string& kind) {
  std::error_code ignored;
  Config out;
  out.set("file", path.string());
  out.set("kind", kind);
  out.set("bytes", int64_t(std::filesystem::file_size(path, ignored)));
  return out;
}

Config tensor_facts(const NamedTensors& tensors, bool numbers) {
  Config::List out;
  for (const auto& [name, tensor] : tensors) {
    Config entry, first = Config::List{};
    entry.set("name", name);
    entry.set("shape", shape_facts(tensor.shape()));
    entry.set("dtype", std::string(cajal::name(tensor.dtype())));
    entry.set("bytes", int64_t(tensor.bytes()));
    for (int64_t i = 0; i < std::min(tensor.size(), first_values); ++i) first.add(tensor.flat(i));
    entry.set("first", first);
    if (numbers) {
      const TensorStatistics found = statistics_of(tensor);
      entry.set("mean", found.mean), entry.set("deviation", found.deviation);
      entry.set("least", found.least), entry.set("greatest", found.greatest);
      entry.set("zeros", found.zeros), entry.set("nans", found.nans), entry.set("infinities", found.infinities);
    }
    out.push_back(entry);
  }
  return out;
}

std::string numbers_text(const NamedTensors& tensors) {
  size_t names = 6, shapes = 5;
  for (const auto& [name, tensor] : tensors) {
    names = std::max(names, name.size());
    shapes = std::max(shapes, tensor.shape().text().size());
  }
  std::string out = fmt::format("{:{}}  {:{}}  {:8}  {:>10}  {:>10}  {:>10}  {:>10}  {:>7}  {:>10}\n", "weight", names,
                                "shape", shapes, "type", "mean", "deviation", "least", "greatest", "zeros", "bytes");
  std::string warnings;
  for (const auto& [name, tensor] : tensors) {
    const TensorStatistics found = statistics_of(tensor);
    out +=
        fmt::format("{:{}}  {:{}}  {:8}  {:>10.4g}  {:>10.4g}  {:>10.4g}  {:>10.4g}  {:>5.1f} %  {:>10}\n", name, names,
                    tensor.shape().text(), shapes, cajal::name(tensor.dtype()), found.mean, found.deviation,
                    found.least, found.greatest, 100. * double(found.zeros) / double(std::max<int64_t>(found.count, 1)),
                    human_count(int64_t(tensor.bytes())));
    warnings += warning(name, found);
  }
  return out + warnings;
}

Inspection inspect_tensors(const Path& path, const std::string& kind, const NamedTensors& tensors,
                           const Config& metadata, const InspectionOptions& options) {
  const std::string count =
      tensors.size() == 1 ? "1 tensor" : fmt::format("{} tensors", human_count(int64_t(tensors.size())));
  Inspection out{file_facts(path, kind), title(path, fmt::format("{} of {}", kind, count))};
  if (!metadata.is_null()) {
    out.facts.set("metadata", metadata);
    for (const auto& entry : metadata.map()) out.text += fmt::format("{}: {}\n", entry.first, entry.second.text());
  }
  out.facts.set("tensors", tensor_facts(tensors, options.weights));
  out.text += options.weights ? numbers_text(tensors) : list_text(tensors);
  return out;
}

Inspection inspect_npy(const Path& path, const InspectionOptions& options) {
  return of_array(path, "a NumPy array", load_npy(path), options);
}

Inspection inspect_npz(const Path& path, const InspectionOptions& options) {
  return inspect_tensors(path, "a NumPy archive", load_npz(path), {}, options);
}

Inspection inspect_idx(const Path& path, const InspectionOptions& options) {
  return of_array(path, "an idx file", read_idx(path), options);
}

Inspection inspect_cifar(const Path& path, const InspectionOptions& options) {
  const LabelledImages all = read_cifar10(path);
  return inspect_tensors(path, "a batch of CIFAR-10", {{"images", all.images}, {"labels", all.labels}}, {}, options);
}

Inspection inspect_pytorch(const Path& path, const InspectionOptions& options) {
  const PyTorchFile file = load_pytorch(path);
  Config values;
  for (const auto& [name, text] : file.values) values.set(name, text);
  return inspect_tensors(path, "a PyTorch file", file.tensors, values, options);
}

Inspection inspect_table(const Path& path) {
  const Table table = read_csv(path);
  Inspection out{file_facts(path, "a table"), {}};
  out.facts.set("rows", table.rows());
  Config columns = Config::List{};
  for (const Column& column : table.columns()) columns.add(column_facts(column));
  out.facts.set("columns", columns);
  out.text = title(path, fmt::format("a table of {} rows and {} columns{}", human_count(table.rows()),
                                     table.columns().size(), table.has_header() ? "" : " without names"));
  out.text += table.text(10) + "\n" + table.describe().text(20);
  return out;
}

}  // namespace cajal::cli
