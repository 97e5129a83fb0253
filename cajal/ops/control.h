// Loops within a program.
#pragma once

#include <functional>
#include <utility>

#include "cajal/graph/op.h"

namespace cajal {

/// What a scan leaves.
struct ScanResult {
  Vars carries;  ///< after the last step
  Vars outputs;  ///< of all steps, stacked
};

/// One step of a scan: from the carries and one slice of each sequence to the new carries and the outputs.
using ScanBody = std::function<std::pair<Vars, Vars>(const Vars& carries, const Vars& slices)>;

/// Runs `body` over an axis of sequences, handing carries from step to step: recurrent cells of one's own.
///
/// The body is recorded once. What it uses from outside (weights) is captured, and calculated once where it does not
/// depend on the step; gradients reach it. Formula: (carries, outputs_t) = body(carries, sequences_t).
/// Shapes: the sequences have `axis` in common, also one of unknown size; the outputs get it back. A carry keeps its
/// shape and type. Errors: no sequence; a carry that changes its shape; an assignment within the body.
/// Gradient: a scan in the other direction, which runs the body again. Cost: keeps the carries of all steps.
ScanResult scan(const ScanBody& body, const Vars& initial, const Vars& sequences, int axis = 0, bool reverse = false);

}  // namespace cajal
