// ChannelPadding: more channels, of zeros.
#pragma once

#include "cajal/nn/layer.h"
#include "cajal/nn/sizes.h"

namespace cajal {

/// Channels of zeros before and after those that there are: how a shortcut without weights reaches a wider block.
///
/// `ChannelPadding({{8, 8}})`; a single number stands for both ends. Shapes: [batch, ..., channels] -> [batch, ...,
/// before + channels + after]. Source: He et al., "Deep residual learning for image recognition", 2016, option A.
struct ChannelPadding : Layer {
  struct Options {
    Margins padding = 1;
    template <class V>
    void fields(V& v) {
      v("padding", padding);
    }
  } options;
  explicit ChannelPadding(Options options);
  ChannelPadding() : ChannelPadding(Options()) {}
  Var call(Var x) override;
  Config config() const override { return described("ChannelPadding", options); }
};

}  // namespace cajal
