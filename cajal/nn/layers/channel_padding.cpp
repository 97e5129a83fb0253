#include "cajal/nn/layers/channel_padding.h"

#include "cajal/ops/shape.h"

namespace cajal {

ChannelPadding::ChannelPadding(Options given) : options(std::move(given)) {
  set_class_name("ChannelPadding");
  (void)options.padding.of(1, "padding of ChannelPadding");
}

Var ChannelPadding::call(Var x) {
  if (x.rank() < 2) fail("ChannelPadding expects [batch, ..., channels] and was given " + x.shape().text());
  const Margins::Pair ends = options.padding.of(1, "padding of ChannelPadding").at(0);
  std::vector<int64_t> low(size_t(x.rank())), high(size_t(x.rank()));
  low.back() = ends[0];
  high.back() = ends[1];
  return pad(x, low, high);
}

CAJAL_LAYER(channel_padding, ChannelPadding)

}  // namespace cajal
