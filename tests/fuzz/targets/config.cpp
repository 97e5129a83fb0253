// Configurations: what is read is written so that it is read as the same.
#include "cajal/base/config.h"

#include "cajal/base/files.h"
#include "tests/fuzz/fuzz.h"

namespace cajal::fuzz {
namespace {

// Asks every value for every type: each answers or refuses.
void ask(const Config& config) {
  auto tried = [](auto question) {
    try {
      question();
    } catch (const Error&) {
    }
  };
  tried([&] { (void)config.integer(); });
  tried([&] { (void)config.number(); });
  tried([&] { (void)config.boolean(); });
  if (config.is_list())
    for (const Config& item : config.list()) ask(item);
  if (config.is_map())
    for (const auto& [key, value] : config.map()) ask(value);
}

}  // namespace

CAJAL_FUZZ_TARGET(config) {
  const Config config = Config::parse(as_text(bytes));
  ask(config);
  const std::string text = config.json();
  const Config again = Config::parse(text);
  require(again == config, "a configuration is read as it was written");
  require(Config::parse(config.json(2)) == config, "also where it is indented");
}

}  // namespace cajal::fuzz
