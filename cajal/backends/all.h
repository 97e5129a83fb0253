// The backends that this build has.
#pragma once

#include "cajal/backends/cpu/backend.h"
#include "cajal/program/kernel.h"
