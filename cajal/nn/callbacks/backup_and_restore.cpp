#include <filesystem>

#include "cajal/base/files.h"
#include "cajal/nn/callbacks.h"
#include "cajal/nn/model.h"

namespace cajal {

BackupAndRestore::BackupAndRestore(Options options) : options_(std::move(options)) {
  if (options_.backup_dir.empty()) fail("BackupAndRestore needs a backup_dir", "{.backup_dir = \"backup\"}");
  if (options_.save_freq < 0) fail("BackupAndRestore needs a save_freq of 0 (every epoch) or more batches");
}

std::string BackupAndRestore::path() const { return (Path(options_.backup_dir) / "checkpoint.safetensors").string(); }

void BackupAndRestore::on_train_begin() {
  batches_ = 0;
  if (file_exists(path())) model()->restore_checkpoint(path());
}

void BackupAndRestore::on_epoch_end(int, const Logs&) {
  if (options_.save_freq == 0 && !model()->within_epoch()) model()->save_checkpoint(path());
}

void BackupAndRestore::on_train_batch_end(int64_t) {
  if (options_.save_freq > 0 && ++batches_ % options_.save_freq == 0) model()->save_checkpoint(path());
}

// An interrupted training keeps it: what is left of the epoch is still to be done.
void BackupAndRestore::on_train_end(const Logs&) {
  std::error_code ignored;
  if (options_.delete_checkpoint && !model()->within_epoch()) std::filesystem::remove(path(), ignored);
}

}  // namespace cajal
