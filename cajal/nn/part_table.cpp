#include "cajal/nn/part_table.h"

#include "cajal/base/text.h"

namespace cajal {

void no_such_part(std::string_view kind, std::string_view wanted, const std::vector<std::string>& names,
                  const std::vector<std::string>& all_names) {
  const std::string near = nearest(wanted, all_names);
  throw Error(Code::not_found, "there is no " + std::string(kind) + " called '" + std::string(wanted) + "'", {},
              near.empty() ? "one of " + join(names, ", ") : "'" + near + "'");
}

std::pair<std::string, Config> class_and_options(std::string_view kind, const Config& config) {
  if (config.is_text()) return {config.text(), {}};
  if (!config.is_map() || !config["class_name"].is_text())
    fail("this describes no " + std::string(kind) + ": " + config.json(), R"(a name, or {"class_name", "config"})");
  return {config["class_name"].text(), config["config"]};
}

}  // namespace cajal
