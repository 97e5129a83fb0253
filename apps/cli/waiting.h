// How the threads of the team wait for work.
#pragma once

namespace cajal::cli {

/// Makes threads that wait for work spin for some tens of microseconds and then sleep, unless the environment says how
/// they wait (OMP_WAIT_POLICY, GOMP_SPINCOUNT). Starts the program anew if need be; returns where that is not possible.
///
/// GCC's OpenMP spins for milliseconds as it comes: where another program wants one of the cores, the thread that is
/// waited for does not get it, and a step takes ten times as long (measured: 94 ms instead of 8 on two busy cores). It
/// reads the environment before main, hence the new start.
void wait_briefly(char** words);

}  // namespace cajal::cli
