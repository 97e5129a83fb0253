// cajal inspect FILE
#include <fmt/format.h>

#include <iostream>

#include "apps/cli/arguments.h"
#include "apps/cli/inspection.h"
#include "apps/cli/run_folder.h"

namespace cajal::cli {
namespace {

struct Options {
  std::string file;
  InspectionOptions asked;
  bool json = false;

  template <class V>
  void fields(V& v) {
    v("weights", asked.weights, "", "what the numbers of each tensor are like");
    v("graph", asked.graph, "text|dot", "of a model: its operations when it predicts, in a list or for Graphviz");
    v("plan", asked.plan, "", "of a model: the kernels that run, and their memory");
    v("batch", asked.batch, "N", "samples at a time in the plan");
    v("json", json, "", "all of it for programs");
  }
};

// Names in a file from anywhere may hold what moves a terminal's cursor.
std::string printable(std::string text) {
  for (char& c : text)
    if ((uint8_t(c) < 0x20 && c != '\n') || c == 0x7F) c = '?';
  return text;
}

int run(const Verb& verb, std::span<const std::string> given) {
  Options options;
  Arguments arguments(verb);
  arguments.word("FILE", options.file,
                 "a model, the folder of a run, .safetensors, .npy, .npz, .pt, idx, or a .csv table");
  options.fields(arguments);
  if (!arguments.read(given)) return 0;
  require_at_least("--batch", double(options.asked.batch), 1);
  const std::string& graph = options.asked.graph;
  if (!graph.empty() && graph != "text" && graph != "dot")
    throw UsageError(fmt::format("--graph is text or dot, and was given '{}'; 'dot -Tsvg' draws the latter", graph));
  const Inspection found = inspect_file(find_model_file(options.file), options.asked);
  std::cout << (options.json ? found.facts.json(2) + "\n" : printable(found.text));
  return 0;
}

}  // namespace

const Verb& inspect_verb() {
  static const Verb verb{"inspect", "FILE", "says what a file is and holds: a model, tensors, a table", 5, run};
  return verb;
}

}  // namespace cajal::cli
