#include "cajal/report/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "cajal/base/error.h"
#include "cajal/base/text.h"

namespace cajal::report {
namespace {

using Kind = Finding::Kind;
using Numbers = std::vector<double>;

const Numbers* metric(const History& history, std::string_view name) {
  for (const auto& entry : history.history)
    if (entry.first == name && !entry.second.empty()) return &entry.second;
  return nullptr;
}

int epoch_at(const History& history, size_t index) {
  return index < history.epoch.size() ? history.epoch[index] + 1 : int(index) + 1;
}

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

bool all_finite(const Numbers& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double value) { return std::isfinite(value); });
}

void look_for_nan(const History& history, std::vector<Finding>& out) {
  for (const auto& [name, numbers] : history.history)
    for (size_t i = 0; i < numbers.size(); ++i)
      if (!std::isfinite(numbers[i])) {
        out.push_back({Kind::warning, "The numbers broke",
                       fmt::format("{} became {} in epoch {}, and what follows means nothing. Try a smaller learning "
                                   "rate, or clip the gradients (clipnorm); look for extreme values in the data.",
                                   name, std::isnan(numbers[i]) ? "NaN" : "infinite", epoch_at(history, i))});
        return;
      }
}

void look_for_no_learning(const Numbers& loss, std::vector<Finding>& out) {
  if (loss.size() < 2 || !all_finite(loss)) return;
  if (loss.back() < loss.front() * 0.99 || loss.back() <= 0) return;
  out.push_back(
      {Kind::warning, "It did not learn",
       fmt::format("The training loss was {:.4g} after the first epoch and {:.4g} after the last. Try another "
                   "learning rate (ten times smaller, ten times larger), and check that labels and inputs "
                   "belong together.",
                   loss.front(), loss.back())});
}

// The validation loss rises from its lowest point while the training loss goes on falling.
bool look_for_overfitting(const History& history, const Numbers& loss, const Numbers& held_out,
                          std::vector<Finding>& out) {
  if (loss.size() < 3 || held_out.size() != loss.size() || !all_finite(loss) || !all_finite(held_out)) return false;
  const size_t best = size_t(std::min_element(held_out.begin(), held_out.end()) - held_out.begin());
  if (best + 2 >= held_out.size() || loss.back() >= loss[best]) return false;  // one bad epoch says little
  for (size_t i = held_out.size() - 2; i < held_out.size(); ++i)
    if (held_out[i] < held_out[best] * 1.05) return false;
  out.push_back(
      {Kind::warning, "It learned its data by heart",
       fmt::format("From epoch {} on the training loss falls (to {:.4g}) while the loss on data that it has not "
                   "seen rises (from {:.4g} to {:.4g}). Try stopping early, dropout, a smaller network, or "
                   "more data.",
                   epoch_at(history, best), loss.back(), held_out[best], held_out.back())});
  return true;
}

void look_for_gap(const History& history, std::vector<Finding>& out) {
  const Numbers* seen = metric(history, "accuracy");
  const Numbers* unseen = metric(history, "val_accuracy");
  if (!seen || !unseen || !(seen->back() - unseen->back() > 0.1)) return;
  out.push_back({Kind::advice, "It knows its own data much better",
                 fmt::format("{} right on the data it learned from, {} on data that it has not seen. Try dropout, a "
                             "smaller network, or more data.",
                             percent(seen->back()), percent(unseen->back()))});
}

// The lowest loss is the last one, and the last fifth of the epochs made a difference.
void look_for_early_end(const Numbers& watched, std::vector<Finding>& out) {
  if (watched.size() < 3 || !all_finite(watched) || watched.front() <= 0) return;
  const size_t before = watched.size() - 1 - std::max<size_t>(1, watched.size() / 5);
  const double lowest = *std::min_element(watched.begin(), watched.end());
  if (watched.back() > lowest || watched.back() > watched[before] * 0.95) return;
  out.push_back(
      {Kind::advice, "It was still improving",
       fmt::format("The loss fell from {:.4g} to {:.4g} in the last {} and had not levelled out: more epochs "
                   "are likely to help.",
                   watched[before], watched.back(),
                   watched.size() - 1 - before == 1 ? std::string("epoch")
                                                    : fmt::format("{} epochs", watched.size() - 1 - before))});
}

struct Counts {
  std::vector<double> of_class, answered;
  double total = 0, right = 0;
};

Counts counts_of(const Tensor& confusion) {
  if (confusion.rank() != 2 || confusion.dim(0) != confusion.dim(1))
    fail("a confusion matrix has the shape " + confusion.shape().text(), "[classes, classes]");
  const int64_t classes = confusion.dim(0);
  const std::vector<double> values = confusion.values<double>();
  Counts out;
  out.of_class.resize(size_t(classes)), out.answered.resize(size_t(classes));
  for (int64_t truth = 0; truth < classes; ++truth)
    for (int64_t answer = 0; answer < classes; ++answer) {
      const double count = values[size_t(truth * classes + answer)];
      out.of_class[size_t(truth)] += count;
      out.answered[size_t(answer)] += count;
      out.total += count;
      if (truth == answer) out.right += count;
    }
  return out;
}

void look_at_confusion(const Tensor& confusion, const std::vector<std::string>& classes, std::vector<Finding>& out) {
  const Counts counts = counts_of(confusion);
  if (counts.total <= 0 || counts.of_class.size() < 2) return;
  const auto largest = std::max_element(counts.of_class.begin(), counts.of_class.end());
  const double accuracy = counts.right / counts.total, guessing = *largest / counts.total;
  if (accuracy <= guessing + 0.01)
    out.push_back({Kind::warning, "No better than a guess",
                   fmt::format("{} of the answers are right; always answering '{}' would give {}.", percent(accuracy),
                               class_name(classes, largest - counts.of_class.begin()), percent(guessing))});
  else if (accuracy - guessing < (1 - guessing) / 4)
    out.push_back(
        {Kind::advice, "Little better than a guess",
         fmt::format("{} of the answers are right; always answering '{}' would give {}. Try more epochs, "
                     "another learning rate, a larger network, or inputs that say more.",
                     percent(accuracy), class_name(classes, largest - counts.of_class.begin()), percent(guessing))});
  std::vector<std::string> silent;
  for (size_t i = 0; i < counts.of_class.size(); ++i)
    if (counts.of_class[i] > 0 && counts.answered[i] == 0)
      silent.push_back("'" + class_name(classes, int64_t(i)) + "'");
  if (silent.empty()) return;
  const size_t count = silent.size();
  if (count > 5) silent.resize(5), silent.push_back(fmt::format("and {} more", count - 5));
  out.push_back({Kind::warning, count == 1 ? "A class that is never answered" : "Classes that are never answered",
                 fmt::format("The network never answers {}. Try more samples of {}, or class weights.",
                             join(silent, ", "), count == 1 ? "this class" : "these classes")});
}

}  // namespace

std::string class_name(const std::vector<std::string>& classes, int64_t index) {
  return index >= 0 && size_t(index) < classes.size() ? classes[size_t(index)] : std::to_string(index);
}

std::vector<Finding> findings(const History& history, const Tensor& confusion,
                              const std::vector<std::string>& classes) {
  std::vector<Finding> out;
  const Numbers* loss = metric(history, "loss");
  const Numbers* held_out = metric(history, "val_loss");
  look_for_nan(history, out);
  const bool broken = !out.empty();
  if (loss && !broken) {
    look_for_no_learning(*loss, out);
    const bool by_heart = held_out && look_for_overfitting(history, *loss, *held_out, out);
    if (!by_heart) look_for_gap(history, out);
    look_for_early_end(held_out ? *held_out : *loss, out);
  }
  if (confusion.defined()) look_at_confusion(confusion, classes, out);
  std::stable_sort(out.begin(), out.end(), [](const Finding& a, const Finding& b) { return a.kind > b.kind; });
  if (out.empty() && loss && held_out && loss->size() > 2 && held_out->back() < held_out->front())
    out.push_back({Kind::good, "Nothing unusual",
                   "The loss fell on the training data and on data that the network has not seen."});
  return out;
}

}  // namespace cajal::report
