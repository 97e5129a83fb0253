// A recorded function as the attribute of an op: the body of a loop.
//
// Other than the Graph of a program, a body keeps what only recording needs (stop_gradient, inputs that give their
// shape), so that it can be recorded again and differentiated; `drop_passing_nodes` makes it ready to be compiled.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "cajal/graph/graph.h"

namespace cajal {

/// A body, and the values from outside that it uses: its inputs after those it was recorded with.
struct Captured {
  std::shared_ptr<const Graph> graph;
  Vars values;
};

/// What lies between placeholders and the outputs recorded on them as a Graph. What does not depend on the placeholders
/// is a captured value, calculated once outside; constants and random ops recorded after the placeholders lie within.
Captured capture(const Vars& placeholders, const Vars& outputs);

/// Records a body's nodes on values; its random ops draw the numbers that they always draw.
Vars record_body(const Graph& body, const Vars& inputs);

/// The body for inputs of other shapes. Throws Error where an op refuses them.
Graph body_for(const Graph& body, std::span<const Spec> inputs);

/// The ids of the random ops within, deeper bodies left out: two bodies of one text may differ in them.
std::vector<uint64_t> random_ids(const Graph& body);

// ------------------------------------------------------------------------------------------------ files

/// A body as data: {"nodes": [{"op", "attributes", "inputs"}, ...], "inputs", "outputs"}; a value is a pair of numbers,
/// node and output. Errors: unsupported where an op has attributes that no file can hold.
Config body_config(const Graph& body);

/// How `body_from` finds an op: by name and number of inputs; null where there is none that a file may name.
using OpFinder = const Op* (*)(std::string_view name, size_t inputs);

/// The body that `body_config` described; its random ops draw the same numbers. Errors: bad_data where it is damaged.
std::shared_ptr<const Graph> body_from(const Config& config, OpFinder find);

/// A constant as data, every bit of it, and back.
Config constant_config(const ConstantAttributes& constant);
/// What `constant_config` described. Errors: bad_data where there is no value.
ConstantAttributes constant_from(const Config& config);

}  // namespace cajal
