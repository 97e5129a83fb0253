// Iron ore: whether rock is ore, from the shares of four elements and oxides.
#include "cajal/data/internal/table_dataset.h"

namespace cajal {
const DatasetEntry& iron_ore_dataset();

namespace {

Table iron_ore_table(const std::string& folder) { return internal::load_table(iron_ore_dataset(), folder, {}); }

}  // namespace

TrainTest datasets::iron_ore(const std::string& folder) { return internal::split_table(iron_ore_dataset(), folder); }

const DatasetEntry& iron_ore_dataset() {
  static const DatasetEntry entry{
      .name = "iron_ore",
      .summary = "3,500 samples of rock, 4 shares, ore or not; 2,800 to learn from, 700 held out",
      .origin = "a table",
      .classes = {"no", "yes"},
      .load = datasets::iron_ore,
      .table = iron_ore_table,
      .target = "FE > 60 and SIO2 <= 9 and AL2O3 <= 2 and P <= 0.08",
      .files = {internal::remote_table(
          "iron_ore_study.csv",
          "core-skills/09-deep-learning/3f807eda86c051217ac4e653fc413387dba97150/data/iron_ore_study.csv", 75636,
          "da147e682749eacf246c4079eb346042de51db6a3cc78d8a7a3039adbd7766bf")},
      .lies_in = [](const Path& folder) { return file_exists(folder / "iron_ore_study.csv"); },
      .shelf = "tabular",
  };
  return entry;
}

}  // namespace cajal
