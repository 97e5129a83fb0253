#include <fmt/format.h>

#include <ostream>

#include "cajal/base/text.h"
#include "cajal/graph/attributes.h"
#include "cajal/nn/callbacks.h"
#include "cajal/nn/model.h"

namespace cajal {
namespace {

// "{val_loss:.2f}" -> the number, as fmt writes it; a whole number for "epoch".
std::string filled(const std::string& field, int epoch, const Logs& logs) {
  const size_t colon = field.find(':');
  const std::string name = field.substr(0, colon), format = colon == std::string::npos ? "" : field.substr(colon);
  try {
    if (name == "epoch") return fmt::format(fmt::runtime("{" + format + "}"), epoch);
    return fmt::format(fmt::runtime("{" + format + "}"), logs[name]);
  } catch (const fmt::format_error& error) {
    fail("'{" + field + "}' in the path of ModelCheckpoint cannot be filled in: " + error.what(),
         "{epoch:02d}, {val_loss:.2f}");
  }
}

std::string path_for(const std::string& pattern, int epoch, const Logs& logs) {
  std::string out;
  for (size_t at = 0; at < pattern.size();) {
    const size_t open = pattern.find('{', at), close = pattern.find('}', open);
    if (open == std::string::npos || close == std::string::npos) return out + pattern.substr(at);
    out += pattern.substr(at, open - at) + filled(pattern.substr(open + 1, close - open - 1), epoch, logs);
    at = close + 1;
  }
  return out;
}

}  // namespace

ModelCheckpoint::ModelCheckpoint(Options options)
    : options_(std::move(options)), better_(options_.monitor, options_.mode) {
  if (options_.filepath.empty()) fail("ModelCheckpoint needs a filepath", "{.filepath = \"best.safetensors\"}");
  if (options_.save_freq < 0) fail("ModelCheckpoint needs a save_freq of 0 (every epoch) or more batches");
}

void ModelCheckpoint::on_train_begin() {
  if (options_.save_best_only) better_.ask(model());
  best_ = options_.initial_value_threshold.value_or(better_.worst());
  batches_ = 0;
}

void ModelCheckpoint::on_epoch_end(int epoch, const Logs& logs) {
  if (options_.save_freq == 0) save(epoch, logs);
}

void ModelCheckpoint::on_train_batch_end(int64_t) {
  if (options_.save_freq > 0 && ++batches_ % options_.save_freq == 0) save(epoch_, model()->metrics_now());
}

void ModelCheckpoint::save(int epoch, const Logs& logs) {
  const std::string path = path_for(options_.filepath, epoch + 1, logs);
  if (options_.save_best_only) {
    const double value = logs[options_.monitor];
    if (!better_(value, best_)) return;
    if (options_.verbose > 0)
      stream() << fmt::format("epoch {}: {} improved to {:.4g}, saved to {}\n", epoch + 1, options_.monitor, value,
                              path);
    best_ = value;
  } else if (options_.verbose > 0) {
    stream() << fmt::format("epoch {}: saved to {}\n", epoch + 1, path);
  }
  if (options_.save_weights_only) model()->save_weights(path);
  else model()->save(path);
}

Config ModelCheckpoint::state(NamedTensors&) const {
  Config out;
  out.set("best", FieldConfig::config(best_));
  out.set("epoch", epoch_);
  out.set("batches", batches_);
  return out;
}

void ModelCheckpoint::restore(const Config& state, const NamedTensors&) {
  FieldReader::read(state["best"], best_);
  epoch_ = int(state["epoch"].integer());
  batches_ = state["batches"].integer();
}

}  // namespace cajal
