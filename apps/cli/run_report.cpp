#include "apps/cli/run_report.h"

namespace cajal::cli {

std::vector<std::string> write_run_report(const TrainingRun&) { return {}; }

}  // namespace cajal::cli
