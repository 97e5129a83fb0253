#include "cajal/report/report.h"

#include <fmt/format.h>

#include <cmath>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/base/xml.h"
#include "cajal/report/internal/html.h"

namespace cajal::report {
namespace {

using namespace internal;

constexpr const char* headings[][2] = {{"data", "Data"},
                                       {"network", "Network"},
                                       {"training", "Training"},
                                       {"errors", "Mistakes"},
                                       {"again", "Do it again"}};

double trace(const Tensor& counts) {
  double sum = 0;
  for (int64_t i = 0; i < counts.dim(0); ++i) sum += counts.at({i, i});
  return sum;
}

double total(const Tensor& counts) {
  double sum = 0;
  for (double value : counts.values<double>()) sum += value;
  return sum;
}

std::string fact(const std::string& what, const std::string& value) {
  return "<div><dt>" + xml_text(what) + "</dt><dd>" + xml_text(value) + "</dd></div>";
}

std::string facts(const RunReport& report) {
  std::string out;
  if (report.confusion.defined() && total(report.confusion) > 0) {
    const double all = total(report.confusion), right = trace(report.confusion);
    out += fact("right on held-out data", percent(right / all));
    out += fact("wrong", human_count(int64_t(all - right)) + " of " + human_count(int64_t(all)));
  }
  if (report.model && report.model->count_params() > 0)
    out += fact("parameters", human_count(report.model->count_params()));
  if (report.training_samples > 0) out += fact("samples to learn from", human_count(report.training_samples));
  if (report.seconds > 0) out += fact("training time", human_duration(report.seconds));
  return out.empty() ? out : "<dl class=\"facts\">" + out + "</dl>\n";
}

std::string finding(const char* kind, const std::string& title, const std::string& text) {
  return fmt::format("<li class=\"{}\"><strong>{}</strong><span>{}</span></li>\n", kind, xml_text(title),
                     xml_text(text));
}

std::string findings_list(const RunReport& report) {
  std::string out;
  for (const std::string& warning : report.warnings) out += finding("warning", "Note", warning);
  for (const Finding& found : findings(report.history, report.confusion, report.classes))
    out += finding(found.kind == Finding::Kind::good     ? "good"
                   : found.kind == Finding::Kind::advice ? "advice"
                                                         : "warning",
                   found.title, found.text);
  return out.empty() ? out : "<ul class=\"findings\" aria-label=\"What the numbers say\">" + out + "</ul>\n";
}

std::string navigation(const std::string& body) {
  std::string out;
  for (const auto& [id, words] : headings)
    if (body.find(fmt::format("<section id=\"{}\"", id)) != std::string::npos)
      out += fmt::format("<li><a href=\"#{}\">{}</a></li>", id, words);
  return "<nav aria-label=\"Sections\"><ul>" + out + "</ul></nav>\n";
}

void check(const RunReport& report) {
  const Tensor& counts = report.confusion;
  if (counts.defined() && (counts.rank() != 2 || counts.dim(0) != counts.dim(1) || counts.size() == 0))
    fail("the report's confusion matrix has the shape " + counts.shape().text(), "[classes, classes]");
}

// [n, rows, columns, ...] of pictures that all have the first one's shape; undefined where they differ.
Tensor stacked(const std::vector<Picture>& pictures) {
  const Tensor& first = pictures[0].image;
  Shape shape = first.shape();
  shape.insert(0, int64_t(pictures.size()));
  Tensor out(shape, first.dtype());
  for (size_t i = 0; i < pictures.size(); ++i) {
    if (!(pictures[i].image.shape() == first.shape()) || pictures[i].image.dtype() != first.dtype()) return {};
    out[int64_t(i)].assign(pictures[i].image);
  }
  return out;
}

/// Writes a run's pictures and remembers their names.
class PictureWriter {
 public:
  explicit PictureWriter(const Path& folder) : folder_(folder) {}

  void write(const plot::Figure& figure, const std::string& name, const std::vector<std::string>& endings) {
    for (const std::string& ending : endings) {
      figure.save(folder_ / (name + ending));
      names.push_back(name + ending);
    }
  }

  std::vector<std::string> names;

 private:
  Path folder_;
};

std::vector<std::string> write_pictures(const Path& folder, const RunReport& report) {
  PictureWriter out(folder);
  const std::vector<std::string> both = {".svg", ".png"};
  if (!curve_figures(report.history).empty()) out.write(curves_figure(report.history), "curves", both);
  if (report.confusion.defined()) out.write(confusion_figure(report.confusion, report.classes), "confusion", both);
  if (report.decision) out.write(decision_figure(*report.decision), "decision", both);
  if (report.regression)
    out.write(regression_figure(report.regression->truth, report.regression->predicted, report.regression->target),
              "regression", both);
  if (report.mistakes.empty()) return out.names;
  std::vector<std::string> captions;
  for (const Picture& picture : report.mistakes) {
    std::string lines = picture.caption;
    for (size_t at = lines.find(", "); at != std::string::npos; at = lines.find(", ", at)) lines.replace(at, 2, "\n");
    captions.push_back(std::move(lines));
  }
  const Tensor images = stacked(report.mistakes);
  if (images.defined()) out.write(mistakes_figure(images, captions), "mistakes", {".png"});
  return out.names;
}

}  // namespace

std::string report_html(const RunReport& report) {
  check(report);
  Page page{report, plot::available()};
  const std::string body =
      data_section(page) + network_section(page) + training_section(page) + errors_section(page) + again_section(page);
  const std::string title = report.title.empty() ? "A run" : report.title;
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\"/>\n<title>" +
      xml_text(title) + "</title>\n<style>" + style() + "</style>\n</head>\n<body>\n<header>\n";
  out += element("h1", title) + "\n";
  if (!report.result.empty()) out += "<p class=\"result\">" + xml_text(report.result) + "</p>\n";
  if (!report.date.empty()) out += "<p class=\"date\">" + xml_text(report.date) + "</p>\n";
  out += facts(report) + findings_list(report) + navigation(body) + "</header>\n<main>\n" + body + "</main>\n<footer>";
  if (!page.charts)
    out +=
        "<p>The charts are missing: gnuplot was not on the machine (apt-get install gnuplot-nox). The numbers behind "
        "them stand above.</p>";
  return out +
         "<p>Made by Cajal. This page is one file: it can be sent, kept and printed as it "
         "is.</p></footer>\n</body>\n</html>\n";
}

std::vector<std::string> write_report(const Path& folder, RunReport report) {
  std::vector<std::string> names = {"report.html"};
  if (plot::available())
    for (std::string& name : write_pictures(folder, report)) names.push_back(std::move(name));
  report.files.insert(report.files.end(), names.begin() + 1, names.end());
  write_file_atomically(folder / names[0], std::string_view(report_html(report)));
  return names;
}

std::string history_csv(const History& history) {
  std::string out = "epoch";
  size_t count = history.epoch.size();
  for (const auto& [name, numbers] : history.history) {
    out += "," + name;
    count = std::max(count, numbers.size());
  }
  out += "\n";
  for (size_t i = 0; i < count; ++i) {
    out += std::to_string(i < history.epoch.size() ? history.epoch[i] + 1 : int(i) + 1);
    for (const auto& entry : history.history)
      out += i < entry.second.size() ? fmt::format(",{}", entry.second[i]) : std::string(",");
    out += "\n";
  }
  return out;
}

}  // namespace cajal::report
