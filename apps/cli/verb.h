// Verb: what `cajal VERB ...` does.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cajal::cli {

/// One verb of the command line. `apps/cli/verbs/train.cpp` defines `const Verb& train_verb()`, and the build lists it.
struct Verb {
  std::string_view name;     ///< "train"
  std::string_view words;    ///< what stands behind it: "[DATA]"
  std::string_view summary;  ///< one line
  int place = 0;             ///< in the list of verbs; small numbers first
  /// Carries it out; gives the exit status. Throws UsageError for wrong use, Error for wrong input.
  int (*run)(const Verb& verb, std::span<const std::string> arguments);
  /// A verb of its own that may stand as its first word, `bench speedrun`; null where there is none.
  const Verb& (*inner)() = nullptr;
};

/// All verbs, in the order of `place`.
const std::vector<const Verb*>& all_verbs();

/// The verb of that name; null where there is none.
const Verb* find_verb(std::string_view name);

}  // namespace cajal::cli
