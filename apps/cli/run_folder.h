// The folder that a run leaves: its name, what lies in it, and how a model in it is found again.
#pragma once

#include <string>
#include <vector>

#include "cajal/base/config.h"
#include "cajal/base/files.h"
#include "cajal/nn/model.h"

namespace cajal::cli {

/// Makes the folder: `wanted`, or runs/NAME-1, runs/NAME-2, ..., the first that is not there.
/// Throws Error where that is not possible: before the training, not after it.
Path make_run_folder(const std::string& wanted, const std::string& name);

/// Where a model lies that somebody pointed at: the file itself; of the folder of a run its model.safetensors, or the
/// only .safetensors file in it. Errors: not_found, naming what lies in the folder.
Path find_model_file(const std::string& given);

/// A saved model and the names of its classes, where they are known.
struct SavedModel {
  std::shared_ptr<Model> model;
  Path path;
  std::vector<std::string> classes;
};

/// Opens a model file, or the model in the folder of a run.
SavedModel open_model(const std::string& path);

/// Whether the model's outputs are logits, which a softmax makes probabilities of.
bool gives_logits(const Model& model);

}  // namespace cajal::cli
