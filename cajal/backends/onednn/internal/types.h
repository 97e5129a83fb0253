// What the calls of this backend are stored as.
#pragma once

#include "cajal/program/conv_call.h"

namespace cajal::onednn {

/// float32 or bfloat16: of both operands, and of what is made of them (of float32 only float32). Sums are float32.
struct Types {
  DType operands = DType::float32, output = DType::float32;
};

}  // namespace cajal::onednn
