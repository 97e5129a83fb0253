// Ctrl-C: the first one asks a training to stop after its step, the second one ends the program at once.
#pragma once

#include <memory>

#include "cajal/nn/callback.h"

namespace cajal::cli {

/// From now on the first Ctrl-C (or SIGTERM, which a scheduler sends) only leaves a note.
void catch_interrupts();

/// True once it came.
bool interrupted();

/// Stops the training when the note is there.
std::shared_ptr<Callback> stop_when_interrupted();

}  // namespace cajal::cli
