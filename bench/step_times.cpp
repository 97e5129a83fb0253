// How long a step of a workload takes, and how many items a second go through it, against the batch, the width of the
// layers (where the workload can be made wider) and the number of threads: as a table, an SVG and a PNG.
//
//   step_times WORKLOAD [SECONDS] [FOLDER]
//
// SECONDS for each point, default 0.4; writes FOLDER/step_times_WORKLOAD.svg and .png, default docs/pictures.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "cajal/backends/machine.h"
#include "cajal/base/error.h"
#include "cajal/base/files.h"
#include "cajal/base/parallel.h"
#include "cajal/base/text.h"
#include "cajal/plot/figure.h"
#include "cajal/zoo/measurement.h"

namespace {

using namespace cajal;

// What was measured at each place of an axis.
struct Line {
  std::string label;
  std::vector<double> places = {}, milliseconds = {}, items = {};
};

// One column of the picture: above the time of a step, below the items a second.
struct Column {
  std::string label;
  std::vector<Line> lines = {};
  int64_t own = 0;       // where the workload itself stands; 0: at several places
  int first_colour = 0;  // lines that mean something else have other colours
};

std::string threads_text(int64_t count) { return fmt::format("{} thread{}", count, count == 1 ? "" : "s"); }

// 1, 2, 4, ... and all that the machine has.
std::vector<int64_t> thread_counts() {
  std::vector<int64_t> out;
  for (int64_t count = 1; count < threads(); count *= 2) out.push_back(count);
  out.push_back(threads());
  return out;
}

// `own` halved as often, but not below 1, and doubled as often.
std::vector<int64_t> sizes_round(int64_t own, int halvings, int doublings) {
  std::vector<int64_t> out{own};
  for (int i = 0; i < halvings && out.front() > 1; ++i) out.insert(out.begin(), out.front() / 2);
  for (int i = 0; i < doublings; ++i) out.push_back(out.back() * 2);
  return out;
}

void measure(Line& line, int64_t place, const Workload& workload, const WorkloadSize& size, double seconds) {
  Measurement measurement(workload, size);
  const double step = measurement.median_step(seconds), rate = measurement.items() / step;
  line.places.push_back(double(place));
  line.milliseconds.push_back(step * 1e3);
  line.items.push_back(rate);
  fmt::print("{:6}  {:11.4f} ms  {:>12} a second\n", place, step * 1e3, human_count(int64_t(rate)));
  std::fflush(stdout);
}

// The workload in each of these sizes: a line for each number of threads.
Column swept(const Workload& workload, const std::string& label, const std::vector<int64_t>& sizes,
             int64_t WorkloadSize::*field, const std::vector<int64_t>& counts, double seconds) {
  Column out{.label = label};
  for (const int64_t count : counts) {
    set_threads(int(count));
    fmt::print("{}, {}\n", label, threads_text(count));
    Line line{.label = threads_text(count)};
    for (const int64_t size : sizes) {
      WorkloadSize given;
      given.*field = size;
      measure(line, size, workload, given, seconds);
    }
    out.lines.push_back(line);
  }
  return out;
}

// The same measurements with the threads as the axis: lines for the smallest batch, the workload's own and the largest.
Column by_threads(const Column& batches, const std::vector<int64_t>& counts) {
  Column out{.label = fmt::format("threads of {}", this_machine().cpu), .first_colour = int(counts.size())};
  const std::vector<double>& sizes = batches.lines.front().places;
  const auto own = size_t(std::find(sizes.begin(), sizes.end(), double(batches.own)) - sizes.begin());
  for (const size_t i : {size_t(0), own, sizes.size() - 1}) {
    Line line{.label = fmt::format("batch {}", sizes[i])};
    for (size_t j = 0; j < counts.size(); ++j) {
      line.places.push_back(double(counts[j]));
      line.milliseconds.push_back(batches.lines[j].milliseconds[i]);
      line.items.push_back(batches.lines[j].items[i]);
    }
    out.lines.push_back(line);
  }
  return out;
}

void draw(plot::Axes& axes, const Column& column, std::vector<double> Line::*values) {
  int colour = column.first_colour;
  for (const Line& line : column.lines)
    axes.plot(line.places, line.*values,
              {.label = line.label, .color = fmt::format("C{}", colour++), .marker = "o", .markersize = 6});
  if (column.own > 0) axes.axvline(double(column.own));
  const std::vector<double>& places = column.lines.front().places;
  std::vector<std::string> words;
  for (const double place : places) words.push_back(fmt::format("{}", place));
  axes.set_xscale("log").set_yscale("log").set_xticks(places, words).grid();
}

plot::Figure picture(const Workload& workload, std::vector<Column> columns) {
  const std::string title = fmt::format("{}: {}", workload.name, workload.summary);
  const int across = int(columns.size());
  plot::Figure figure({.width = 340 * across,
                       .height = 560,
                       .rows = 2,
                       .columns = across,
                       .theme = "auto",
                       .title = title,
                       .alt = title + ": time of a step and items a second"});
  for (int i = 0; i < across; ++i) {
    draw(figure.axes(i), columns[size_t(i)], &Line::milliseconds);
    draw(figure.axes(across + i), columns[size_t(i)], &Line::items);
    figure.axes(across + i).set_xlabel(columns[size_t(i)].label).legend({.loc = "none"});
  }
  figure.axes(0).set_ylabel("ms a step");
  figure.axes(across).set_ylabel("items a second");
  return figure;
}

void run(const std::string& name, double seconds, const Path& folder) {
  const Workload& chosen = workload(name);
  const std::vector<int64_t> counts = thread_counts();
  fmt::print("{}: {}; {}\n", chosen.name, chosen.summary, this_machine().cpu);
  std::vector<Column> columns;
  columns.push_back(swept(chosen, "batch", sizes_round(chosen.batch, 7, 2), &WorkloadSize::batch, counts, seconds));
  columns.back().own = chosen.batch;
  if (chosen.model_of_width) {
    columns.push_back(swept(chosen, "width", sizes_round(chosen.width, 3, 2), &WorkloadSize::width, counts, seconds));
    columns.back().own = chosen.width;
  }
  columns.push_back(by_threads(columns.front(), counts));
  const plot::Figure figure = picture(chosen, columns);
  std::filesystem::create_directories(folder);
  for (const char* ending : {".svg", ".png"}) {
    const Path file = folder / (fmt::format("step_times_{}", name) + ending);
    figure.save(file);
    fmt::print("wrote {}\n", file.string());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 2 ? std::atof(argv[2]) : 0.4;
  if (argc < 2 || seconds <= 0) {
    fmt::print(stderr, "usage: step_times WORKLOAD [SECONDS] [FOLDER]\n");
    return 2;
  }
  try {
    run(argv[1], seconds, argc > 3 ? argv[3] : "docs/pictures");
  } catch (const cajal::Error& error) {
    fmt::print(stderr, "step_times: {}\n", error.what());
    return 1;
  }
}
