#include "apps/cli/data_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/cli/arguments.h"
#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/data/cifar.h"
#include "cajal/data/csv.h"
#include "cajal/data/idx.h"
#include "cajal/data/idx_folder.h"
#include "cajal/nn/part.h"

namespace cajal::cli {
namespace {

void describe(DataSource& data, const std::string& origin) {
  const Shape sample = data.train.element_spec().x.at(0).shape;
  const int64_t train = data.train.size(), test = data.test.size();
  data.description = fmt::format("{}: {} {}, {}, {} classes; {} to learn from, {} held out ({})", data.name,
                                 human_count(train + test), sample.rank() > 1 ? "images" : "samples", size_text(sample),
                                 data.classes.size(), human_count(train), human_count(test), origin);
}

std::vector<std::string> known_names() {
  std::vector<std::string> names;
  for (const DatasetEntry* entry : all_datasets()) names.emplace_back(entry->name);
  return names;
}

// Classes of a folder have no names: they are numbered up to the largest label.
std::vector<std::string> numbered_classes(const IdxFolder& files) {
  int64_t most = 0;
  for (const Path& path : {files.train_labels, files.test_labels})
    for (int64_t label : read_idx(path).values<int64_t>()) most = std::max(most, label);
  std::vector<std::string> names;
  for (int64_t i = 0; i <= most; ++i) names.push_back(std::to_string(i));
  return names;
}

std::string name_of_folder(const Path& folder) {
  const std::string name = std::filesystem::weakly_canonical(folder).filename().string();
  return name.empty() ? "data" : name;
}

// The batches may be those of another data set in CIFAR-10's form: its names stand beside them.
DataSource open_cifar_folder(const Path& folder) {
  DataSource data;
  data.name = name_of_folder(folder);
  std::tie(data.train, data.test) = load_cifar10_folder(folder);
  data.classes = cifar10_classes(folder);
  const auto& usual = dataset_entry("cifar10").classes;
  if (data.classes.size() != usual.size()) data.classes.assign(usual.begin(), usual.end());
  describe(data, "binary batches in " + folder.string());
  return data;
}

DataSource open_folder(const Path& folder) {
  if (has_cifar10(folder)) return open_cifar_folder(folder);
  DataSource data;
  data.name = name_of_folder(folder);
  std::tie(data.train, data.test) = load_idx_folder(folder);
  data.classes = numbered_classes(find_idx_folder(folder));
  describe(data, "idx files in " + folder.string());
  return data;
}

// ------------------------------------------------------------------------------------------------ tables

char delimiter_of(const std::string& text) {
  if (text == "auto") return 0;
  if (text == "tab" || text == "\\t") return '\t';
  if (text.size() == 1) return text[0];
  throw UsageError(fmt::format("--delimiter is one character, 'tab' or 'auto'; '{}' was given", text));
}

CsvOptions csv_options(const TableForm& form) {
  CsvOptions out;
  if (form.header == "yes") out.header = true;
  else if (form.header == "no") out.header = false;
  else if (form.header != "auto")
    throw UsageError(fmt::format("--header is auto, yes or no; '{}' was given", form.header));
  out.delimiter = delimiter_of(form.delimiter);
  if (form.decimal == "comma" || form.decimal == ",") out.decimal = ',';
  else if (form.decimal == "point" || form.decimal == ".") out.decimal = '.';
  else if (form.decimal != "auto")
    throw UsageError(fmt::format("--decimal is auto, point or comma; '{}' was given", form.decimal));
  return out;
}

std::string name_of_file(const std::string& what) {
  std::string stem = std::filesystem::path(what).filename().string();
  for (const char* end : {".gz", ".csv", ".tsv", ".txt", ".data"})
    if (stem.size() > std::string(end).size() && stem.ends_with(end))
      stem.resize(stem.size() - std::string(end).size());
  return stem.empty() ? "table" : stem;
}

std::string columns_text(const TableReader& reader) {
  size_t numbers = 0;
  for (const TableInput& input : reader.inputs()) numbers += input.is_number;
  const size_t names = reader.inputs().size() - numbers;
  std::vector<std::string> parts;
  if (numbers) parts.push_back(fmt::format("{} of numbers", numbers));
  if (names) parts.push_back(fmt::format("{} of names", names));
  return join(parts, " and ");
}

void describe_table(DataSource& data) {
  const TableTarget& target = data.reader->target();
  const std::string held_out =
      data.test_rows.empty() ? "" : fmt::format(", {} held out", human_count(int64_t(data.test_rows.size())));
  data.description =
      fmt::format("{}: {} rows, {} columns to learn from ({}), {}; {} to learn from{}", data.name,
                  human_count(data.table->rows()), data.reader->inputs().size(), columns_text(*data.reader),
                  data.regression() ? "the number '" + target.name + "' to foretell"
                                    : fmt::format("{} classes", data.classes.size()),
                  human_count(int64_t(data.train_rows.size())), held_out);
}

DataSource open_table(const std::string& name, std::shared_ptr<const Table> table, const DataOptions& options,
                      uint64_t seed) {
  DataSource data;
  data.kind = DataSource::Kind::table;
  data.name = name;
  auto reader = std::make_shared<TableReader>(*table, TableReaderOptions{.target = options.target,
                                                                         .inputs = options.inputs,
                                                                         .categories = options.categories,
                                                                         .missing = options.missing,
                                                                         .na_values = options.na_values});
  TableSplit split = reader->split(*table, {.test_size = options.test_size, .seed = seed});
  data.train = split.train;
  data.test = split.test;
  data.train_rows = std::move(split.train_rows);
  data.test_rows = std::move(split.test_rows);
  data.table = table;
  data.reader = reader;
  data.classes = reader->target().classes;
  data.target = reader->target().name;
  if (options.target.empty() || options.inputs.empty()) data.remarks.push_back(reader->sentence());
  data.remarks.insert(data.remarks.end(), reader->notes().begin(), reader->notes().end());
  describe_table(data);
  return data;
}

DataSource open_file(const std::string& what, const DataOptions& options, uint64_t seed) {
  CsvOptions csv = csv_options(options.form);
  csv.na_values = options.na_values;
  csv.text_columns = options.categories;
  return open_table(name_of_file(what), std::make_shared<Table>(read_csv(what, csv)), options, seed);
}

DataSource open_known(const DatasetEntry& entry, DataOptions options, uint64_t seed) {
  if (entry.table) {
    if (options.target.empty()) options.target = std::string(entry.target);
    return open_table(std::string(entry.name), std::make_shared<Table>(entry.table("")), options, seed);
  }
  DataSource data;
  data.name = std::string(entry.name);
  std::tie(data.train, data.test) = entry.load("");
  data.classes.assign(entry.classes.begin(), entry.classes.end());
  describe(data, std::string(entry.origin));
  return data;
}

DataSource open_table_again(const std::string& what, const Config& notes, const TableForm& form) {
  DataSource data;
  data.kind = DataSource::Kind::table;
  data.name = name_of_file(what);
  data.reader = std::make_shared<TableReader>(TableReader::from_config(notes["reader"]));
  const DatasetEntry* known = find_dataset(what);
  data.table =
      std::make_shared<Table>(known ? known->table("") : read_csv(what, data.reader->csv_options(csv_options(form))));
  TableSamples samples = data.reader->read(*data.table);
  data.test = samples.y.defined() ? samples.dataset() : Dataset(samples.x);
  data.test_rows = samples.rows;
  data.classes = data.reader->target().classes;
  data.target = data.reader->target().name;
  describe_table(data);
  return data;
}

// ------------------------------------------------------------------------------------------------ the plane

DataSource open_plane(const std::string& link) {
  DataSource data;
  data.kind = DataSource::Kind::plane;
  data.settings = PlaygroundSettings::parse(link);
  PlaygroundData points = playground_data(*data.settings);
  data.name = data.settings->regression() ? data.settings->reg_dataset : data.settings->dataset;
  data.train = points.train;
  data.test = points.test;
  data.train_points = points.train_points;
  data.test_points = points.test_points;
  if (!data.settings->regression()) data.classes = {"-1", "1"};
  data.target = "label";
  data.description = fmt::format("{}: points in the plane, {} fed; {} to learn from, {} held out, noise {:g} %",
                                 data.name, join(data.settings->features(), ", "), human_count(points.train.size()),
                                 human_count(points.test.size()), data.settings->noise);
  return data;
}

}  // namespace

std::string size_text(const Shape& shape) {
  std::vector<std::string> sizes;
  for (int axis = 0; axis < shape.rank(); ++axis) sizes.push_back(shape[axis].text());
  return join(sizes, " x ");
}

bool is_table(const std::string& what) {
  const std::string name = lower(what);
  for (const char* end : {".csv", ".tsv", ".csv.gz", ".tsv.gz", ".txt", ".data"})
    if (name.ends_with(end)) return true;
  return false;
}

Config DataSource::notes() const {
  Config out{Config::Map{}};
  if (kind == Kind::table) {
    out.set("kind", "table");
    out.set("reader", reader->config());
  } else if (kind == Kind::plane) {
    out.set("kind", "plane");
    out.set("settings", settings->hash());
  } else {
    const TensorSpec sample = train.element_spec().x.at(0);
    out.set("kind", "samples");
    out.set("shape", ConfigWriter::to_config(sample.shape));
    out.set("dtype", std::string(cajal::name(sample.dtype)));
  }
  if (!classes.empty()) out.set("classes", Config::List(classes.begin(), classes.end()));
  return out;
}

std::string data_help() {
  return join(known_names(), ", ") + ", a folder of idx files, a table (x.csv), or a link to TensorFlow Playground";
}

DataSource open_data(const std::string& what, const DataOptions& options, uint64_t seed) {
  std::error_code ignored;
  if (PlaygroundSettings::is_link(what)) return open_plane(what);
  if (std::filesystem::is_directory(what, ignored)) return open_folder(what);
  if (const DatasetEntry* entry = find_dataset(what)) return open_known(*entry, options, seed);
  if (is_table(what)) return open_file(what, options, seed);
  if (file_exists(what))
    throw Error(Code::unsupported, fmt::format("'{}' is a file of a kind that is not known", what), {},
                "a table whose name ends in .csv, or a folder of idx files");
  throw Error(Code::not_found, fmt::format("there is no data set, no folder and no table called '{}'", what), {},
              choices(what, known_names()) + ", a folder of idx files, or a table (x.csv)");
}

DataSource open_data_for(const std::string& what, const Config& notes, const TableForm& form) {
  const bool table_model = notes.is_map() && notes["kind"] == Config("table");
  const DatasetEntry* known = find_dataset(what);
  if (table_model && (is_table(what) || (known && known->table))) return open_table_again(what, notes, form);
  if (table_model)
    throw Error(Code::unsupported, fmt::format("the model was trained on a table, and '{}' is none", what), {},
                "a file whose name ends in .csv");
  if (notes.is_map() && notes["kind"] == Config("plane") && !PlaygroundSettings::is_link(what))
    throw Error(Code::unsupported, fmt::format("the model was trained on points in the plane, and '{}' has none", what),
                {}, "the link that it was trained with: 'playground:#" + notes["settings"].text() + "'");
  return open_data(what, {.form = form});
}

}  // namespace cajal::cli
