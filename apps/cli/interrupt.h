// Ctrl-C: the training stops after the step, and what was learned is kept.
#pragma once

#include <memory>
#include <string>

#include "cajal/nn/callback.h"

namespace cajal::cli {

/// From now on the first Ctrl-C (or SIGTERM, as a cluster sends it) is noted; the second ends the process at once.
/// Files are written beside and renamed, so that even then none is half written.
void catch_interrupts();

/// Whether one was noted.
bool interrupted();

/// Keeps a checkpoint at `path`: when interrupted, after which it stops the training; and every so many steps, or,
/// where `steps` is 0, at the end of an epoch if the last one is some seconds old. Where one cannot be written the
/// training goes on, and the reason is said once.
std::shared_ptr<Callback> keep_checkpoint(const std::string& path, int steps);

/// Only stops when interrupted.
std::shared_ptr<Callback> stop_when_interrupted();

}  // namespace cajal::cli
