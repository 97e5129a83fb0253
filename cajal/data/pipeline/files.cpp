// Dataset::from_files: one element for each file.
#include "cajal/base/error.h"
#include "cajal/data/internal/node.h"
#include "cajal/data/internal/parallel_elements.h"

namespace cajal {
namespace {

using namespace internal;

struct Files {
  std::vector<std::string> paths;
  std::function<Batch(const std::string&)> read;
  int parallel;

  Batch element(int64_t row) const {
    const std::string& path = paths[size_t(row)];
    try {
      return read(path);
    } catch (const Error& error) {
      // Readers name the file in their message or leave that to us.
      if (error.message().find(path) != std::string::npos) throw;
      throw error.at(path);
    }
  }
};

class FileRows : public Rows {
 public:
  explicit FileRows(const Files& files) : files_(files) {}
  int64_t size() const override { return int64_t(files_.paths.size()); }
  void element(int64_t row, Batch& into) override { into = files_.element(row); }
  void gather(std::span<const int64_t> rows, const Slot& slot) override {
    parallel_elements(
        int64_t(rows.size()), files_.parallel, [&](int64_t i) { return files_.element(rows[size_t(i)]); },
        [&](int64_t i, const Batch& element) {
          place(element, {slot.into, slot.at + i, slot.total, slot.in_place});
        });
  }

 private:
  const Files& files_;
};

class FilesNode : public DatasetNode {
 public:
  explicit FilesNode(Files files) : files_(std::move(files)) {}
  int64_t cardinality() const override { return int64_t(files_.paths.size()); }
  bool indexed() const override { return true; }
  std::unique_ptr<Rows> rows(uint64_t) const override { return std::make_unique<FileRows>(files_); }

 private:
  Files files_;
};

}  // namespace

Dataset Dataset::from_files(std::vector<std::string> files, std::function<Batch(const std::string&)> read,
                            int num_parallel_calls) {
  if (!read) fail("a data set was made from files without a function that reads them");
  check_parallel_calls(num_parallel_calls);
  return Dataset(std::make_shared<FilesNode>(Files{std::move(files), std::move(read), num_parallel_calls}));
}

}  // namespace cajal
