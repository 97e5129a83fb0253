// Augmentation: pictures changed by chance, so that a network sees no sample twice in the same form.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cajal/data/dataset.h"

namespace cajal {

/// A change of one picture by chance. Shapes: [height, width, channels] or [height, width], of any type; the result has
/// the same type. It may write over the picture that it is given.
using Augmentation = std::function<Tensor(Tensor picture, random::Stream& stream)>;

/// The samples of `data` with their first input changed by all of these, one after another.
///
/// What happens to a sample is a function of seed, epoch and the sample's number: augment before `shuffle`, and the
/// order in which samples are drawn changes nothing. `prefetch` after `batch` does the work beside the training:
///
///     augment(train, {random_crop({.padding = 4}), random_flip("horizontal")}, 1).shuffle(0, 1).batch(128).prefetch()
///
/// Cost: about a microsecond for 32 x 32 x 3 bytes and one change. Errors: at the first sample, where it is no picture.
Dataset augment(const Dataset& data, std::vector<Augmentation> changes, uint64_t seed);

/// Mirrors every second picture: "horizontal", "vertical", or by two throws "horizontal_and_vertical".
/// Source: Keras, `RandomFlip`.
Augmentation random_flip(const std::string& mode = "horizontal_and_vertical");

/// Mirrors every picture, in the same directions: for what is asked of a trained network several times.
Augmentation fixed_flip(const std::string& mode = "horizontal");

/// Moves every picture by so many places. `fill_mode`: as in `random_crop`.
Augmentation fixed_translation(int64_t down, int64_t right, const std::string& fill_mode = "reflect",
                               double fill_value = 0);

/// The samples of `data` with their first input mirrored sideways in every second epoch: half of them, drawn by the
/// seed, in even epochs and the other half in odd ones.
///
/// Two epochs in a row show both forms of each picture, which chance does only for half of them. Errors: as `augment`.
/// Source: K. Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", 2024.
Dataset alternating_flip(const Dataset& data, uint64_t seed);

/// Options of `random_crop`.
struct CropOptions {
  int64_t height = 0, width = 0;  ///< of the piece; 0: of the picture
  int64_t padding = 0;            ///< places added on each side before; -1: an eighth of the shorter side
  std::string fill_mode = "constant";
  double fill_value = 0;
};
/// A piece of the picture, which may reach `padding` places beyond its edges.
///
/// `fill_mode`: what stands beyond the edges: "constant" (fill_value), "nearest", "reflect" (dcba|abcd|dcba) or "wrap".
/// Errors: a piece larger than the padded picture. Source: Keras, `RandomCrop`; K. He et al., 2016 (padding).
Augmentation random_crop(CropOptions options);

/// Options of `random_translation`.
struct TranslationOptions {
  double height_factor = 0.125;  ///< at most that share of the height up or down
  double width_factor = 0.125;
  std::string fill_mode = "reflect";
  double fill_value = 0;
};
/// Moves the picture by whole places. Source: Keras, `RandomTranslation`.
Augmentation random_translation(TranslationOptions options = {});

/// Options of `cutout`.
struct CutoutOptions {
  int64_t size = -1;  ///< its side in places; -1: a quarter of the shorter side
  double fill_value = 0;
  bool inside = false;  ///< the whole square lies in the picture; false: only its centre must
};
/// Covers a square that lies anywhere in the picture.
/// Source: T. DeVries and G. Taylor, "Improved regularization of convolutional neural networks with cutout", 2017.
Augmentation cutout(CutoutOptions options = {});

/// The names of `augmentation_named`.
const std::vector<std::string>& augmentation_names();

/// "crop", "flip" (horizontal), "translate" or "cutout" with their usual sizes; "crop:4" and "cutout:16" say how many
/// places, "translate:4" too. Throws Error with the nearest name.
Augmentation augmentation_named(std::string_view text);

}  // namespace cajal
