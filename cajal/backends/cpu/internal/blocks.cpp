#include "cajal/backends/cpu/internal/blocks.h"

#include <string>

namespace cajal::cpu {

BlockFunction find_block(const Op& op, std::span<const DType> inputs, DType output) {
  if (op.name == "cast") return cast_block(inputs[0], output);
  std::string types;
  for (DType type : inputs) types += letter(type);
  types += {'>', letter(output)};
  for (auto table : {arithmetic_blocks, function_blocks, activation_blocks, condition_blocks})
    for (const Block& block : table())
      if (block.op == op.name && block.types == types) return block.run;
  return nullptr;
}

}  // namespace cajal::cpu
