// Pima: whether diabetes followed, from eight medical measures.
#include "cajal/data/internal/table_dataset.h"

namespace cajal {
const DatasetEntry& pima_dataset();

namespace {

Table pima_table(const std::string& folder) {
  return internal::load_table(
      pima_dataset(), folder,
      {"pregnancies", "glucose", "blood_pressure", "skin_thickness", "insulin", "bmi", "pedigree", "age", "diabetes"});
}

}  // namespace

TrainTest datasets::pima(const std::string& folder) { return internal::split_table(pima_dataset(), folder); }

const DatasetEntry& pima_dataset() {
  static const DatasetEntry entry{
      .name = "pima",
      .summary = "768 women, 8 medical measures, diabetes or not; 614 to learn from, 154 held out",
      .origin = "a table",
      .classes = {"0", "1"},
      .load = datasets::pima,
      .table = pima_table,
      .target = "diabetes",
      .files = {internal::remote_table("pima-indians-diabetes.csv",
                                       "bcarlyle/Momentum-AI-machine-learning-course/"
                                       "66a31b1ce7213112910d4f3666ac989cde1bdcc5/datasets/pima-indians-diabetes.csv",
                                       23279, "06f5b7c2cd7bca686fda4f92eab5f61e7ff6426a9acefa2e3dda04fc54293cf5")},
      .lies_in = [](const Path& folder) { return file_exists(folder / "pima-indians-diabetes.csv"); },
      .shelf = "tabular",
  };
  return entry;
}

}  // namespace cajal
