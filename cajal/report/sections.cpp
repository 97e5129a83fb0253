// The data, the network, the training.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "cajal/base/text.h"
#include "cajal/base/xml.h"
#include "cajal/report/diagram.h"
#include "cajal/report/internal/html.h"

namespace cajal::report::internal {
namespace {

constexpr size_t most_bars = 40, most_boxes = 30, most_epochs = 60;

std::string paragraph(const std::string& text) { return text.empty() ? std::string() : element("p", text) + "\n"; }

Table class_table(const RunReport& report) {
  const double total = double(std::accumulate(report.class_counts.begin(), report.class_counts.end(), int64_t(0)));
  Table out{{"class", "samples", "share"}, {}};
  for (size_t i = 0; i < report.class_counts.size(); ++i)
    out.rows.push_back({class_name(report.classes, int64_t(i)), human_count(report.class_counts[i]),
                        percent(total > 0 ? double(report.class_counts[i]) / total : 0)});
  return out;
}

std::string class_bars(Page& page) {
  const RunReport& report = page.report;
  if (report.class_counts.empty()) return {};
  std::vector<std::string> names;
  for (size_t i = 0; i < report.class_counts.size(); ++i) names.push_back(class_name(report.classes, int64_t(i)));
  std::string out;
  if (names.size() <= most_bars)
    out = chart(
        page, [&] { return bars_figure(names, report.class_counts, "samples to learn from"); }, "");
  return out + details("samples of each class, as numbers", table(class_table(report)), out.empty());
}

Table layer_table(const Structure& structure) {
  Table out{{"layer", "name", "gives", "parameters"}, {}};
  for (const Part& part : structure.parts)
    out.rows.push_back({part.kind == Part::Kind::input ? "Input" : part.title, part.name,
                        part.shape.empty() ? "-" : part.shape,
                        part.kind != Part::Kind::layer ? "-"
                        : part.shared                  ? "as above"
                                                       : human_count(part.parameters)});
  return out;
}

std::string network_sentence(const Model& model, const Structure& structure) {
  const int64_t all = model.count_params();
  int64_t learned = 0;
  for (const Variable& weight : model.trainable_weights()) learned += weight.size();
  const size_t layers = size_t(std::count_if(structure.parts.begin(), structure.parts.end(), [](const Part& part) {
    return part.kind == Part::Kind::layer && !part.shared;
  }));
  std::string out = fmt::format("{} with {} parameters ({} as 32-bit numbers)",
                                layers == 1 ? std::string("One layer") : fmt::format("{} layers", layers),
                                human_count(all), human_bytes(uint64_t(all) * 4));
  if (learned != all) out += fmt::format(", of which {} are learned", human_count(learned));
  return out + ".";
}

std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{:.5g}", value) : fmt::format("{}", value);
}

// All epochs, or of a long training some, with the first and the last.
std::vector<size_t> shown_epochs(size_t count) {
  std::set<size_t> out;
  for (size_t i = 0; i < std::min(count, most_epochs); ++i)
    out.insert(count <= most_epochs ? i : i * (count - 1) / (most_epochs - 1));
  return {out.begin(), out.end()};
}

Table epoch_table(const History& history) {
  Table out{{"epoch"}, {}};
  size_t count = 0;
  for (const auto& [name, numbers] : history.history) {
    out.header.push_back(name);
    count = std::max(count, numbers.size());
  }
  for (size_t i : shown_epochs(count)) {
    out.rows.push_back({std::to_string(i < history.epoch.size() ? history.epoch[i] + 1 : int(i) + 1)});
    for (const auto& entry : history.history)
      out.rows.back().push_back(i < entry.second.size() ? number(entry.second[i]) : std::string("-"));
  }
  return out;
}

bool has_numbers(const History& history) {
  return std::any_of(history.history.begin(), history.history.end(),
                     [](const auto& entry) { return !entry.second.empty(); });
}

std::string training_sentence(const RunReport& report) {
  size_t epochs = 0;
  for (const auto& entry : report.history.history) epochs = std::max(epochs, entry.second.size());
  if (epochs == 0 && report.seconds <= 0) return {};
  std::string out = epochs == 1 ? "One epoch" : fmt::format("{} epochs", human_count(int64_t(epochs)));
  if (report.seconds > 0) out += " in " + human_duration(report.seconds);
  return out + ".";
}

}  // namespace

std::string data_section(Page& page) {
  const RunReport& report = page.report;
  std::string out = paragraph(report.data);
  if (report.training_samples > 0)
    out += element("p", human_count(report.training_samples) + " samples to learn from" +
                            (report.held_out_samples > 0
                                 ? ", " + human_count(report.held_out_samples) + " held out to judge by."
                                 : ".")) +
           "\n";
  out += class_bars(page);
  if (!report.preview.empty()) out += element("h3", "A few of them") + pictures(report.preview, "sample");
  if (!report.preview_note.empty()) {
    std::vector<std::string> lines = split(report.preview_note, '\n');
    for (std::string& line : lines) line = xml_text(line);
    out += "<pre>" + join(lines, "\n") + "</pre>\n";
  }
  if (!report.columns.header.empty()) out += element("h3", "Columns") + table(report.columns);
  return section("data", "What the data was", out);
}

std::string network_section(Page& page) {
  if (!page.report.model) return {};
  const Model& model = *page.report.model;
  const Structure structure = structure_of(model);
  std::string out = paragraph(network_sentence(model, structure));
  const std::string picture = diagram_svg(structure), layers = table(layer_table(structure));
  if (picture.empty()) return section("network", "What the network is", out + layers);
  // A drawing that is hardly wider than a phone may shrink to it; a wider one would become unreadable and scrolls.
  const bool fits = diagram_width(structure) < 420;
  const std::string drawing =
      fmt::format("<div class=\"scroll{}\" tabindex=\"0\">{}</div>", fits ? " fits" : "", picture);
  if (structure.parts.size() > most_boxes)
    return section("network", "What the network is",
                   out + details("diagram", drawing) + details("layers", layers, true));
  return section("network", "What the network is",
                 out + "<div class=\"network" + (fits ? "" : " large") + "\">" + drawing + "<div class=\"beside\">" +
                     layers + "</div></div>\n");
}

std::string training_section(Page& page) {
  const RunReport& report = page.report;
  std::string out = paragraph(training_sentence(report));
  if (!has_numbers(report.history)) return section("training", "What happened", out);
  std::string charts;
  if (page.charts)
    for (const plot::Figure& figure : curve_figures(report.history)) charts += chart(page, figure, "");
  if (!charts.empty()) out += "<div class=\"charts\">" + charts + "</div>\n";
  out += details("the numbers of each epoch", table(epoch_table(report.history)), charts.empty());
  return section("training", "What happened", out);
}

}  // namespace cajal::report::internal
