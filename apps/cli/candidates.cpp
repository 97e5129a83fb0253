#include "apps/cli/candidates.h"

#include <algorithm>

#include "apps/cli/arguments.h"
#include "apps/cli/speedrun.h"
#include "cajal/base/text.h"
#include "cajal/data/augment.h"
#include "cajal/data/datasets.h"
#include "cajal/nn/activations.h"
#include "cajal/zoo/networks.h"
#include "cajal/zoo/recipes.h"
#include "cajal/zoo/workloads.h"

namespace cajal::cli {
namespace {

Candidates verbs() {
  Candidates out;
  for (const Verb* verb : all_verbs()) out.entries.push_back({std::string(verb->name), std::string(verb->summary)});
  out.entries.push_back({"--help", "says what there is"});
  out.entries.push_back({"--version", "says which Cajal this is"});
  return out;
}

// What may stand for a word or a flag's value. Names of tables that are known, "a|b|c" as it is written, no names for
// numbers, files for the rest.
Candidates values_of(const ArgumentInfo& argument) {
  const std::string kind = argument.is_flag() ? argument.placeholder : argument.name;
  Candidates out;
  if (kind.find('|') != std::string::npos) {
    for (const std::string& choice : split(kind, '|')) out.entries.push_back({choice, ""});
  } else if (kind == "DATA") {
    for (const DatasetEntry* entry : all_datasets())
      out.entries.push_back({std::string(entry->name), std::string(entry->summary)});
    out.files = true;
  } else if (kind == "WORKLOAD") {
    for (const Workload* workload : all_workloads())
      out.entries.push_back({std::string(workload->name), std::string(workload->summary)});
    out.entries.push_back({"speedrun", std::string(speedrun_verb().summary)});
  } else if (kind == "RECIPE") {
    for (const Recipe* recipe : all_recipes())
      out.entries.push_back({std::string(recipe->name), std::string(recipe->summary)});
  } else if (kind == "NETWORK") {
    for (const NetworkEntry* network : all_networks())
      out.entries.push_back({std::string(network->name), std::string(network->summary)});
  } else if (argument.name == "--augment") {
    for (const std::string& name : augmentation_names()) out.entries.push_back({name, ""});
  } else if (argument.name == "--activation") {
    for (const std::string& name : activation_names()) out.entries.push_back({name, ""});
  } else {
    out.files = !argument.is_flag() || kind.find("FILE") != std::string::npos || kind == "FOLDER" || kind == "PATH";
  }
  return out;
}

// bash gives "--epochs=5" as three words.
std::vector<std::string> without_equals_signs(std::span<const std::string> words) {
  std::vector<std::string> out;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] != "=") out.push_back(words[i]);
    else if (i + 1 == words.size()) out.emplace_back();
  }
  return out;
}

class Typed {
 public:
  Typed(std::vector<ArgumentInfo> known, std::span<const std::string> words)
      : known_(std::move(known)), before_(words.first(words.size() - 1)), last_(words.back()) {}

  Candidates candidates() const {
    if (const ArgumentInfo* flag = before_.empty() ? nullptr : waiting(before_.back())) return values_of(*flag);
    if (last_.starts_with("--") && last_.find('=') != std::string::npos) return after_equals_sign();
    if (last_.starts_with("-")) return flags();
    const size_t place = words_so_far();
    Candidates out;
    size_t at = 0;
    for (const ArgumentInfo& argument : known_)
      if (!argument.is_flag() && at++ == place) out = values_of(argument);
    return out;
  }

 private:
  const ArgumentInfo* find(const std::string& name) const {
    const auto found = std::find_if(known_.begin(), known_.end(), [&](const auto& info) { return info.name == name; });
    return found != known_.end() && found->is_flag() ? &*found : nullptr;
  }
  // The flag, if it is one whose value stands in the next word.
  const ArgumentInfo* waiting(const std::string& word) const {
    const ArgumentInfo* flag = find(word);
    return flag && !flag->placeholder.empty() ? flag : nullptr;
  }
  size_t words_so_far() const {
    size_t count = 0;
    for (size_t i = 0; i < before_.size(); ++i) {
      const bool value = i > 0 && waiting(before_[i - 1]);
      count += !value && !before_[i].starts_with("-");
    }
    return count;
  }
  Candidates after_equals_sign() const {
    const std::string name = last_.substr(0, last_.find('='));
    Candidates out;
    if (const ArgumentInfo* flag = waiting(name)) out = values_of(*flag);
    for (Candidate& entry : out.entries) entry.text = name + "=" + entry.text;
    out.files = false;  // the shell would look for a file of the whole word's name
    return out;
  }
  Candidates flags() const {
    Candidates out;
    for (const ArgumentInfo& argument : known_) {
      const bool given = std::find(before_.begin(), before_.end(), argument.name) != before_.end();
      if (argument.is_flag() && !given) out.entries.push_back({argument.name, argument.help});
    }
    out.entries.push_back({"--help", "says what it takes"});
    return out;
  }

  std::vector<ArgumentInfo> known_;
  std::span<const std::string> before_;
  const std::string& last_;
};

}  // namespace

Candidates candidates_for(std::span<const std::string> given) {
  std::vector<std::string> words = without_equals_signs(given);
  if (words.empty()) words.emplace_back();
  Candidates out;
  if (words.size() == 1) out = verbs();
  else if (const Verb* verb = find_verb(words[0])) {
    const bool within = verb->inner && words.size() > 2 && verb->inner().name == words[0] + " " + words[1];
    out = Typed(arguments_of(within ? verb->inner() : *verb), std::span(words).subspan(within ? 2 : 1)).candidates();
  }
  std::erase_if(out.entries, [&](const Candidate& entry) { return !entry.text.starts_with(words.back()); });
  return out;
}

}  // namespace cajal::cli
