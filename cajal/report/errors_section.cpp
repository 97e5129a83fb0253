// Where the network errs, and how to do it again.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "cajal/base/text.h"
#include "cajal/base/xml.h"
#include "cajal/report/internal/html.h"

namespace cajal::report::internal {
namespace {

constexpr int64_t most_cells = 60;    // classes of a matrix that can still be looked at
constexpr int64_t most_columns = 30;  // of its table
constexpr size_t most_classes_drawn = 40;

struct Confusion {
  int64_t classes;
  std::vector<double> counts;

  explicit Confusion(const Tensor& given) : classes(given.dim(0)), counts(given.values<double>()) {}
  double at(int64_t truth, int64_t answer) const { return counts[size_t(truth * classes + answer)]; }
  double of_class(int64_t truth) const {
    double sum = 0;
    for (int64_t answer = 0; answer < classes; ++answer) sum += at(truth, answer);
    return sum;
  }
};

Table confusion_table(const Confusion& confusion, const std::vector<std::string>& names) {
  Table out{{"truth \\ answer"}, {}};
  for (int64_t answer = 0; answer < confusion.classes; ++answer) out.header.push_back(class_name(names, answer));
  for (int64_t truth = 0; truth < confusion.classes; ++truth) {
    out.rows.push_back({class_name(names, truth)});
    for (int64_t answer = 0; answer < confusion.classes; ++answer)
      out.rows.back().push_back(human_count(int64_t(confusion.at(truth, answer))));
  }
  return out;
}

// "3 taken for 8, 12 times": the commonest mistakes.
Table common_mistakes(const Confusion& confusion, const std::vector<std::string>& names) {
  struct Mistake {
    int64_t truth, answer;
    double count;
  };
  std::vector<Mistake> all;
  for (int64_t truth = 0; truth < confusion.classes; ++truth)
    for (int64_t answer = 0; answer < confusion.classes; ++answer)
      if (truth != answer && confusion.at(truth, answer) > 0)
        all.push_back({truth, answer, confusion.at(truth, answer)});
  std::stable_sort(all.begin(), all.end(), [](const Mistake& a, const Mistake& b) { return a.count > b.count; });
  if (all.size() > 8) all.resize(8);
  Table out{{"is", "taken for", "times", "share of the class"}, {}};
  for (const Mistake& mistake : all)
    out.rows.push_back({class_name(names, mistake.truth), class_name(names, mistake.answer),
                        human_count(int64_t(mistake.count)),
                        percent(mistake.count / confusion.of_class(mistake.truth))});
  return out;
}

std::string accuracy_bars(Page& page, const Confusion& confusion) {
  std::vector<std::string> names;
  std::vector<double> shares;
  Table numbers{{"class", "right", "of", "accuracy"}, {}};
  for (int64_t i = 0; i < confusion.classes; ++i) {
    const double total = confusion.of_class(i), share = total > 0 ? confusion.at(i, i) / total : NAN;
    names.push_back(class_name(page.report.classes, i));
    shares.push_back(100 * share);
    numbers.rows.push_back({names.back(), human_count(int64_t(confusion.at(i, i))), human_count(int64_t(total)),
                            total > 0 ? percent(share) : "-"});
  }
  std::string out;
  if (names.size() <= most_classes_drawn)
    out = chart(
        page,
        [&] {
          plot::Figure figure = bars_figure(names, shares, "% right");
          figure.axes().set_xlim(0, 100);
          return figure;
        },
        "How many of each class were right");
  return out + details("accuracy of each class, as numbers", table(numbers), out.empty());
}

std::string confusion_part(Page& page) {
  const Tensor& given = page.report.confusion;
  if (!given.defined()) return {};
  std::string matrix;
  const auto make = [&] { return confusion_figure(given, page.report.classes); };
  if (given.dim(0) <= most_cells)
    matrix = chart(page, make,
                   "Each row is what a sample is, each column what it was taken for; blue is right, orange "
                   "wrong");
  const Confusion confusion(given);
  if (confusion.classes <= most_columns)
    matrix += details("the matrix as a table", table(confusion_table(confusion, page.report.classes)), matrix.empty());
  std::string out =
      "<div class=\"charts\"><div>" + matrix + "</div><div>" + accuracy_bars(page, confusion) + "</div></div>\n";
  const Table common = common_mistakes(confusion, page.report.classes);
  if (!common.rows.empty()) out += element("h3", "The commonest mistakes") + table(common, 2);
  return out;
}

std::string mistakes_part(const RunReport& report) {
  if (report.mistakes.empty()) return {};
  std::string out = element("h3", "The worst mistakes");
  if (!report.mistakes_note.empty()) out += "<p class=\"note\">" + xml_text(report.mistakes_note) + "</p>\n";
  return out + pictures(report.mistakes, "mistake");
}

std::string regression_part(Page& page) {
  if (!page.report.regression) return {};
  const Regression& given = *page.report.regression;
  const std::vector<double> truth = plot::Values(given.truth).numbers(),
                            answers = plot::Values(given.predicted).numbers();
  std::string charts;
  if (page.charts)
    for (const plot::Figure& figure : regression_figures(given.truth, given.predicted, given.target))
      charts += chart(page, figure, figure.options().alt);
  if (!charts.empty()) charts = "<div class=\"charts\">" + charts + "</div>\n";
  double off = 0, square = 0, mean = 0, spread = 0;
  for (size_t i = 0; i < truth.size() && i < answers.size(); ++i) {
    off += std::abs(answers[i] - truth[i]);
    square += (answers[i] - truth[i]) * (answers[i] - truth[i]);
    mean += truth[i];
  }
  const double count = double(std::max<size_t>(1, truth.size()));
  mean /= count;
  for (double value : truth) spread += (value - mean) * (value - mean);
  Table numbers{{"measure", "value"}, {}};
  numbers.rows.push_back({"samples", human_count(int64_t(truth.size()))});
  numbers.rows.push_back({"off by, on average (mean absolute error)", fmt::format("{:.4g}", off / count)});
  numbers.rows.push_back({"root mean square error", fmt::format("{:.4g}", std::sqrt(square / count))});
  if (spread > 0)
    numbers.rows.push_back({"share of the differences explained (R²)", fmt::format("{:.4f}", 1 - square / spread)});
  return charts + table(numbers);
}

std::string decision_part(Page& page) {
  if (!page.report.decision) return {};
  return chart(
      page, [&] { return decision_figure(*page.report.decision); },
      "The answer everywhere in the plane: the stronger the colour, the surer");
}

}  // namespace

std::string errors_section(Page& page) {
  const RunReport& report = page.report;
  std::string out = decision_part(page) + regression_part(page) + confusion_part(page) + mistakes_part(report);
  if (!report.worst_rows.rows.empty())
    out += element("h3", "The rows that were predicted worst") + table(report.worst_rows);
  return section("errors", "Where it errs", out);
}

std::string again_section(Page& page) {
  const RunReport& report = page.report;
  std::string out;
  if (!report.command.empty()) out += "<pre class=\"command\"><code>" + xml_text(report.command) + "</code></pre>\n";
  Table made{{"made with", ""}, {}};
  if (!report.versions.empty()) made.rows.push_back({"versions", report.versions});
  if (!report.machine.empty()) made.rows.push_back({"machine", report.machine});
  if (!report.files.empty()) made.rows.push_back({"files beside this page", join(report.files, "  ")});
  if (!made.rows.empty()) out += table(made);
  if (!report.configuration.is_null()) {
    std::string lines;
    for (const std::string& line : split(report.configuration.json(2), '\n')) lines += xml_text(line) + "\n";
    out += details("the whole configuration", "<pre>" + lines + "</pre>", false, "paper");
  }
  return section("again", "How to do it again", out);
}

}  // namespace cajal::report::internal
