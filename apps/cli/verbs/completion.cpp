// cajal completion bash|zsh|fish
//
// The scripts know nothing by themselves: they ask `cajal completion --candidates WORD...`, which answers with lines
// "candidate<tab>what it is", and ":files" where names of files fit too.
#include <fmt/format.h>

#include "apps/cli/arguments.h"
#include "apps/cli/candidates.h"
#include "cajal/base/text.h"

namespace cajal::cli {
namespace {

constexpr const char* bash_script = R"(# Completion of cajal in bash. For good: cajal completion bash >> ~/.bashrc
_cajal() {
  local program=${COMP_WORDS[0]/#\~/$HOME} current=${COMP_WORDS[COMP_CWORD]} line
  [ "$current" = = ] && current=
  COMPREPLY=()
  while IFS= read -r line; do
    if [ "$line" = :files ]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
    else
      COMPREPLY+=("${line%%$'\t'*}")
    fi
  done < <("$program" completion --candidates "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _cajal cajal
)";

constexpr const char* zsh_script = R"(#compdef cajal
# Completion of cajal in zsh. For good, after compinit: cajal completion zsh >> ~/.zshrc
_cajal() {
  local program=${~words[1]} line name
  local -a found
  local files=0
  for line in "${(@f)$("$program" completion --candidates "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == :files ]]; then
      files=1
    elif [[ -n $line ]]; then
      name=${line%%$'\t'*}
      found+=("${name//:/\\:}:${line#*$'\t'}")
    fi
  done
  (( $#found )) && _describe cajal found
  (( files )) && _files
}
compdef _cajal cajal
)";

constexpr const char* fish_script =
    R"(# Completion of cajal in fish. For good: cajal completion fish > ~/.config/fish/completions/cajal.fish
function __cajal_candidates
    set -l words (commandline -opc)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    set -l current (commandline -ct)
    for line in ($program completion --candidates $words[2..-1] "$current" 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path "$current"
        else
            echo $line
        end
    end
end
complete -c cajal -f -a '(__cajal_candidates)'
)";

int print_candidates(std::span<const std::string> words) {
  const Candidates found = candidates_for(words);
  for (const Candidate& entry : found.entries) fmt::print("{}\t{}\n", entry.text, entry.help);
  if (found.files) fmt::print(":files\n");
  return 0;
}

int run(const Verb& verb, std::span<const std::string> given) {
  if (!given.empty() && given[0] == "--candidates") return print_candidates(given.subspan(1));
  std::string shell;
  Arguments arguments(verb);
  arguments.word("bash|zsh|fish", shell, "the shell; its script is printed: source <(cajal completion bash)");
  if (!arguments.read(given)) return 0;
  if (shell == "bash") fmt::print("{}", bash_script);
  else if (shell == "zsh") fmt::print("{}", zsh_script);
  else if (shell == "fish") fmt::print("{}", fish_script);
  else throw UsageError(fmt::format("there is no completion for '{}'; for bash, zsh and fish there is", shell));
  return 0;
}

}  // namespace

const Verb& completion_verb() {
  static const Verb verb{"completion", "bash|zsh|fish", "prints what makes the shell complete verbs and options", 11,
                         run};
  return verb;
}

}  // namespace cajal::cli
