// Bodies of loops in files.
#include <fmt/format.h>

#include <map>

#include "cajal/graph/body.h"

namespace cajal {
namespace {

[[noreturn]] void damaged_body(const std::string& what) {
  throw Error(Code::bad_data, "the body of a loop is damaged: " + what);
}

// A value that only has another name: the value itself stands for it.
bool only_renames_in_body(const Op& op) { return op.passes && &op != &stop_gradient_op(); }

class BodyWriter {
 public:
  Config write(const Graph& body) {
    for (size_t i = 0; i < body.nodes.size(); ++i) write(int(i), body.nodes[i]);
    Config::List inputs;
    for (int input : body.inputs) inputs.push_back(places_[{input, 0}].node);
    Config out;
    out.set("nodes", nodes_);
    out.set("inputs", inputs);
    out.set("outputs", places(body.outputs));
    return out;
  }

 private:
  void write(int at, const GraphNode& node) {
    if (only_renames_in_body(*node.op)) {
      places_[{at, 0}] = places_.at(node.inputs[0]);
      return;
    }
    for (int i = 0; i < int(node.outputs.size()); ++i) places_[{at, i}] = {int(nodes_.size()), i};
    nodes_.push_back(described(node));
  }

  Config described(const GraphNode& node) const {
    if (node.op == &constant_op()) return constant_config(node.attributes.as<ConstantAttributes>());
    Config out;
    if (node.op == &input_op()) {
      out.set("shape", FieldConfig::config(node.outputs[0].shape));
      out.set("dtype", std::string(name(node.outputs[0].dtype)));
      return out;
    }
    out.set("op", std::string(node.op->name));
    if (const Config given = node.attributes.config(); !given.map().empty()) out.set("attributes", given);
    if (node.op->random) out.set("random_id", FieldConfig::config(node.random_id));
    out.set("inputs", places(node.inputs));
    return out;
  }

  Config places(const std::vector<Value>& values) const {
    Config::List out;
    for (const Value& value : values) {
      const Value place = places_.at(value);
      out.push_back(Config::List{place.node, place.output});
    }
    return out;
  }

  Config::List nodes_;
  std::map<Value, Value> places_;
};

class BodyReader {
 public:
  explicit BodyReader(OpFinder find) : find_(find) {}

  std::shared_ptr<const Graph> read(const Config& config) {
    for (const Config& node : config["nodes"].list()) add(node);
    for (const Config& input : config["inputs"].list()) {
      const Value value = at(Config::List{input, 0});
      if (graph_.nodes[size_t(value.node)].op != &input_op()) damaged_body("one of its inputs is none");
      graph_.inputs.push_back(value.node);
    }
    graph_.outputs = values(config["outputs"]);
    size_t inputs = 0;
    for (const GraphNode& node : graph_.nodes) inputs += node.op == &input_op();
    if (inputs != graph_.inputs.size()) damaged_body("not all of its inputs are in order");
    return std::make_shared<const Graph>(std::move(graph_));
  }

 private:
  void add(const Config& node) {
    if (node.has("constant")) {
      graph_.add(constant_op(), Attributes(constant_from(node)), {});
    } else if (node.has("shape")) {
      Spec spec;
      FieldReader::read(node["shape"], spec.shape);
      spec.dtype = dtype_of(node["dtype"].text());
      graph_.add(input_op(), Attributes(InputAttributes{"input", spec}), {});
    } else {
      add_op(node);
    }
  }

  void add_op(const Config& node) {
    const std::string& name = node["op"].text();
    std::vector<Value> inputs = values(node["inputs"]);
    const Op* op = name == stop_gradient_op().name ? &stop_gradient_op() : find_(name, inputs.size());
    if (!op || inputs.empty()) damaged_body(fmt::format("there is no op '{}' of {} inputs", name, inputs.size()));
    const Config& given = node["attributes"];
    graph_.add(*op, op->read_attributes(given.is_null() ? Config(Config::Map{}) : given), std::move(inputs));
    if (op->random) FieldReader::read(node["random_id"], graph_.nodes.back().random_id);
  }

  Value at(const Config& place) const {
    if (!place.is_list() || place.list().size() != 2) damaged_body("a value is no pair of numbers");
    const int64_t node = place.list()[0].integer(), output = place.list()[1].integer();
    if (node < 0 || node >= int64_t(graph_.nodes.size()) || output < 0 ||
        output >= int64_t(graph_.nodes[size_t(node)].outputs.size()))
      damaged_body("a value is used before it is made");
    return {int(node), int(output)};
  }

  std::vector<Value> values(const Config& places) const {
    std::vector<Value> out;
    for (const Config& place : places.list()) out.push_back(at(place));
    return out;
  }

  OpFinder find_;
  Graph graph_;
};

}  // namespace

Config constant_config(const ConstantAttributes& constant) {
  Config out;
  out.set("constant", FieldConfig::config(constant.value));
  if (constant.weak) out.set("weak", true);
  if (constant.type) out.set("type", std::string(name(*constant.type)));
  return out;
}

ConstantAttributes constant_from(const Config& config) {
  ConstantAttributes out;
  FieldReader::read(config["constant"], out.value);
  if (!out.value.defined()) throw Error(Code::bad_data, "a constant has no value");
  out.weak = config.has("weak");
  if (config.has("type")) out.type = dtype_of(config["type"].text());
  return out;
}

Config body_config(const Graph& body) { return BodyWriter().write(body); }

std::shared_ptr<const Graph> body_from(const Config& config, OpFinder find) { return BodyReader(find).read(config); }

}  // namespace cajal
