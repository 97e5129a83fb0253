#include "apps/cli/run_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <iostream>
#include <numeric>

#include "apps/cli/training_run.h"
#include "cajal/backends/machine.h"
#include "cajal/base/parallel.h"
#include "cajal/base/text.h"
#include "cajal/base/version.h"
#include "cajal/report/report.h"

namespace cajal::cli {
namespace {

constexpr int64_t shown_mistakes = 24, shown_rows = 15, shown_samples = 12, grid_side = 80;

std::string today() {
  const std::time_t now = std::time(nullptr);
  char text[32] = {};
  std::tm parts = {};
  if (localtime_r(&now, &parts)) std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts);
  return text;
}

// Samples are pictures where they have rows and columns.
bool has_pictures(const DataSource& data) {
  if (data.kind != DataSource::Kind::samples) return false;
  const Shape shape = data.train.element_spec().x.at(0).shape;
  const bool channels = shape.rank() == 3 && (shape[2] == 1 || shape[2] == 3 || shape[2] == 4);
  return shape.rank() == 2 || channels;
}

Tensor picture_at(const Dataset& part, int64_t index) {
  Batch batch;
  const int64_t rows[] = {index};
  part.read(rows, batch);
  return batch.x.at(0).slice(0, {0, 1}).reshape(batch.x[0].shape().slice(1, batch.x[0].rank())).copy();
}

// Which answers were wrong, the surest first; of a number, which were farthest off.
std::vector<int64_t> worst_of(const Judgement& judged) {
  std::vector<int64_t> out;
  std::vector<double> badness;
  const int64_t count = judged.labels.empty() ? judged.truth.size() : int64_t(judged.labels.size());
  const std::vector<int64_t> taken = judged.labels.empty() ? std::vector<int64_t>() : best_classes(judged.scores);
  for (int64_t i = 0; i < count; ++i) {
    if (judged.labels.empty()) badness.push_back(std::abs(judged.scores.flat(i) - judged.truth.flat(i)));
    else badness.push_back(judged.scores.at({i, taken[size_t(i)]}));
    if (judged.labels.empty() || taken[size_t(i)] != judged.labels[size_t(i)]) out.push_back(i);
  }
  std::stable_sort(out.begin(), out.end(),
                   [&](int64_t a, int64_t b) { return badness[size_t(a)] > badness[size_t(b)]; });
  return out;
}

class Filling {
 public:
  explicit Filling(const TrainingRun& run) : run_(run), data_(run.data()), judged_(run.judgement()) {}

  report::RunReport fill() {
    out_.title = run_.folder().filename().string();
    out_.date = today();
    out_.data = data_.description + ".";
    out_.classes = data_.classes;
    out_.training_samples = data_.train.size();
    out_.held_out_samples = data_.test.defined() ? data_.test.size() : 0;
    out_.model = &run_.model();
    out_.history = run_.history();
    out_.seconds = run_.seconds();
    out_.command = "cajal " + run_.command();
    out_.configuration = run_.configuration();
    out_.versions = "Cajal " + std::string(version);
    out_.machine = fmt::format("{} threads, {}", threads(), simd_name());
    out_.files = {"model.safetensors", "log.csv", "config.json"};
    if (judged_.scores.defined()) out_.result = "Held out: " + judged_.sentence + ".";
    if (!data_.regression() && !data_.settings) count_classes();
    if (has_pictures(data_)) preview_pictures();
    if (data_.table) describe_table();
    if (judged_.scores.defined()) describe_errors();
    if (data_.settings) draw_plane();
    return out_;
  }

 private:
  void count_classes() {
    out_.class_counts.assign(data_.classes.size(), 0);
    for (int64_t label : labels_of(data_.train))
      if (label >= 0 && label < int64_t(out_.class_counts.size())) ++out_.class_counts[size_t(label)];
  }

  void preview_pictures() {
    const int64_t count = std::min(shown_samples, data_.train.size());
    const std::vector<int64_t> labels = labels_of(data_.train.take(count));
    for (int64_t i = 0; i < count; ++i)
      out_.preview.push_back({picture_at(data_.train, i), class_name(data_.classes, labels[size_t(i)])});
  }

  void describe_table() {
    out_.preview_note = data_.table->head(6).text(6);
    out_.columns.header = {"column", "kind", "how it is fed"};
    for (const TableInput& input : data_.reader->inputs())
      out_.columns.rows.push_back({input.name, input.is_number ? "numbers" : "names",
                                   input.is_number
                                       ? std::string("brought to mean 0 and variance 1")
                                       : fmt::format("one of {}", join(shortened(input.categories), ", "))});
    out_.columns.rows.push_back(
        {data_.target, "target", data_.regression() ? std::string("a number") : join(shortened(data_.classes), ", ")});
    for (const std::string& remark : data_.remarks) out_.data += " " + remark + (remark.ends_with(".") ? "" : ".");
  }

  static std::vector<std::string> shortened(std::vector<std::string> names) {
    if (names.size() > 8) {
      const size_t more = names.size() - 8;
      names.resize(8);
      names.push_back(fmt::format("and {} more", more));
    }
    return names;
  }

  void describe_errors() {
    const std::vector<int64_t> worst = worst_of(judged_);
    if (data_.regression()) {
      out_.regression = report::Regression{data_.target, judged_.truth, judged_.scores};
    } else {
      const auto classes = int64_t(judged_.confusion.counts.size());
      out_.confusion = Tensor({classes, classes}, DType::int64);
      for (int64_t i = 0; i < classes; ++i)
        for (int64_t j = 0; j < classes; ++j)
          out_.confusion.set_flat(i * classes + j, double(judged_.confusion.counts[size_t(i)][size_t(j)]));
    }
    if (has_pictures(data_)) show_mistakes(worst);
    if (data_.table) show_rows(worst);
  }

  int64_t taken_for(int64_t i) const { return best_classes(judged_.scores.slice(0, {i, i + 1})).at(0); }

  void show_mistakes(const std::vector<int64_t>& worst) {
    const auto count = std::min<size_t>(worst.size(), shown_mistakes);
    for (size_t k = 0; k < count; ++k) {
      const int64_t i = worst[k], taken = taken_for(i);
      out_.mistakes.push_back(
          {picture_at(data_.test, i),
           fmt::format("taken for {}, is {}, {:.1f} % sure", class_name(data_.classes, taken),
                       class_name(data_.classes, judged_.labels[size_t(i)]), 100 * judged_.scores.at({i, taken}))});
    }
    if (worst.size() > count)
      out_.mistakes_note =
          fmt::format("{} of the {} wrong answers, the surest first.", count, human_count(int64_t(worst.size())));
  }

  void show_rows(const std::vector<int64_t>& worst) {
    if (worst.empty()) return;
    out_.worst_rows.header = {"is", "foretold", data_.regression() ? "off by" : "sure"};
    const std::vector<Column>& columns = data_.table->columns();
    const size_t shown = std::min<size_t>(columns.size(), 8);
    for (size_t c = 0; c < shown; ++c) out_.worst_rows.header.push_back(columns[c].name());
    for (size_t k = 0; k < std::min<size_t>(worst.size(), shown_rows); ++k) {
      const int64_t i = worst[k], row = data_.test_rows[size_t(i)];
      std::vector<std::string> cells;
      if (data_.regression()) {
        const double truth = judged_.truth.flat(i), answer = judged_.scores.flat(i);
        cells = {fmt::format("{:.4g}", truth), fmt::format("{:.4g}", answer), fmt::format("{:+.4g}", answer - truth)};
      } else {
        const int64_t taken = taken_for(i);
        cells = {class_name(data_.classes, judged_.labels[size_t(i)]), class_name(data_.classes, taken),
                 fmt::format("{:.1f} %", 100 * judged_.scores.at({i, taken}))};
      }
      for (size_t c = 0; c < shown; ++c) cells.push_back(columns[c].text(row));
      out_.worst_rows.rows.push_back(cells);
    }
  }

  // What the network answers everywhere in the plane.
  void draw_plane() {
    if (data_.regression()) return;
    std::vector<double> places;
    for (int64_t i = 0; i < grid_side; ++i) places.push_back(-6 + 12 * (double(i) + 0.5) / double(grid_side));
    Tensor points({grid_side * grid_side, 2}, DType::float64);
    for (int64_t row = 0; row < grid_side; ++row)
      for (int64_t column = 0; column < grid_side; ++column) {
        points.set_flat(2 * (row * grid_side + column), places[size_t(column)]);
        points.set_flat(2 * (row * grid_side + column) + 1, places[size_t(row)]);
      }
    Model model = run_.model();
    const Tensor outputs = model.predict(playground_features(*data_.settings, points), {.batch_size = 1600});
    Tensor second({grid_side, grid_side});
    for (int64_t i = 0; i < outputs.size(); ++i) second.set_flat(i, std::clamp((outputs.flat(i) + 1) / 2, 0.0, 1.0));
    report::Decision decision;
    decision.x = places;
    decision.y = places;
    decision.predictions = second;
    decision.points = data_.test_points.slice(1, {0, 2}).copy();
    decision.labels = Tensor({data_.test_points.dim(0)}, DType::int64);
    for (int64_t i = 0; i < data_.test_points.dim(0); ++i)
      decision.labels.set_flat(i, data_.test_points.at({i, 2}) > 0);
    decision.classes = data_.classes;
    out_.decision = std::move(decision);
  }

  const TrainingRun& run_;
  const DataSource& data_;
  const Judgement& judged_;
  report::RunReport out_;
};

}  // namespace

std::vector<std::string> write_run_report(const TrainingRun& run) {
  try {
    return report::write_report(run.folder(), Filling(run).fill());
  } catch (const Error& error) {
    std::cerr << fmt::format("no report: {}\n", error.what());
    return {};
  }
}

}  // namespace cajal::cli
