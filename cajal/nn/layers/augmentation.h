// Augmentation layers: pictures changed by chance while training, so that a network sees none twice in the same form.
//
// Each sample has chances of its own. They follow the seed of the run and the number of the step, so that a training
// can be repeated to the bit on any number of threads; `seed` is kept for files of Keras. In evaluate and predict
// nothing is changed. No mask passes. `data/augment.h` does the same to data sets, beside the training.
#pragma once

#include <concepts>
#include <string>
#include <vector>

#include "cajal/nn/layer.h"
#include "cajal/nn/sizes.h"

namespace cajal {

/// Mirrors every second picture.
///
/// Modes: "horizontal" (left and right), "vertical" (top and bottom), or by two throws "horizontal_and_vertical", so
/// that each of the four forms is as likely. Shapes: [batch, height, width, channels] -> the same. Types: integers
/// become floats. Errors: another mode. Source: Keras, `RandomFlip`.
struct RandomFlip : Layer {
  struct Options {
    std::string mode = "horizontal_and_vertical";
    int64_t seed = -1;
    DataFormat data_format = {};
    template <class V>
    void fields(V& v) {
      v("mode", mode), v("seed", seed), v("data_format", data_format);
    }
  } options;
  explicit RandomFlip(Options options);
  RandomFlip() : RandomFlip(Options()) {}
  explicit RandomFlip(const std::convertible_to<std::string> auto& mode) : RandomFlip(Options{.mode = mode}) {}
  Var call(Var x) override;
  Config config() const override { return described("RandomFlip", options); }
};

/// A piece of each picture, of one size and from anywhere: `RandomCrop(224, 224)`.
///
/// In evaluate and predict, and where the picture is smaller than the piece, the largest piece of the same proportions
/// from the middle, brought to the size bilinearly. A margin to crop from: ZeroPadding2D before. Shapes: [batch, h, w,
/// channels] -> [batch, height, width, channels]. Types: integers become floats. Errors: a size below 1. Source: Keras,
/// `RandomCrop`.
struct RandomCrop : Layer {
  struct Options {
    int64_t height = 0;
    int64_t width = 0;
    int64_t seed = -1;
    DataFormat data_format = {};
    template <class V>
    void fields(V& v) {
      v("height", height), v("width", width), v("seed", seed), v("data_format", data_format);
    }
  } options;
  explicit RandomCrop(Options options);
  RandomCrop(int64_t height, int64_t width) : RandomCrop(Options{.height = height, .width = width}) {}
  Var call(Var x) override;
  Config config() const override { return described("RandomCrop", options); }
};

/// Moves each picture down and to the right, or up and to the left: `RandomTranslation(0.1, 0.2)` by at most a tenth of
/// the height and a fifth of the width.
///
/// Units: shares of the picture's size; `{-0.1, 0.2}` at most a tenth up and a fifth down. `fill_mode`: what stands
/// beyond the edges: "reflect" (dcba|abcd|dcba), "wrap", "nearest" or "constant" (fill_value). `interpolation`:
/// "bilinear" or "nearest". Shapes: [batch, height, width, channels] -> the same. Types: integers become floats.
/// Errors: shares beyond -1 to 1. Gradient: of the picture. Cost: reads four pixels for each, or one. Source: Keras,
/// `RandomTranslation`.
struct RandomTranslation : Layer {
  struct Options {
    ByName by_name = {};
    Range height_factor = {};
    Range width_factor = {};
    std::string fill_mode = "reflect";
    std::string interpolation = "bilinear";
    int64_t seed = -1;
    double fill_value = 0;
    DataFormat data_format = {};
    template <class V>
    void fields(V& v) {
      v("height_factor", height_factor), v("width_factor", width_factor), v("fill_mode", fill_mode);
      v("interpolation", interpolation), v("seed", seed), v("fill_value", fill_value), v("data_format", data_format);
    }
  } options;
  explicit RandomTranslation(Options options);
  RandomTranslation(double height_factor, double width_factor)
      : RandomTranslation(Options{.height_factor = height_factor, .width_factor = width_factor}) {}
  Var call(Var x) override;
  Config config() const override { return described("RandomTranslation", options); }
};

/// Turns each picture round its middle: `RandomRotation(0.1)` by at most 36 degrees either way.
///
/// Units: whole turns, above 0 against the clock. The rest as RandomTranslation. Shapes: [batch, height, width,
/// channels] -> the same. Types: integers become floats. Errors: more than a whole turn. Source: Keras,
/// `RandomRotation`.
struct RandomRotation : Layer {
  struct Options {
    ByName by_name = {};
    Range factor = {};
    std::string fill_mode = "reflect";
    std::string interpolation = "bilinear";
    int64_t seed = -1;
    double fill_value = 0;
    DataFormat data_format = {};
    template <class V>
    void fields(V& v) {
      v("factor", factor), v("fill_mode", fill_mode), v("interpolation", interpolation), v("seed", seed);
      v("fill_value", fill_value), v("data_format", data_format);
    }
  } options;
  explicit RandomRotation(Options options);
  explicit RandomRotation(double factor) : RandomRotation(Options{.factor = factor}) {}
  Var call(Var x) override;
  Config config() const override { return described("RandomRotation", options); }
};

/// Shows more of each picture or less, round its middle: `RandomZoom(0.2)` from four fifths of its size to six fifths.
///
/// Units: shares of the picture's size, above 0 more of it (everything becomes smaller). Without `width_factor` height
/// and width keep their proportion. The rest as RandomTranslation. Shapes: [batch, height, width, channels] -> the
/// same. Types: integers become floats. Errors: shares beyond -1 to 1. Source: Keras, `RandomZoom`.
struct RandomZoom : Layer {
  struct Options {
    ByName by_name = {};
    Range height_factor = {};
    Range width_factor = {};
    std::string fill_mode = "reflect";
    std::string interpolation = "bilinear";
    int64_t seed = -1;
    double fill_value = 0;
    DataFormat data_format = {};
    template <class V>
    void fields(V& v) {
      v("height_factor", height_factor), v("width_factor", width_factor), v("fill_mode", fill_mode);
      v("interpolation", interpolation), v("seed", seed), v("fill_value", fill_value), v("data_format", data_format);
    }
  } options;
  explicit RandomZoom(Options options);
  explicit RandomZoom(double height_factor) : RandomZoom(Options{.height_factor = height_factor}) {}
  RandomZoom(double height_factor, double width_factor)
      : RandomZoom(Options{.height_factor = height_factor, .width_factor = width_factor}) {}
  Var call(Var x) override;
  Config config() const override { return described("RandomZoom", options); }
};

/// Covers a rectangle of some pictures, so that a network does not rely on one part of what it sees.
///
/// Each picture is covered with a probability that is itself drawn from `factor`: of one number, from 0 to it, so that
/// 1 covers half of them. Each side of the rectangle is the root of a share drawn from `scale`. `fill_value`: one
/// number, or one for each channel; without one normal noise as large as the upper end of `value_range`. What is filled
/// in lies within the range. Shapes: [batch, height, width, channels] -> the same. Types: integers become floats.
/// Errors: shares beyond 0 to 1; as many numbers to fill in as fit nothing. Source: Zhong et al., "Random erasing data
/// augmentation", 2017; Keras, `RandomErasing`.
struct RandomErasing : Layer {
  struct Options {
    ByName by_name = {};
    Range factor = 1.0;
    Range scale = {0.02, 0.33};
    std::vector<double> fill_value = {};
    Range value_range = {0, 255};
    int64_t seed = -1;
    DataFormat data_format = {};
    template <class V>
    void fields(V& v) {
      v("factor", factor), v("scale", scale), v("fill_value", fill_value), v("value_range", value_range);
      v("seed", seed), v("data_format", data_format);
    }
  } options;
  explicit RandomErasing(Options options);
  RandomErasing() : RandomErasing(Options()) {}
  explicit RandomErasing(double factor) : RandomErasing(Options{.factor = factor}) {}
  Var call(Var x) override;
  Config config() const override { return described("RandomErasing", options); }

 private:
  Var filling(const Var& image) const;
};

/// Makes each picture brighter or darker: x + a share of the range, kept within it.
///
/// Units: `factor` in shares of `value_range`; `RandomBrightness(0.2)` is from -0.2 to 0.2. Shapes: [batch, ...] -> the
/// same. Types: integers become floats. Errors: shares beyond -1 to 1. Source: Keras, `RandomBrightness`.
struct RandomBrightness : Layer {
  struct Options {
    ByName by_name = {};
    Range factor = {};
    Range value_range = {0, 255};
    int64_t seed = -1;
    template <class V>
    void fields(V& v) {
      v("factor", factor), v("value_range", value_range), v("seed", seed);
    }
  } options;
  explicit RandomBrightness(Options options);
  explicit RandomBrightness(double factor) : RandomBrightness(Options{.factor = factor}) {}
  Var call(Var x) override;
  Config config() const override { return described("RandomBrightness", options); }
};

/// Draws the values of each picture away from the mean of their channel, or towards it: (x - mean) f + mean, kept
/// within `value_range`.
///
/// `RandomContrast(0.2)`: f from 0.8 to 1.2; `{.factor = {0.1, 0.3}}`: from 0.9 to 1.3. Shapes: [batch, height, width,
/// channels] -> the same. Types: integers become floats. Errors: shares beyond 0 to 1. Source: Keras, `RandomContrast`.
struct RandomContrast : Layer {
  struct Options {
    ByName by_name = {};
    Range factor = {};
    Range value_range = {0, 255};
    int64_t seed = -1;
    template <class V>
    void fields(V& v) {
      v("factor", factor), v("value_range", value_range), v("seed", seed);
    }
  } options;
  explicit RandomContrast(Options options);
  explicit RandomContrast(double factor) : RandomContrast(Options{.factor = factor}) {}
  Var call(Var x) override;
  Config config() const override { return described("RandomContrast", options); }
};

}  // namespace cajal
