// map with a function that knows where an element stands.
#pragma once

#include "cajal/data/dataset.h"

namespace cajal::internal {

/// What to do with an element, knowing its epoch and its position.
using Change = std::function<Batch(Batch, uint64_t epoch, uint64_t position)>;

/// The elements as `change` makes them, on `parallel` threads at a time; order is kept.
Dataset changed(const Dataset& data, Change change, int parallel = 1);

}  // namespace cajal::internal
