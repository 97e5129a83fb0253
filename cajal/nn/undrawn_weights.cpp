#include "cajal/nn/undrawn_weights.h"

namespace cajal {
namespace {
thread_local bool undrawn = false;
}  // namespace

UndrawnWeights::UndrawnWeights() : before_(undrawn) { undrawn = true; }
UndrawnWeights::~UndrawnWeights() { undrawn = before_; }
bool UndrawnWeights::wanted() { return undrawn; }

}  // namespace cajal
