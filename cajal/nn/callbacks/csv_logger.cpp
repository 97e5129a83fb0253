#include <fmt/format.h>

#include "cajal/base/files.h"
#include "cajal/nn/callbacks.h"

namespace cajal {
namespace {

constexpr double seconds_between_writes = 0.5;

}  // namespace

CSVLogger::CSVLogger(Options options) : options_(std::move(options)) {
  if (options_.filename.empty()) fail("CSVLogger needs a filename", "{.filename = \"log.csv\"}");
}

void CSVLogger::on_train_begin() {
  header_.clear();
  rows_.clear();
  epochs_ = 0;
  if (!options_.append || !file_exists(options_.filename)) return;
  const std::string text = read_text(options_.filename);
  const size_t end = text.find('\n');
  header_ = text.substr(0, end == std::string::npos ? end : end + 1);
  rows_ = end == std::string::npos ? "" : text.substr(end + 1);
}

void CSVLogger::on_epoch_end(int epoch, const Logs& logs) {
  std::string header = "epoch", row = std::to_string(epoch);
  for (const auto& log : logs) {
    header += options_.separator + log.first;
    row += options_.separator + fmt::format("{}", log.second);
  }
  if (header_.empty()) header_ = header + "\n";
  rows_ += row + "\n";
  // Reaching the disk takes longer than many an epoch.
  if (epochs_++ > 0 && since_last_.seconds() < seconds_between_writes) return;
  write();
  since_last_.restart();
}

void CSVLogger::on_train_end(const Logs&) {
  if (!rows_.empty()) write();
}

void CSVLogger::write() const { write_file_atomically(options_.filename, header_ + rows_); }

Config CSVLogger::state(NamedTensors&) const {
  Config out;
  out.set("header", header_);
  out.set("rows", rows_);
  return out;
}

void CSVLogger::restore(const Config& state, const NamedTensors&) {
  header_ = state["header"].text();
  rows_ = state["rows"].text();
}

}  // namespace cajal
