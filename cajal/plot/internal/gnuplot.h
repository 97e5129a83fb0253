// Running gnuplot.
#pragma once

#include <string>
#include <string_view>

namespace cajal::plot::internal {

/// What gnuplot writes when it is given the commands.
///
/// No shell and no file: the commands go in through a socket (which, unlike a pipe, can be written to without SIGPIPE
/// when the other side is gone) and the picture comes out through a pipe. The user's own settings are not read.
/// Errors: unsupported where there is no gnuplot; bad_data with what it said where it failed; io where the system
/// refuses a process; interrupted where somebody ended it, or it took longer than two minutes.
std::string run_gnuplot(std::string_view commands);

}  // namespace cajal::plot::internal
