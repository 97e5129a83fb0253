// What is proved of an op. Each check returns its complaints, so that the checks themselves can be tested on ops that
// are wrong on purpose.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cajal/program/kernel.h"

namespace cajal::every_op {

using Complaints = std::vector<std::string>;

/// One sample of an op with the values of its inputs: given, or drawn by a seed that depends on the op's name only.
struct Case {
  const Op& op;
  const Sample& sample;
  std::vector<Tensor> values;
  Case(const Op& op, const Sample& sample);
};

/// The shape and type rule accepts the inputs, and the reference kernel writes every byte of outputs of these shapes,
/// none beyond, and the same when an output takes the memory of an input.
Complaints check_kernel(const Case& c);
/// float32 against double within 1e-5 of the sum of the absolute products.
Complaints check_precision(const Case& c);
/// The gradient rule against central differences in double within 1e-7; if `twice`, also the gradient's gradient.
Complaints check_gradient(const Case& c, bool twice);
/// The other types that the type rule accepts: the kernel runs, and 16-bit floats are near double.
Complaints check_types(const Case& c);
/// With a first axis whose size is known only when the graph runs: the same values, and the same gradients. Ops that
/// need to know it are not asked.
Complaints check_unknown_size(const Case& c);
/// Random ops only: the same run draws the same numbers, the next step others.
Complaints check_random(const Case& c);
/// Every backend's kernel against double within 1e-5 of the sum of the absolute products.
Complaints check_backends(const Case& c, std::span<const Backend* const> backends = default_backends());
/// The same with all that is float32 stored as bfloat16, within 2^-7 of the sum of the absolute products: what mixed
/// precision makes of the op.
Complaints check_bfloat16(const Case& c, std::span<const Backend* const> backends = default_backends());
/// Attributes written for a file and read back are the same.
Complaints check_attributes(const Case& c);

/// All of them, over all samples.
Complaints check_op(const Op& op);
/// Name, summary, samples, reference kernel; and a gradient rule unless the op is known to have none.
Complaints check_house_rules(const Op& op, const std::string& file_stem);

}  // namespace cajal::every_op
