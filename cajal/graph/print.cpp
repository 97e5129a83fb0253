// A graph as text and as a drawing.
#include <fmt/format.h>

#include <map>

#include "cajal/graph/graph.h"

namespace cajal {
namespace {

std::string value_text(const Graph& graph, Value value) {
  const bool many = graph.nodes[size_t(value.node)].outputs.size() > 1;
  return many ? fmt::format("%{}.{}", value.node, value.output) : fmt::format("%{}", value.node);
}

std::string call_text(const Graph& graph, const GraphNode& node) {
  std::string arguments;
  for (Value input : node.inputs) arguments += (arguments.empty() ? "" : ", ") + value_text(graph, input);
  const std::string options = node.attributes.text();
  if (!options.empty()) arguments += (arguments.empty() ? "" : "; ") + options;
  return fmt::format("{}({})", node.op->name, arguments);
}

std::string specs_text(const GraphNode& node) {
  std::string out;
  for (const Spec& spec : node.outputs) out += (out.empty() ? "" : ", ") + spec.text();
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

// What it does; of a Variable, which one.
std::string title(const GraphNode& node) {
  if (node.op != &variable_op()) return std::string(node.op->name);
  return node.attributes.as<VariableAttributes>().state->name;
}

std::string dot_nodes(const Graph& graph, const std::vector<int>& ids) {
  std::string out;
  for (int id : ids) {
    const GraphNode& node = graph.nodes[size_t(id)];
    out += fmt::format("    n{} [label=\"{}\\n{}\"];\n", id, escaped(title(node)), escaped(specs_text(node)));
  }
  return out;
}

}  // namespace

std::string text(const Graph& graph) {
  std::string out;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    std::string line = fmt::format("%{} = {} {}", i, call_text(graph, node), specs_text(node));
    if (node.scope && !node.scope->empty()) line += "   " + *node.scope;
    out += line + "\n";
  }
  for (Value output : graph.outputs) out += "return " + value_text(graph, output) + "\n";
  for (const Assignment& assignment : graph.assignments)
    out += fmt::format("{} := {}\n", assignment.variable.name(), value_text(graph, assignment.value));
  return out;
}

std::string dot(const Graph& graph) {
  std::map<std::string, std::vector<int>> scopes;
  for (size_t i = 0; i < graph.nodes.size(); ++i)
    scopes[graph.nodes[i].scope ? *graph.nodes[i].scope : ""].push_back(int(i));
  std::string out =
      "digraph graph_of_ops {\n  rankdir=TB;\n  fontname=\"sans-serif\";\n  node [shape=box, style=rounded, "
      "fontname=\"sans-serif\"];\n";
  int cluster = 0;
  for (const auto& [scope, ids] : scopes) {
    if (scope.empty()) {
      out += dot_nodes(graph, ids);
      continue;
    }
    out += fmt::format("  subgraph cluster_{} {{\n    label=\"{}\";\n{}  }}\n", cluster++, escaped(scope),
                       dot_nodes(graph, ids));
  }
  for (size_t i = 0; i < graph.nodes.size(); ++i)
    for (Value input : graph.nodes[i].inputs) out += fmt::format("  n{} -> n{};\n", input.node, i);
  for (size_t i = 0; i < graph.outputs.size(); ++i)
    out += fmt::format("  result{0} [shape=plaintext, label=\"result {0}\"];\n  n{1} -> result{0};\n", i,
                       graph.outputs[i].node);
  return out + "}\n";
}

}  // namespace cajal
