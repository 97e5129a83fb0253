#include "apps/cli/confusion.h"

#include <fmt/format.h>

#include <algorithm>

#include "cajal/base/error.h"
#include "cajal/base/text.h"

namespace cajal::cli {
namespace {

// "a 4", "an 8", "an Ankle boot".
std::string with_article(const std::string& name) {
  const char first = name.empty() ? ' ' : lower(name)[0];
  const bool vowel = std::string_view("aeio").find(first) != std::string_view::npos;
  return (vowel || name == "8" || name == "11" || name == "18" ? "an " : "a ") + name;
}

}  // namespace

std::vector<int64_t> labels_of(const Dataset& data) {
  std::vector<int64_t> out;
  for (const Batch& batch : data.batch(1024)) {
    if (batch.y.empty()) fail("the data has no labels to compare with");
    const std::vector<int64_t> part = batch.y[0].values<int64_t>();
    out.insert(out.end(), part.begin(), part.end());
  }
  return out;
}

std::vector<int64_t> best_classes(const Tensor& scores) {
  const std::vector<float> values = scores.values<float>();
  const auto width = std::ptrdiff_t(scores.dim(scores.rank() - 1));
  std::vector<int64_t> out;
  for (auto row = values.begin(); row != values.end(); row += width)
    out.push_back(std::max_element(row, row + width) - row);
  return out;
}

Confusion confusion_of(const Tensor& scores, const std::vector<int64_t>& labels) {
  Confusion out;
  const std::vector<int64_t> taken = best_classes(scores);
  const auto most = int64_t(*std::max_element(labels.begin(), labels.end()));
  const auto classes = size_t(std::max(scores.dim(scores.rank() - 1), most + 1));
  out.counts.assign(classes, std::vector<int64_t>(classes));
  for (size_t i = 0; i < labels.size(); ++i) {
    ++out.counts[size_t(labels[i])][size_t(taken[i])];
    out.wrong += labels[i] != taken[i];
  }
  out.total = int64_t(labels.size());
  return out;
}

std::string text(const Confusion& confusion, const std::vector<std::string>& names) {
  int64_t most = 0, truth = 0, taken = 0;
  for (size_t i = 0; i < confusion.counts.size(); ++i)
    for (size_t j = 0; j < confusion.counts.size(); ++j)
      if (i != j && confusion.counts[i][j] > most)
        most = confusion.counts[i][j], truth = int64_t(i), taken = int64_t(j);
  std::string out = fmt::format("{:.2f} % right ({} of {} wrong", 100 * confusion.accuracy(),
                                human_count(confusion.wrong), human_count(confusion.total));
  if (most > 1)
    out += fmt::format("; most often {} taken for {}", with_article(class_name(names, truth)),
                       with_article(class_name(names, taken)));
  return out + ")";
}

}  // namespace cajal::cli
