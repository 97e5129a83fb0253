// Augmentations by name, as the command line has them.
#include <charconv>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/data/augment.h"
#include "cajal/data/internal/window.h"

namespace cajal {
namespace {

using namespace internal;

// -1: none was given.
int64_t places_of(std::string_view name, std::string_view digits) {
  int64_t places = 0;
  const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), places);
  if (wrong != std::errc() || end != digits.data() + digits.size() || places < 0 || places > 100000)
    fail("'" + std::string(name) + ":" + std::string(digits) + "' names no number of places",
         std::string(name) + ", or " + std::string(name) + ":4");
  return places;
}

// By a number of places, where the picture's size is known only at the first sample.
Augmentation translation_of(int64_t places) {
  return [places](Tensor picture, random::Stream& stream) {
    const PictureForm form = form_of(picture);
    const int64_t most = places < 0 ? form.shorter() / 8 : places;
    Window window{.height = form.height, .width = form.width, .fill = Fill::reflect};
    window.top = stream.below(2 * most + 1) - most;
    window.left = stream.below(2 * most + 1) - most;
    return cut_window(picture, window);
  };
}

}  // namespace

const std::vector<std::string>& augmentation_names() {
  static const std::vector<std::string> names = {"crop", "flip", "translate", "cutout"};
  return names;
}

Augmentation augmentation_named(std::string_view text) {
  const size_t colon = text.find(':');
  const std::string name(text.substr(0, colon));
  const int64_t places = colon == std::string_view::npos ? -1 : places_of(name, text.substr(colon + 1));
  if (name == "crop") return random_crop({.padding = places});
  if (name == "translate") return translation_of(places);
  if (name == "cutout") return cutout({.size = places});
  if (name == "flip" && places < 0) return random_flip("horizontal");
  if (name == "flip") fail("'flip' takes no number of places");
  throw Error(Code::not_found, "there is no augmentation called '" + name + "'", {},
              choices(name, augmentation_names()));
}

}  // namespace cajal
