// Settings in a few words, for people.
#pragma once

#include <string>

#include "cajal/base/config.h"

namespace cajal::cli {

/// "adam", "a, b, c and 7 more", "name species, classes setosa, versicolor": what is deep or long is shortened.
std::string outline(const Config& value);

/// A loss, an optimizer, ...: "Adam: learning_rate 0.001, beta_1 0.9, ...", or its name alone.
std::string part_text(const Config& part);

/// "optimizer    Adam: ...": broken into lines with what follows below its beginning.
std::string entry_text(const std::string& name, const std::string& text);

}  // namespace cajal::cli
