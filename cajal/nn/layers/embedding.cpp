#include "cajal/nn/layers/embedding.h"

#include "cajal/ops/elementwise.h"
#include "cajal/ops/indexing.h"

namespace cajal {

Embedding::Embedding(Options given) : options(std::move(given)) {
  set_class_name("Embedding");
  if (options.input_dim < 1 || options.output_dim < 1)
    fail("Embedding needs input_dim and output_dim of at least 1 and was given " + std::to_string(options.input_dim) +
             " and " + std::to_string(options.output_dim),
         "Embedding(1000, 64)");
}

void Embedding::build(const Shape&) {
  embeddings =
      add_weight("embeddings", {options.input_dim, options.output_dim}, options.embeddings_initializer,
                 {true, options.embeddings_regularizer.shared(), options.embeddings_constraint.shared(), floatx()});
}

Var Embedding::call(Var x) { return take(embeddings, is_integer(x.dtype()) ? x : cast(x, DType::int32), 0); }

Var Embedding::compute_mask(const Vars& inputs, const Var&) const {
  return options.mask_zero ? not_equal(inputs[0], 0) : Var();
}

CAJAL_LAYER(embedding, Embedding)

}  // namespace cajal
