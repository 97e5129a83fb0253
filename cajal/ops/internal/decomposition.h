// The gradient of a fused op by way of the plain ops that it stands for.
#pragma once

#include "cajal/graph/graph.h"

namespace cajal {

/// Gradients of the inputs of `d`, where `decompose(inputs)` gives the op's outputs in terms of other ops.
///
/// For gradient ops, which are differentiated rarely: only where a second derivative is asked for.
template <class F>
Vars decomposed_gradient(const Derivative& d, F&& decompose) {
  Vars inputs, wanted;
  // Fresh nodes, so that an input that was computed from another one counts as a value of its own.
  for (const Var& input : d.inputs) inputs.push_back(identity(input));
  const Vars outputs = decompose(inputs);
  Vars reached, seeds;
  for (size_t i = 0; i < outputs.size(); ++i)
    if (d.gradients[i].defined()) reached.push_back(outputs[i]), seeds.push_back(d.gradients[i]);
  for (size_t i = 0; i < inputs.size(); ++i)
    if (d.needed[i]) wanted.push_back(inputs[i]);
  const Vars found = gradient(reached, seeds, wanted);
  Vars out(inputs.size());
  for (size_t i = 0, next = 0; i < inputs.size(); ++i)
    if (d.needed[i]) out[i] = found[next++];
  return out;
}

}  // namespace cajal
