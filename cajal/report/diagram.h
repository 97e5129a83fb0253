// A network as a picture: its layers from top to bottom, what leads where, and what passes between them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cajal/nn/model.h"

namespace cajal::report {

/// One call of a layer, or an input, or an op between layers.
struct Part {
  enum class Kind { input, layer, op } kind;
  std::string title;       ///< "Dense 512 relu"
  std::string name;        ///< "dense_1"
  std::string shape;       ///< of the (first) output: "28 x 28", without the batch
  int64_t parameters = 0;  ///< 0 also where the layer was called before: they are counted once
  bool shared = false;     ///< the layer was called before
  bool trainable = true;
  bool output = false;  ///< what it gives is a result of the model
};

/// What a model consists of, in order, and what leads where (by place in `parts`).
struct Structure {
  std::vector<Part> parts;
  std::vector<std::pair<int, int>> edges;
};

/// Reads the structure off a model's calls. A model of one's own class, or one that has not been called yet, has parts
/// (its layers, as far as they are known) and no edges.
Structure structure_of(const Model& model);

/// "28 × 28 × 3": a shape without its batch axis.
std::string shape_words(const Shape& shape);

/// The structure as an SVG element for a page: boxes from top to bottom with shapes at the lines and the share of the
/// parameters in each box; in the colours of `plot::style_sheet()`. Empty where nothing is known of what leads where.
std::string diagram_svg(const Structure& structure);

/// How wide the picture is, in pixels; 0 where there is none.
double diagram_width(const Structure& structure);

}  // namespace cajal::report
