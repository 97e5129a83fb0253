// What is looked at before the first step: data that no training survives.
#include <algorithm>
#include <cmath>

#include "cajal/nn/internal/training.h"

namespace cajal {

// Class weights as weights of samples.
void weight_by_class(Batch& batch, const std::map<int, double>& class_weight) {
  if (batch.weight.defined())
    fail("both class_weight and sample weights were given", "multiply them into one sample weight");
  const Tensor& labels = batch.y.at(0);
  const int64_t count = labels.dim(0);
  if (labels.size() != count)
    fail("class_weight needs one label per sample and the targets are " + labels.shape().text());
  batch.weight = Tensor({count}, floatx());
  for (int64_t i = 0; i < count; ++i) {
    const int label = int(labels.flat(i));
    auto found = class_weight.find(label);
    if (found == class_weight.end()) fail("class_weight has no weight for the class " + std::to_string(label));
    batch.weight.set_flat(i, found->second);
  }
}

namespace {

template <class T>
int64_t first_not_finite(const Tensor& tensor) {
  const Tensor dense = tensor.contiguous();
  const T* values = dense.data<T>();
  for (int64_t i = 0; i < dense.size(); ++i)
    if (!std::isfinite(values[i])) return i;
  return -1;
}

// A missing number in the data makes every weight a NaN within a step: it is looked for before the first one.
void refuse_not_finite(const Tensor& x, const char* part, int64_t first_row) {
  int64_t bad = -1;
  if (x.dtype() == DType::float32) bad = first_not_finite<float>(x);
  if (x.dtype() == DType::float64) bad = first_not_finite<double>(x);
  if (bad < 0) return;
  const int64_t width = x.size() / x.dim(0);
  throw Error(Code::bad_data,
              "sample " + std::to_string(first_row + bad / width) + " of the data has " +
                  (std::isnan(x.flat(bad)) ? "NaN" : "infinity") + " as value " + std::to_string(bad % width) +
                  " of its " + part,
              {}, "leave the sample out, or fill the value in");
}

bool lies_in_memory(const Dataset& data) {
  return data.indexed() && data.cardinality() != Dataset::infinite && data.batch_size() == 0;
}

// Pictures in bytes need not be read for it.
bool has_floats(const ElementSpec& spec) {
  auto floats = [](const TensorSpec& part) { return is_float(part.dtype); };
  return std::any_of(spec.x.begin(), spec.x.end(), floats) || std::any_of(spec.y.begin(), spec.y.end(), floats);
}

}  // namespace

void refuse_not_finite(const Dataset& data) {
  if (!lies_in_memory(data)) return;
  if (!has_floats(data.element_spec())) return;
  int64_t row = 0;
  for (const Batch& batch : data.batch(1024)) {
    for (const Tensor& x : batch.x) refuse_not_finite(x, "input", row);
    for (const Tensor& y : batch.y) refuse_not_finite(y, "target", row);
    row += batch.x.at(0).dim(0);
  }
}

int64_t sample_with(int64_t value, bool target, const Dataset& data) {
  if (!lies_in_memory(data)) return -1;
  int64_t row = 0;
  for (const Batch& batch : data.batch(1024)) {
    for (const Tensor& part : target ? batch.y : batch.x)
      for (int64_t i = 0; i < part.size() && (target || !is_float(part.dtype())); ++i)
        if (part.flat(i) == double(value)) return row + i / (part.size() / part.dim(0));
    row += batch.x.at(0).dim(0);
  }
  return -1;
}

void refuse_empty(const std::string& what) {
  throw Error(Code::bad_data, what + " is empty: it has no samples", {},
              "look at the file or folder that it was read from");
}

}  // namespace cajal
