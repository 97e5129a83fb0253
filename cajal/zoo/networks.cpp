// The table of networks, from the listing of networks/.
#include "cajal/zoo/networks.h"

#include "cajal/base/error.h"
#include "cajal/base/memory.h"
#include "cajal/base/text.h"
#include "cajal/nn/undrawn_weights.h"

namespace cajal {

#define CAJAL_LISTED(stem) const std::vector<NetworkEntry>& stem##_networks();
#include "cajal/listing/networks.inc"
#undef CAJAL_LISTED

namespace {

NetworkOptions resolved(const NetworkEntry& entry, NetworkOptions options, const Shape& image) {
  const std::string name(entry.name);
  if (options.classes < 0) fail("'" + name + "' was asked for " + std::to_string(options.classes) + " classes");
  if (options.classes == 0) options.classes = entry.classes;
  if (!(options.width > 0 && options.width <= 100))
    fail("'" + name + "' was asked for a width of " + std::to_string(options.width), "a share such as 0.5");
  if (options.dropout > 0 && !(options.dropout < 1))
    fail("'" + name + "' was asked for a dropout of " + std::to_string(options.dropout), "a share from 0 to 1");
  if (image.rank() != 3)
    fail("'" + name + "' takes pictures [height, width, channels] and was told " + image.text(),
         ".input_shape = {32, 32, 3}");
  options.input_shape = image;
  return options;
}

Shape shape_of_sample(const Shape& batch) {
  Shape out;
  for (int axis = 1; axis < batch.rank(); ++axis) out.push_back(batch[axis]);
  return out;
}

// Before the weights are drawn, which takes long where they are many: they and their gradients must have room.
void require_room(const NetworkEntry& entry, const NetworkOptions& options) {
  if (UndrawnWeights::wanted()) return;
  const int64_t count = network_size(entry.name, options);
  require_memory(uint64_t(count) * 2 * sizeof(float),
                 std::string(entry.name) + " with its " + human_count(count) + " weights and their gradients",
                 "less width, smaller pictures");
}

}  // namespace

const std::vector<const NetworkEntry*>& all_networks() {
  static const std::vector<const NetworkEntry*> all = [] {
    std::vector<const NetworkEntry*> out;
#define CAJAL_LISTED(stem) \
  for (const NetworkEntry& entry : stem##_networks()) out.push_back(&entry);
#include "cajal/listing/networks.inc"
#undef CAJAL_LISTED
    return out;
  }();
  return all;
}

const NetworkEntry& network_entry(std::string_view name) {
  std::vector<std::string> names;
  for (const NetworkEntry* entry : all_networks()) {
    if (entry->name == name) return *entry;
    names.emplace_back(entry->name);
  }
  throw Error(Code::not_found, "there is no network called '" + std::string(name) + "'", {}, choices(name, names));
}

Var network_on(const Var& image, std::string_view name, const NetworkOptions& options) {
  const NetworkEntry& entry = network_entry(name);
  const NetworkOptions all = resolved(entry, options, shape_of_sample(image.shape()));
  require_room(entry, all);
  return entry.record(image, all);
}

int64_t network_size(std::string_view name, const NetworkOptions& options) {
  const UndrawnWeights counting;
  return network(name, options).count_params();
}

Model network(std::string_view name, const NetworkOptions& options) {
  const NetworkEntry& entry = network_entry(name);
  const Shape shape = options.input_shape.rank() ? options.input_shape : Shape::of(entry.input_shape);
  const NetworkOptions all = resolved(entry, options, shape);
  require_room(entry, all);
  const Input image(shape);
  return Model(Vars{image}, entry.record(image, all), std::string(name));
}

}  // namespace cajal
