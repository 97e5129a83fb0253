#include "apps/cli/verb.h"

#include <algorithm>

namespace cajal::cli {

#define CAJAL_LISTED(stem) const Verb& stem##_verb();
#include "cajal/listing/verbs.inc"
#undef CAJAL_LISTED

const std::vector<const Verb*>& all_verbs() {
  static const std::vector<const Verb*> verbs = [] {
    std::vector<const Verb*> out = {
#define CAJAL_LISTED(stem) &stem##_verb(),
#include "cajal/listing/verbs.inc"
#undef CAJAL_LISTED
    };
    std::stable_sort(out.begin(), out.end(), [](const Verb* a, const Verb* b) { return a->place < b->place; });
    return out;
  }();
  return verbs;
}

const Verb* find_verb(std::string_view name) {
  for (const Verb* verb : all_verbs())
    if (verb->name == name) return verb;
  return nullptr;
}

}  // namespace cajal::cli
