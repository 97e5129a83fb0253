// PyTorch's weights put into a model.
#pragma once

#include "cajal/formats/pytorch/pytorch.h"
#include "cajal/nn/model.h"

namespace cajal {

/// Gives the layers of a model the weights of a state dictionary.
///
/// A layer is found by its name: "layer1.0.conv1" in PyTorch is "layer1_0_conv1" here; what stands before on all names
/// ("state_dict.", "module.") is left out. Kernels are turned: [out, in, height, width] becomes [height, width, in,
/// out], a Dense kernel [out, in] becomes [in, out], and behind a Flatten its rows are sorted for channels that stand
/// last. Batch normalization's weight, bias, running_mean and running_var are gamma, beta, moving_mean and
/// moving_variance. A Normalization layer keeps what it has: PyTorch prepares its pictures outside of the network.
/// Errors: bad_data naming the first weight that the file lacks, or that has another shape; nothing is changed then.
void load_pytorch_weights(Model& model, const NamedTensors& state);

}  // namespace cajal
