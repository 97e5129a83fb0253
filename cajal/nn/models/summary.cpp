// The table of a model's layers, drawn as Keras draws it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cajal/base/text.h"
#include "cajal/base/utf8.h"
#include "cajal/nn/internal/model_state.h"

namespace cajal {
namespace {

struct Column {
  std::string title;
  enum class Align { left, centre, right } align;
  int width;  // with one space on both sides
};
using Cells = std::vector<std::string>;

// Lines of at most `width` characters, broken at spaces; a word that is longer ends in an ellipsis.
Cells wrapped(const std::string& text, size_t width) {
  if (character_count(text) <= width) return {text};
  const size_t indent = text.find_first_not_of(' ');
  Cells lines;
  std::string line(indent == std::string::npos ? 0 : indent, ' ');
  bool empty = true;
  for (std::string word : split(std::string_view(text).substr(line.size()), ' ')) {
    if (character_count(word) > width) word = std::string(first_characters(word, width - 1)) + "…";
    if (!empty && character_count(line) + 1 + character_count(word) > width) {
      lines.push_back(line);
      line.clear();
      empty = true;
    }
    line += (empty ? "" : " ") + word;
    empty = false;
  }
  lines.push_back(line);
  return lines;
}

std::string rule(const std::vector<Column>& columns, const char* left, const char* line, const char* cross,
                 const char* right) {
  std::string out = left;
  for (size_t i = 0; i < columns.size(); ++i) {
    for (int k = 0; k < columns[i].width; ++k) out += line;
    out += i + 1 < columns.size() ? cross : right;
  }
  return out + "\n";
}

std::string padded(const std::string& text, const Column& column) {
  const size_t room = size_t(column.width - 2), free = room - std::min(room, character_count(text));
  const size_t before = column.align == Column::Align::right    ? free
                        : column.align == Column::Align::centre ? free / 2
                                                                : 0;
  return " " + std::string(before, ' ') + text + std::string(free - before, ' ') + " ";
}

std::string row(const std::vector<Column>& columns, const Cells& cells, const char* bar) {
  std::vector<Cells> lines;
  size_t height = 1;
  for (size_t i = 0; i < columns.size(); ++i) {
    lines.push_back(wrapped(cells[i], size_t(columns[i].width - 2)));
    height = std::max(height, lines.back().size());
  }
  std::string out;
  for (size_t line = 0; line < height; ++line) {
    out += bar;
    for (size_t i = 0; i < columns.size(); ++i)
      out += padded(line < lines[i].size() ? lines[i][line] : "", columns[i]) + bar;
    out += "\n";
  }
  return out;
}

// Where the columns end, as shares of the line; what borders and margins take is cut off all of them alike.
void set_widths(std::vector<Column>& columns, const std::vector<double>& ends, int line_length) {
  int current = 0, total = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    const int width = int(ends[i] * line_length) - current;
    current += width;
    columns[i].width = width + 2;
    total += columns[i].width;
  }
  int excess = total - (line_length - int(columns.size()) - 1);
  for (size_t i = 0; i < columns.size(); ++i) {
    const int share = int(std::nearbyint(double(excess) / double(columns.size() - i)));
    columns[i].width -= share;
    excess -= share;
    if (columns[i].width < 4)
      fail("a summary of " + std::to_string(line_length) + " characters a line has no room for its columns");
  }
}

std::string shape_text(const Shape& shape) {
  std::string out = "(";
  for (int axis = 0; axis < shape.rank(); ++axis)
    out += (axis ? ", " : "") + (shape[axis].is_symbolic() ? std::string("None") : shape[axis].text());
  return out + (shape.rank() == 1 ? ",)" : ")");
}

int64_t parameters(const LayerState& layer, bool only_trainable, bool frozen = false) {
  int64_t count = 0;
  frozen = frozen || !*layer.trainable;
  for (const auto& weight : layer.weights)
    if (!only_trainable || (weight.variable.trainable() && !frozen)) count += weight.variable.size();
  for (const auto& inner : layer.sublayers) count += parameters(*inner, only_trainable, frozen);
  return count;
}

int64_t bytes(const LayerState& layer, bool only_trainable, bool frozen = false) {
  int64_t count = 0;
  frozen = frozen || !*layer.trainable;
  for (const auto& weight : layer.weights)
    if (!only_trainable || (weight.variable.trainable() && !frozen)) count += int64_t(weight.variable.value().bytes());
  for (const auto& inner : layer.sublayers) count += bytes(*inner, only_trainable, frozen);
  return count;
}

std::string memory_text(int64_t bytes) {
  const char* units[] = {"B", "KB", "MB", "GB", "TB", "PB"};
  double size = double(bytes);
  int unit = 0;
  for (; size >= 1024 && unit < 5; ++unit) size /= 1024;
  return fmt::format("{:.2f} {}", size, units[unit]);
}

std::string total(const char* what, int64_t count, int64_t size) {
  return fmt::format(" {} params: {} ({})\n", what, human_count(count), memory_text(size));
}

/// Writes the rows of one model.
class Table {
 public:
  Table(const Model& model, const SummaryOptions& options) : model_(model), options_(options) {
    const bool chain = is_chain();
    columns_ = {{"Layer (type)", Column::Align::left, 0},
                {"Output Shape", Column::Align::left, 0},
                {"Param #", Column::Align::right, 0}};
    std::vector<double> ends = {0.45, 0.80, 1.0};
    int line = 88;
    if (!chain) {
      columns_.push_back({"Connected to", Column::Align::left, 0});
      ends = {0.3, 0.56, 0.74, 1.0};
      line = 108;
    }
    if (options.show_trainable) {
      columns_.push_back({"Trainable", Column::Align::centre, 0});
      for (double& end : ends) end *= 0.9;
      ends.push_back(1.0);
      line += 12;
    }
    connected_ = !chain;
    set_widths(columns_, ends, options.line_length > 0 ? options.line_length : std::min(line, 80 - 4));
  }

  std::string text() {
    std::string out = "Model: \"" + model_.name() + "\"\n" + rule(columns_, "┏", "━", "┳", "┓");
    Cells titles;
    for (const Column& column : columns_) titles.push_back(column.title);
    out += row(columns_, titles, "┃") + rule(columns_, "┡", "━", "╇", "┩");
    add_rows();
    for (size_t i = 0; i < rows_.size(); ++i)
      out += row(columns_, rows_[i], "│") + (i + 1 < rows_.size() ? rule(columns_, "├", "─", "┼", "┤") : "");
    return out + rule(columns_, "└", "─", "┴", "┘") + totals();
  }

 private:
  bool sequential() const { return dynamic_cast<const Sequential*>(&model_) || model_.class_name() == "Sequential"; }

  // Layers one after the other need no column that says what leads where.
  bool is_chain() const {
    if (sequential() || model_.inputs().size() != 1) return model_.inputs().size() <= 1;
    for (const auto& call : model_.calls())
      if (call->inputs.size() != 1) return false;
    std::vector<const Node*> read;
    for (const auto& call : model_.calls()) {
      const Node* source = call->inputs[0].node().get();
      if (std::find(read.begin(), read.end(), source) != read.end()) return false;
      read.push_back(source);
    }
    return true;
  }

  void add_rows() {
    if (!sequential())
      for (const Var& input : model_.inputs())
        add(input.node()->attributes.as<InputAttributes>().label + " (InputLayer)", shape_text(input.shape()), "0", "-",
            "-");
    std::vector<const LayerState*> seen;
    for (const auto& call : model_.calls()) {
      if (std::find(seen.begin(), seen.end(), call->state.get()) != seen.end()) continue;
      seen.push_back(call->state.get());
      add_layer(*call->state, shape_text(call->outputs[0].shape()), sources(*call), "");
    }
    if (!model_.calls().empty()) return;
    if (auto* stack = dynamic_cast<const Sequential*>(&model_))
      for (const AnyLayer& layer : stack->stack())
        add(layer->name() + " (" + layer->class_name() + ")", "?",
            layer->built() ? human_count(layer->count_params()) : "0 (unbuilt)", "-", "-");
    else
      for (const auto& layer : model_.layers()) add_layer(*layer, "?", "-", "");
  }

  void add_layer(const LayerState& layer, const std::string& shape, const std::string& from,
                 const std::string& indent) {
    const bool any = parameters(layer, false) > 0;
    const std::string trains = !any ? "-" : *layer.trainable ? "Y" : "N";
    add(indent + layer.name + " (" + layer.class_name + ")", shape, human_count(parameters(layer, false)), from,
        trains);
    if (!options_.expand_nested) return;
    for (const auto& inner : layer.sublayers) {
      const std::string inner_shape = inner->output_shapes.empty() ? "?" : shape_text(inner->output_shapes[0]);
      add_layer(*inner, inner_shape, "-", indent.empty() ? "   └ " : "   " + indent);
    }
  }

  void add(const std::string& name, const std::string& shape, const std::string& count, const std::string& from,
           const std::string& trains) {
    Cells cells{name, shape, count};
    if (connected_) cells.push_back(from);
    if (options_.show_trainable) cells.push_back(trains);
    rows_.push_back(std::move(cells));
  }

  static std::string sources(const LayerCall& call) {
    std::string out;
    for (const Var& input : call.inputs) {
      const auto from = layer_call_of(input);
      std::string name = std::string(input.node()->op->name);
      if (from) name = from->state->name;
      else if (input.node()->op == &input_op()) name = input.node()->attributes.as<InputAttributes>().label;
      out += (out.empty() ? "" : ", ") + name + "[0][0]";
    }
    return out;
  }

  std::string totals() const {
    const LayerState& whole = *model_.state();
    const int64_t all = parameters(whole, false), trained = parameters(whole, true);
    const int64_t size = bytes(whole, false), trained_size = bytes(whole, true);
    int64_t kept = 0, kept_size = 0;
    if (model_.compiled() && model_.optimizer()->built())
      for (const Variable& variable : model_.optimizer()->variables()) {
        kept += variable.size();
        kept_size += int64_t(variable.value().bytes());
      }
    std::string out = total("Total", all + kept, size + kept_size) + total("Trainable", trained, trained_size) +
                      total("Non-trainable", all - trained, size - trained_size);
    return kept > 0 ? out + total("Optimizer", kept, kept_size) : out;
  }

  const Model& model_;
  SummaryOptions options_;
  std::vector<Column> columns_;
  std::vector<Cells> rows_;
  bool connected_ = false;
};

}  // namespace

std::string Model::summary(SummaryOptions options) const { return Table(*this, options).text(); }

}  // namespace cajal
