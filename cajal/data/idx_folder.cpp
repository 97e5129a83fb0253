#include "cajal/data/idx_folder.h"

#include <system_error>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/data/dataset_folder.h"
#include "cajal/data/idx.h"

namespace cajal {
namespace {

// The field of the folder that a file name belongs to; null where none.
Path* field_of(IdxFolder& folder, std::string name) {
  name = lower(name);
  if (name.find("idx") == std::string::npos && name.find("ubyte") == std::string::npos) return nullptr;
  const bool train = name.starts_with("train"), test = name.starts_with("t10k") || name.starts_with("test");
  const bool images = name.find("images") != std::string::npos, labels = name.find("labels") != std::string::npos;
  if (train == test || images == labels) return nullptr;
  if (train) return images ? &folder.train_images : &folder.train_labels;
  return images ? &folder.test_images : &folder.test_labels;
}

// Where two files could be meant, the plain one is: it is read sooner. Then the alphabet decides, not the file system.
bool comes_before(const Path& a, const Path& b) {
  const bool a_zipped = a.extension() == ".gz", b_zipped = b.extension() == ".gz";
  return a_zipped != b_zipped ? b_zipped : a < b;
}

std::string missing_files(const IdxFolder& folder) {
  std::vector<std::string> names;
  if (folder.train_images.empty()) names.push_back("train-images-idx3-ubyte");
  if (folder.train_labels.empty()) names.push_back("train-labels-idx1-ubyte");
  if (folder.test_images.empty()) names.push_back("t10k-images-idx3-ubyte");
  if (folder.test_labels.empty()) names.push_back("t10k-labels-idx1-ubyte");
  return join(names, ", ");
}

void check_labels(const Tensor& labels, int64_t images, int64_t classes, const Path& path) {
  const std::string file = "'" + path.string() + "'";
  if (labels.rank() != 1 || !is_integer(labels.dtype()))
    throw Error(Code::bad_data, file + " holds " + labels.shape().text() + " " + std::string(name(labels.dtype())) +
                                    ", and labels are a list of integers");
  if (labels.size() != images)
    throw Error(Code::bad_data,
                file + " has " + human_count(labels.size()) + " labels for " + human_count(images) + " images", {},
                "the labels that belong to these images");
  const std::vector<int64_t> values = labels.values<int64_t>();
  for (size_t i = 0; i < values.size(); ++i)
    if (values[i] < 0 || (classes > 0 && values[i] >= classes))
      throw Error(Code::bad_data, file + ": label " + human_count(int64_t(i)) + " is " + std::to_string(values[i]) +
                                      (classes > 0 ? ", and labels lie from 0 to " + std::to_string(classes - 1)
                                                   : ", and labels are not negative"));
}

Dataset load_part(const Path& images_path, const Path& labels_path, int64_t classes) {
  const Tensor images = read_idx(images_path), labels = read_idx(labels_path);
  if (images.rank() < 2)
    throw Error(Code::bad_data,
                "'" + images_path.string() + "' holds " + images.shape().text() + ", and images were expected");
  check_labels(labels, images.dim(0), classes, labels_path);
  return Dataset(images, labels);
}

}  // namespace

IdxFolder find_idx_folder(const Path& folder) {
  IdxFolder found;
  std::error_code ignored;
  for (std::filesystem::directory_iterator entry(folder, ignored), end; !ignored && entry != end;
       entry.increment(ignored)) {
    Path* field = field_of(found, entry->path().filename().string());
    if (field && (field->empty() || comes_before(entry->path(), *field))) *field = entry->path();
  }
  return found;
}

TrainTest load_idx_folder(const Path& folder, int64_t classes) {
  const IdxFolder files = find_idx_folder(folder);
  if (!files.complete())
    throw Error(Code::not_found, "the folder '" + folder.string() + "' lacks " + missing_files(files), {},
                "these files beside each other, gzipped (.gz) or not");
  Dataset train = load_part(files.train_images, files.train_labels, classes);
  Dataset test = load_part(files.test_images, files.test_labels, classes);
  if (!(train.element_spec().x == test.element_spec().x))
    throw Error(Code::bad_data,
                "training images are " + train.element_spec().x[0].shape.text() + " and test images " +
                    test.element_spec().x[0].shape.text(),
                folder.string());
  return {std::move(train), std::move(test)};
}

TrainTest load_idx_dataset(const std::string& name, const std::string& folder, int64_t classes) {
  if (!folder.empty()) return load_idx_folder(folder, classes);
  std::vector<std::string> looked;
  for (const Path& place : dataset_places(name)) {
    if (find_idx_folder(place).complete()) return load_idx_folder(place, classes);
    looked.push_back(place.string());
  }
  throw Error(Code::not_found,
              name + " was not found in " + join(looked, " or ") + ": it is the four files " + missing_files({}) +
                  ", gzipped (.gz) or not",
              {}, "cajal data " + name + ", which fetches it; or put them into one folder and name that folder");
}

}  // namespace cajal
