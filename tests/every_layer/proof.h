// What is known of a layer before it is proved: arguments, inputs, what it does with masks.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "cajal/tensor/tensor.h"

namespace cajal {

enum class Mask { passes, dropped, makes_one };

struct Proof {
  std::string layer;
  std::string arguments;  ///< as JSON: those without a default, and others that change much
  std::vector<Shape> inputs;
  Mask mask = Mask::passes;
  DType dtype = DType::float32;
};

inline void PrintTo(const Proof& proof, std::ostream* out) { *out << proof.layer << " " << proof.arguments; }

/// The layers of images.
std::vector<Proof> image_proofs();

}  // namespace cajal
