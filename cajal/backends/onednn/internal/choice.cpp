#include "cajal/backends/onednn/internal/choice.h"

namespace cajal::onednn {

bool is_chosen(Kind, const ConvSizes&) { return true; }

}  // namespace cajal::onednn
