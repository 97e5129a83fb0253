// cajal bench speedrun: from Enter to an accuracy.
#pragma once

#include "apps/cli/verb.h"

namespace cajal::cli {

/// What stands behind `bench`: "speedrun RECIPE".
const Verb& speedrun_verb();

}  // namespace cajal::cli
