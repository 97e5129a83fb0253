// cajal data [NAME]
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>

#include "apps/cli/arguments.h"
#include "apps/cli/drawing.h"
#include "apps/cli/interrupt.h"
#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/data/csv.h"
#include "cajal/data/dataset_folder.h"
#include "cajal/data/table_reader.h"

namespace cajal::cli {
namespace {

int64_t bytes_to_fetch(const DatasetEntry& entry) {
  int64_t sum = 0;
  for (const RemoteFile& file : entry.files) sum += file.bytes;
  return sum;
}

std::string where(const DatasetEntry& entry) {
  if (!entry.lies_in) return "made by Cajal";
  const Path folder = find_dataset_folder(entry);
  if (!folder.empty()) return "in " + folder.string();
  return fmt::format("not here, {} to fetch", human_bytes(uint64_t(bytes_to_fetch(entry))));
}

int list_all() {
  std::string absent;
  for (const DatasetEntry* entry : all_datasets()) {
    std::cout << fmt::format("{:14}  {}\n{:14}  {}\n", entry->name, entry->summary, "", where(*entry));
    if (entry->lies_in && find_dataset_folder(*entry).empty()) absent = entry->name;
  }
  const std::string name = called_as();
  if (!absent.empty()) std::cout << fmt::format("next: {0} data {1} fetches {1} · ", name, absent);
  else std::cout << "next: ";
  std::cout << fmt::format("{0} train NAME learns from it · {0} data table.csv looks into a table of your own\n", name);
  return 0;
}

// How far it is, on one line that is written over; nothing where nobody watches.
DownloadOptions watched() {
  DownloadOptions options;
  const bool terminal = ::isatty(STDERR_FILENO);
  options.progress = [terminal](const DownloadProgress& progress) {
    if (terminal && progress.done > 0)
      std::cerr << fmt::format("\r{}: {}{}\033[K", progress.name, human_bytes(uint64_t(progress.done)),
                               progress.total > 0 ? " of " + human_bytes(uint64_t(progress.total)) : "");
    return !interrupted();
  };
  return options;
}

void fetch(const DatasetEntry& entry) {
  catch_interrupts();
  std::cout << fmt::format("{}: fetching {} into {}\n", entry.name, human_bytes(uint64_t(bytes_to_fetch(entry))),
                           (cache_folder() / entry.name).string())
            << std::flush;
  fetch_dataset(entry, watched());
  if (::isatty(STDERR_FILENO)) std::cerr << "\r\033[K";
}

// A picture without the empty lines above and below it.
std::string drawing(const Tensor& image) {
  std::vector<std::string> lines = drawn(image, 1);
  const auto blank = [](const std::string& line) { return line.find_first_not_of(' ') == std::string::npos; };
  while (!lines.empty() && blank(lines.back())) lines.pop_back();
  lines.erase(lines.begin(), std::find_if_not(lines.begin(), lines.end(), blank));
  std::string out;
  for (const std::string& line : lines) out += "  " + line + "\n";
  return out;
}

// As bright as eyes take the three colours for (ITU-R BT.601).
Tensor grey(const Tensor& picture) {
  Tensor out({picture.dim(0), picture.dim(1)}, DType::uint8);
  for (int64_t y = 0; y < picture.dim(0); ++y)
    for (int64_t x = 0; x < picture.dim(1); ++x)
      out.set({y, x}, std::round(0.299 * picture.at({y, x, 0}) + 0.587 * picture.at({y, x, 1}) +
                                 0.114 * picture.at({y, x, 2})));
  return out;
}

void print_classes(const DatasetEntry& entry, const Dataset& train) {
  std::map<int64_t, int64_t> count;
  for (const Batch& batch : train.batch(1000))
    for (int64_t label : batch.y.at(0).values<int64_t>()) ++count[label];
  std::vector<std::string> shares;
  for (const auto& [label, samples] : count)
    shares.push_back(fmt::format("{} ({})", size_t(label) < entry.classes.size() ? entry.classes[size_t(label)] : "?",
                                 human_count(samples)));
  std::cout << "  classes, and how many to learn from: " << join(shares, ", ") << "\n";
}

void print_samples(const DatasetEntry& entry) {
  const auto [train, test] = entry.load("");
  const TensorSpec sample = train.element_spec().x.at(0);
  std::cout << fmt::format("  {} to learn from, {} held out; a sample is {} {}\n", human_count(train.size()),
                           human_count(test.size()), sample.shape.text(), name(sample.dtype));
  print_classes(entry, train);
  const bool in_colour = sample.shape.rank() == 3 && sample.shape[2] == 3;
  if (sample.dtype != DType::uint8 || (sample.shape.rank() != 2 && !in_colour)) return;
  Batch first;
  train.read(std::vector<int64_t>{0}, first);
  const auto label = size_t(first.y.at(0).flat(0));
  std::cout << fmt::format("  the first one is {}:\n", label < entry.classes.size() ? entry.classes[label] : "unnamed")
            << drawing(in_colour ? grey(first.x.at(0)[0]) : first.x.at(0)[0]);
}

std::string indented(const std::string& text) {
  std::string out;
  for (const std::string& line : split(trim(text), '\n')) out += "  " + line + "\n";
  // The first line's own blanks were trimmed away with the text's: they align its columns.
  const size_t blanks = text.find_first_not_of(' ');
  return blanks == std::string::npos ? out : std::string(blanks, ' ') + out;
}

void print_table(const Table& table, const TableReaderOptions& options) {
  std::cout << "\n" << indented(table.text()) << "\n" << indented(table.describe().text()) << "\n";
  std::vector<std::string> gaps;
  for (const Column& column : table.columns())
    if (const int64_t count = column.missing_count())
      gaps.push_back(fmt::format("{} ({})", column.name(), human_count(count)));
  if (!gaps.empty()) std::cout << "  missing values: " << join(gaps, ", ") << "\n";
  // A table that cannot be learned from as it is may still be looked at.
  try {
    const TableReader reader(table, options);
    std::cout << "  " << reader.sentence() << "\n";
    for (const std::string& note : reader.notes()) std::cout << "  " << note << "\n";
  } catch (const Error& error) {
    std::cout << "  before it can be learned from: " << error.what() << "\n";
  }
}

int show_known(const DatasetEntry& entry) {
  if (entry.lies_in && find_dataset_folder(entry).empty()) fetch(entry);
  std::cout << fmt::format("{}: {}\n  {}\n", entry.name, entry.summary, where(entry));
  if (entry.table) print_table(entry.table(""), {.target = std::string(entry.target)});
  else print_samples(entry);
  std::cout << fmt::format("next: {} train {}\n", called_as(), entry.name);
  return 0;
}

int show_file(const Path& path) {
  std::cout << path.string() << "\n";
  print_table(read_csv(path), {});
  std::cout << fmt::format("next: {} train {}\n", called_as(), path.string());
  return 0;
}

int run(const Verb& verb, std::span<const std::string> given) {
  std::string what = "all";
  Arguments arguments(verb);
  arguments.word("NAME", what,
                 "a known data set, fetched if it is not here; a table of your own (table.csv); all: a list");
  if (!arguments.read(given)) return 0;
  if (what == "all") return list_all();
  std::error_code ignored;
  if (const DatasetEntry* entry = find_dataset(what)) return show_known(*entry);
  if (std::filesystem::is_regular_file(what, ignored)) return show_file(what);
  return show_known(dataset_entry(what));
}

}  // namespace

const Verb& data_verb() {
  static const Verb verb{"data", "[NAME]", "lists known data sets, fetches one, looks into a table", 5, run};
  return verb;
}

}  // namespace cajal::cli
