// A layer as the nodes that it recorded: how a Lambda, or a layer of the user's own, lies in a file.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// True where a file must hold the layer's nodes, because its name and options do not say what it does.
bool needs_recording(const LayerState& layer);

/// The layer of a call with its nodes: {"class_name", "name", "recorded": {"weights", "inputs", "nodes", "outputs"}}.
///
/// Errors: unsupported where it reads a Variable that is no weight of it, or uses an op that is not in the table.
Config recorded_config(const LayerCall& call);

/// What `recorded_config` described, as a layer: it records the same nodes, can be trained and saved again.
class RecordedLayer : public Layer {
 public:
  /// Errors: bad_data where the nodes are damaged.
  explicit RecordedLayer(const Config& config);
  void build_all(const std::vector<Shape>& inputs) override;
  Vars call_all(const Vars& inputs) override;
  Config config() const override { return config_; }

 private:
  struct Values;
  Vars record(const Config& node, Values& values);

  Config config_;
  std::vector<Variable> weights_;
};

}  // namespace cajal
