// Iris: flowers of three kinds, by four lengths.
#include "cajal/data/internal/table_dataset.h"

namespace cajal {
const DatasetEntry& iris_dataset();

namespace {

Table iris_table(const std::string& folder) {
  return internal::load_table(iris_dataset(), folder,
                              {"sepal_length", "sepal_width", "petal_length", "petal_width", "species"});
}

}  // namespace

TrainTest datasets::iris(const std::string& folder) { return internal::split_table(iris_dataset(), folder); }

const DatasetEntry& iris_dataset() {
  static const DatasetEntry entry{
      .name = "iris",
      .summary = "150 irises of three kinds, 4 lengths; 120 to learn from, 30 held out",
      .origin = "a table",
      .classes = {"Iris-setosa", "Iris-versicolor", "Iris-virginica"},
      .load = datasets::iris,
      .table = iris_table,
      .target = "species",
      .files = {internal::remote_table(
          "iris.csv",
          "bcarlyle/Momentum-AI-machine-learning-course/66a31b1ce7213112910d4f3666ac989cde1bdcc5/datasets/iris.csv",
          4550, "596ffd580471ca4d4880f8e439c7281f3b50d8249a5960353cb200b1490f63a0")},
      .lies_in = [](const Path& folder) { return file_exists(folder / "iris.csv"); },
      .shelf = "tabular",
  };
  return entry;
}

}  // namespace cajal
