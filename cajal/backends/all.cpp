#include "cajal/backends/all.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include "cajal/base/error.h"
#include "cajal/base/text.h"

namespace cajal {
namespace {

const Backend& backend_named(const std::string& name) {
  std::vector<std::string> known;
  for (const Backend* backend : all_backends()) {
    if (backend->name == name) return *backend;
    known.emplace_back(backend->name);
  }
  throw Error(Code::invalid_argument,
              "the environment variable CAJAL_BACKENDS names '" + name + "'" + did_you_mean(name, known), {},
              "one or more of " + join(known, ", ") + ", best first: CAJAL_BACKENDS=onednn,cpu");
}

std::vector<const Backend*> wanted_backends() {
  std::vector<const Backend*> out;
  const char* names = std::getenv("CAJAL_BACKENDS");
  if (names && *names) {
    for (const std::string& name : split(names, ',')) out.push_back(&backend_named(std::string(trim(name))));
    return out;
  }
  for (const Backend* backend : all_backends()) out.push_back(backend);
  return out;
}

}  // namespace

std::span<const Backend* const> all_backends() {
  static const std::array<const Backend*, 4> backends = {&amx_backend(), &onednn_backend(), &cpu_backend(),
                                                         &reference_backend()};
  return backends;
}

std::span<const Backend* const> default_backends() {
  static const std::vector<const Backend*> backends = wanted_backends();
  return backends;
}

}  // namespace cajal
