// Candidates: what the word that is being typed may become.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace cajal::cli {

struct Candidate {
  std::string text;
  std::string help;  ///< one line; may be empty
};

struct Candidates {
  std::vector<Candidate> entries;
  bool files = false;  ///< whether names of files fit as well
};

/// What may stand for the last of `words`: the words typed after the program's name, the last one perhaps empty or
/// half. Taken from the verbs themselves, so that a new one completes by itself.
Candidates candidates_for(std::span<const std::string> words);

}  // namespace cajal::cli
