// The report and the pictures that a run leaves in its folder.
#pragma once

#include <string>
#include <vector>

namespace cajal::cli {

class TrainingRun;

/// Writes report.html and the pictures beside it; gives their names. What cannot be drawn (no gnuplot) is left out, and
/// what cannot be written is said: a training is not lost for a picture.
std::vector<std::string> write_run_report(const TrainingRun& run);

}  // namespace cajal::cli
