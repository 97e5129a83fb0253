// Einstein's sums, as transposes, reshapes and matrix products.
#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "cajal/base/text.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/linear_algebra.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

// A tensor and one label per axis.
struct Labelled {
  Var value;
  std::string labels;
};

struct Equation {
  std::vector<std::string> inputs;
  std::string output;
  bool explicit_output = false;
};

bool has(const std::string& labels, char label) { return labels.find(label) != std::string::npos; }

std::string without_spaces(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  return text;
}

Equation parse(const std::string& text) {
  Equation out;
  const std::string plain = without_spaces(text);
  const size_t arrow = plain.find("->");
  out.inputs = split(std::string_view(plain).substr(0, arrow), ',');
  out.explicit_output = arrow != std::string::npos;
  if (out.explicit_output) out.output = plain.substr(arrow + 2);
  return out;
}

// Labels with "..." written out as digits: '9' is the last axis that it stands for.
std::string expanded(const std::string& labels, int rank, const std::string& equation) {
  const size_t dots = labels.find("...");
  const int named = int(labels.size()) - (dots == std::string::npos ? 0 : 3), rest = rank - named;
  if (rest < 0 || rest > 10 || (dots == std::string::npos && rest != 0))
    fail("einsum '" + equation + "': '" + labels + "' names " + std::to_string(named) + " axes of a tensor of " +
         std::to_string(rank));
  std::string out = labels;
  if (dots != std::string::npos) out.replace(dots, 3, std::string("0123456789").substr(size_t(10 - rest)));
  for (char label : out)
    if (!std::isalnum(static_cast<unsigned char>(label)))
      fail("einsum '" + equation + "': '" + std::string(1, label) + "' is no label", "letters, ',', '->' and '...'");
  return out;
}

// The labels of the result: "..." stands for as many axes as in any input.
std::string result_labels(const Equation& equation, const std::vector<Labelled>& inputs, const std::string& text) {
  std::map<char, int> counts;
  for (const Labelled& input : inputs)
    for (char label : input.labels) ++counts[label];
  std::string dots, once;
  for (const auto& [label, count] : counts) {
    if (std::isdigit(static_cast<unsigned char>(label))) dots += label;
    else if (count == 1) once += label;
  }
  if (!equation.explicit_output) return dots + once;
  std::string out = equation.output;
  if (const size_t at = out.find("..."); at != std::string::npos) out.replace(at, 3, dots);
  for (char label : out)
    if (!counts.count(label) || std::count(out.begin(), out.end(), label) > 1)
      fail("einsum '" + text + "': the result's label '" + std::string(1, label) +
           "' must stand in an input, and once");
  return out;
}

void check_sizes(const std::vector<Labelled>& inputs, const std::string& text) {
  std::map<char, Dim> sizes;
  for (const Labelled& input : inputs)
    for (size_t i = 0; i < input.labels.size(); ++i) {
      const Dim& size = input.value.dim(int(i));
      const auto found = sizes.emplace(input.labels[i], size).first;
      if (!(found->second == size))
        fail("einsum '" + text + "': label '" + std::string(1, input.labels[i]) + "' is " + found->second.text() +
             " in one place and " + size.text() + " in another");
    }
}

// A label that stands twice takes the diagonal of its axes, which becomes the last axis.
void take_diagonals(Labelled& x) {
  for (size_t i = 0; i < x.labels.size(); ++i) {
    const char label = x.labels[i];
    const size_t again = x.labels.find(label, i + 1);
    if (again == std::string::npos) continue;
    x.value = diagonal(x.value, 0, int(i), int(again));
    x.labels.erase(again, 1).erase(i, 1).push_back(label);
    --i;
  }
}

void sum_out(Labelled& x, const std::string& keep) {
  std::vector<int> axes;
  std::string left;
  for (size_t i = 0; i < x.labels.size(); ++i) {
    if (has(keep, x.labels[i])) left += x.labels[i];
    else axes.push_back(int(i));
  }
  if (axes.empty()) return;
  x = {sum(x.value, axes), left};
}

Var in_order(const Labelled& x, const std::string& labels) {
  std::vector<int> axes;
  for (char label : labels) axes.push_back(int(x.labels.find(label)));
  return axes.empty() || x.labels == labels ? x.value : transpose(x.value, axes);
}

// The labels of `a` that stand in `b` too, or that do not.
std::string common(const std::string& a, const std::string& b, bool in_both) {
  std::string out;
  for (char label : a)
    if (has(b, label) == in_both) out += label;
  return out;
}

// The axes [from, to) of x as one.
Var merge_axes(const Var& x, int from, int to) {
  Shape shape = x.shape().slice(0, from);
  shape.push_back(x.shape().slice(from, to).size());
  for (int axis = to; axis < x.rank(); ++axis) shape.push_back(x.dim(axis));
  return reshape(x, shape);
}

Var product_of_matrices(const Labelled& a, const Labelled& b, const std::string& batch, const std::string& inner,
                        const std::string& rows, const std::string& columns) {
  const int leading = int(batch.size()), of_rows = int(rows.size()), of_inner = int(inner.size());
  Var left = in_order(a, batch + rows + inner), right = in_order(b, batch + inner + columns);
  Shape out = left.shape().slice(0, leading + of_rows);
  for (int axis = leading + of_inner; axis < right.rank(); ++axis) out.push_back(right.dim(axis));
  left = merge_axes(merge_axes(left, leading + of_rows, left.rank()), leading, leading + of_rows);
  right = merge_axes(merge_axes(right, leading + of_inner, right.rank()), leading, leading + of_inner);
  return reshape(matmul(left, right), out);
}

// Nothing is summed: each element times each that belongs to it.
Var product_of_elements(const Labelled& a, const Labelled& b, const std::string& batch, const std::string& rows,
                        const std::string& columns) {
  Var left = in_order(a, batch + rows), right = in_order(b, batch + columns);
  for (size_t i = 0; i < columns.size(); ++i) left = expand_dims(left, left.rank());
  for (size_t i = 0; i < rows.size(); ++i) right = expand_dims(right, int(batch.size()));
  return multiply(left, right);
}

Labelled contract(Labelled a, Labelled b, const std::string& keep) {
  sum_out(a, keep + b.labels);
  sum_out(b, keep + a.labels);
  const std::string both = common(a.labels, b.labels, true);
  const std::string batch = common(both, keep, true), inner = common(both, keep, false);
  const std::string rows = common(a.labels, b.labels, false), columns = common(b.labels, a.labels, false);
  const Var value = inner.empty() ? product_of_elements(a, b, batch, rows, columns)
                                  : product_of_matrices(a, b, batch, inner, rows, columns);
  return {value, batch + rows + columns};
}

}  // namespace

Var einsum(const std::string& equation, const Vars& inputs) {
  const Equation parsed = parse(equation);
  if (parsed.inputs.size() != inputs.size())
    fail("einsum '" + equation + "' names " + std::to_string(parsed.inputs.size()) + " inputs and was given " +
         std::to_string(inputs.size()));
  std::vector<Labelled> terms;
  for (size_t i = 0; i < inputs.size(); ++i)
    terms.push_back({inputs[i], expanded(parsed.inputs[i], inputs[i].rank(), equation)});
  check_sizes(terms, equation);
  const std::string result = result_labels(parsed, terms, equation);
  for (Labelled& term : terms) take_diagonals(term);
  Labelled all = terms[0];
  for (size_t i = 1; i < terms.size(); ++i) {
    std::string keep = result;
    for (size_t later = i + 1; later < terms.size(); ++later) keep += terms[later].labels;
    all = contract(all, terms[i], keep);
  }
  sum_out(all, result);
  return in_order(all, result);
}

}  // namespace cajal
