// Inspection: what a file is and holds, as facts for programs and as text for people.
#pragma once

#include <string>

#include "cajal/base/config.h"
#include "cajal/base/files.h"

namespace cajal::cli {

/// What is asked about a file.
struct InspectionOptions {
  bool weights = false;    ///< the numbers of each tensor
  std::string graph = {};  ///< "text" or "dot": the graph of a model as it predicts
  bool plan = false;       ///< what that graph is compiled to
  int64_t batch = 32;      ///< samples at a time in the plan

  /// Whether something is asked that only a model has.
  bool of_models() const { return !graph.empty() || plan; }
};

struct Inspection {
  Config facts = Config::Map{};
  std::string text;
};

/// Looks at the first bytes, then at the rest. Errors: not_found; bad_data where the file is damaged; unsupported where
/// it is of a kind that is not known, naming what it begins with.
Inspection inspect_file(const Path& path, const InspectionOptions& options);

}  // namespace cajal::cli
