#include "proof.h"

namespace cajal {
namespace {

using Proofs = std::vector<Proof>;
const std::string first = R"("data_format": "channels_first")";

void add_convolutions(Proofs& out) {
  out.insert(
      out.end(),
      {{"Conv1D", R"({"filters": 2, "kernel_size": 3})", {{5, 2}}, Mask::dropped},
       {"Conv1D", R"({"filters": 2, "kernel_size": 3, "padding": "causal"})", {{5, 2}}, Mask::dropped},
       {"Conv2D", R"({"filters": 2, "kernel_size": 3})", {{5, 4, 2}}, Mask::dropped},
       {"Conv2D",
        R"({"filters": 4, "kernel_size": [3, 2], "strides": 2, "padding": "same", "groups": 2, "activation": "relu",
            "use_bias": false, "kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.1}}})",
        {{5, 4, 2}},
        Mask::dropped},
       {"Conv2D", R"({"filters": 3, "kernel_size": 2, "dilation_rate": 2, )" + first + "}", {{2, 5, 4}}, Mask::dropped},
       {"Conv3D", R"({"filters": 2, "kernel_size": 2})", {{3, 4, 3, 2}}, Mask::dropped},
       {"Conv1DTranspose", R"({"filters": 2, "kernel_size": 3, "strides": 2})", {{3, 2}}, Mask::dropped},
       {"Conv2DTranspose", R"({"filters": 2, "kernel_size": 3})", {{3, 2, 2}}, Mask::dropped},
       {"Conv2DTranspose",
        R"({"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same", "output_padding": 1, )" + first + "}",
        {{2, 3, 2}},
        Mask::dropped},
       {"Conv3DTranspose", R"({"filters": 2, "kernel_size": 2, "strides": 2})", {{2, 1, 2, 2}}, Mask::dropped},
       {"DepthwiseConv1D", R"({"kernel_size": 3})", {{5, 2}}, Mask::dropped},
       {"DepthwiseConv2D",
        R"({"kernel_size": 3, "padding": "same", "depth_multiplier": 2})",
        {{4, 3, 2}},
        Mask::dropped},
       {"DepthwiseConv2D", R"({"kernel_size": 2, )" + first + "}", {{2, 4, 3}}, Mask::dropped},
       {"SeparableConv1D", R"({"filters": 3, "kernel_size": 2})", {{5, 2}}, Mask::dropped},
       {"SeparableConv2D", R"({"filters": 3, "kernel_size": 2, "strides": 2})", {{4, 3, 2}}, Mask::dropped}});
}

void add_pooling(Proofs& out) {
  for (const std::string kind : {"Max", "Average"}) {
    out.insert(
        out.end(),
        {{kind + "Pooling1D", R"({"pool_size": 2})", {{5, 2}}, Mask::dropped},
         {kind + "Pooling2D", R"({"pool_size": 2})", {{5, 4, 2}}, Mask::dropped},
         {kind + "Pooling2D", R"({"pool_size": [3, 2], "strides": 1, "padding": "same"})", {{5, 4, 2}}, Mask::dropped},
         {kind + "Pooling2D", R"({"pool_size": 2, )" + first + "}", {{2, 5, 4}}, Mask::dropped},
         {kind + "Pooling3D", R"({"pool_size": 2})", {{3, 4, 2, 2}}, Mask::dropped},
         {"Global" + kind + "Pooling1D", "{}", {{5, 2}}, Mask::dropped},
         {"Global" + kind + "Pooling2D", "{}", {{5, 4, 2}}, Mask::dropped},
         {"Global" + kind + "Pooling2D", R"({"keepdims": true, )" + first + "}", {{2, 5, 4}}, Mask::dropped},
         {"Global" + kind + "Pooling3D", "{}", {{3, 4, 2, 2}}, Mask::dropped},
         {"Adaptive" + kind + "Pooling1D", R"({"output_size": 3})", {{5, 2}}, Mask::dropped},
         {"Adaptive" + kind + "Pooling2D", R"({"output_size": [3, 2]})", {{5, 4, 2}}, Mask::dropped},
         {"Adaptive" + kind + "Pooling2D", R"({"output_size": 2, )" + first + "}", {{2, 5, 4}}, Mask::dropped},
         {"Adaptive" + kind + "Pooling3D", R"({"output_size": 2})", {{3, 4, 2, 2}}, Mask::dropped}});
  }
}

void add_sizes(Proofs& out) {
  out.insert(out.end(),
             {{"UpSampling1D", "{}", {{3, 2}}, Mask::dropped},
              {"UpSampling2D", R"({"size": [2, 3]})", {{3, 2, 2}}, Mask::dropped},
              {"UpSampling2D", R"({"interpolation": "bilinear", )" + first + "}", {{2, 3, 2}}, Mask::dropped},
              {"UpSampling3D", "{}", {{2, 1, 2, 2}}, Mask::dropped},
              {"ZeroPadding1D", "{}", {{3, 2}}, Mask::dropped},
              {"ZeroPadding1D", R"({"padding": [0, 2]})", {{3, 2}}, Mask::dropped},
              {"ZeroPadding2D", "{}", {{3, 2, 2}}, Mask::dropped},
              {"ZeroPadding2D", R"({"padding": [[0, 1], [2, 0]], )" + first + "}", {{2, 3, 2}}, Mask::dropped},
              {"ZeroPadding3D", "{}", {{2, 1, 2, 2}}, Mask::dropped},
              {"Cropping1D", "{}", {{5, 2}}, Mask::dropped},
              {"Cropping2D", R"({"cropping": 1})", {{4, 3, 2}}, Mask::dropped},
              {"Cropping2D", R"({"cropping": [1, 0], )" + first + "}", {{2, 4, 3}}, Mask::dropped},
              {"Cropping3D", "{}", {{3, 4, 3, 2}}, Mask::dropped},
              {"Flatten", "{" + first + "}", {{2, 3, 2}}, Mask::dropped}});
}

void add_normalization(Proofs& out) {
  out.insert(
      out.end(),
      {{"GroupNormalization", R"({"groups": 2})", {{3, 2, 4}}},
       {"GroupNormalization", R"({"groups": -1, "axis": 1})", {{4, 3, 2}}},
       {"InstanceNormalization", "{}", {{3, 2, 4}}},
       {"BatchNormalization", R"({"axis": 1})", {{3, 4, 2}}},
       {"SpectralNormalization", R"({"layer": {"class_name": "Dense", "config": {"units": 2}}})", {{3}}},
       {"SpectralNormalization",
        R"({"layer": {"class_name": "Conv2D", "config": {"filters": 2, "kernel_size": 2}}, "power_iterations": 2})",
        {{4, 3, 2}},
        Mask::dropped},
       {"SpatialDropout1D", R"({"rate": 0.5})", {{3, 4}}},
       {"SpatialDropout2D", R"({"rate": 0.5})", {{3, 2, 4}}},
       {"SpatialDropout2D", R"({"rate": 0.5, )" + first + "}", {{4, 3, 2}}},
       {"SpatialDropout3D", R"({"rate": 0.5})", {{2, 1, 2, 4}}},
       {"PReLU", "{}", {{3}}}});
}

void add_augmentation(Proofs& out) {
  out.insert(
      out.end(),
      {{"RandomFlip", "{}", {{3, 4, 2}}, Mask::dropped},
       {"RandomFlip", R"({"mode": "horizontal", )" + first + "}", {{2, 3, 4}}, Mask::dropped},
       {"RandomCrop", R"({"height": 2, "width": 3})", {{4, 5, 2}}, Mask::dropped},
       {"RandomCrop", R"({"height": 5, "width": 3, )" + first + "}", {{2, 4, 5}}, Mask::dropped},
       {"RandomTranslation", R"({"height_factor": 0.2, "width_factor": [-0.1, 0.3]})", {{4, 5, 2}}, Mask::dropped},
       {"RandomTranslation",
        R"({"height_factor": 0.5, "width_factor": 1, "fill_mode": "constant", "interpolation": "nearest", )" + first +
            "}",
        {{2, 4, 5}},
        Mask::dropped},
       {"RandomRotation", R"({"factor": 0.3, "fill_mode": "wrap"})", {{4, 5, 2}}, Mask::dropped},
       {"RandomZoom", R"({"height_factor": [-0.5, 0.5]})", {{4, 5, 2}}, Mask::dropped},
       {"RandomZoom", R"({"height_factor": 0.2, "width_factor": 0.3, )" + first + "}", {{2, 4, 5}}, Mask::dropped},
       {"RandomErasing", "{}", {{4, 5, 3}}, Mask::dropped},
       {"RandomErasing", R"({"factor": 0.5, "fill_value": 1, )" + first + "}", {{3, 4, 5}}, Mask::dropped},
       {"RandomBrightness", R"({"factor": 0.2})", {{4, 5, 3}}, Mask::dropped},
       {"RandomContrast", R"({"factor": [0.2, 0.4], "value_range": [0, 4]})", {{4, 5, 3}}, Mask::dropped}});
}

}  // namespace

std::vector<Proof> image_proofs() {
  Proofs out;
  add_convolutions(out);
  add_pooling(out);
  add_sizes(out);
  add_normalization(out);
  add_augmentation(out);
  return out;
}

}  // namespace cajal
