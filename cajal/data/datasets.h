// The known data sets, by name. Each is one file in datasets/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cajal/data/dataset.h"
#include "cajal/data/download.h"
#include "cajal/data/table.h"

namespace cajal {

/// What to learn from, and what is held out to test with.
using TrainTest = std::pair<Dataset, Dataset>;

/// A data set that can be asked for by name.
struct DatasetEntry {
  std::string_view name;
  std::string_view summary;               ///< one line
  std::string_view origin;                ///< a few words: "idx files"
  std::vector<std::string_view> classes;  ///< what the labels 0, 1, ... mean
  /// Loads it from a folder; "" looks in the usual places.
  TrainTest (*load)(const std::string& folder);

  /// Of a table: the table itself, its columns named; "" looks in the usual places. Null: it is none.
  Table (*table)(const std::string& folder) = nullptr;
  std::string_view target = {};  ///< what is foretold from the table unless something else is asked for
  /// What it is loaded from. See dataset_folder.h.
  std::vector<RemoteFile> files = {};
  bool (*lies_in)(const Path& folder) = nullptr;  ///< whether a folder has all of it; null: it needs no files
  std::string_view shelf = {};                    ///< another name that its folder may have: one for several data sets
};

/// All known data sets, sorted by name.
const std::vector<const DatasetEntry*>& all_datasets();

/// The data set with that name; null where there is none.
const DatasetEntry* find_dataset(std::string_view name);

/// The same; throws Error with the nearest name.
const DatasetEntry& dataset_entry(std::string_view name);

namespace datasets {

/// Handwritten digits: 60,000 and 10,000 images of 28 x 28 bytes (0 is paper, 255 ink), labels 0..9 as bytes.
///
/// Shapes: x [28, 28] uint8, y [] uint8. Looks for the four idx or idx.gz files in `folder`, or else in
/// $CAJAL_DATA/mnist and ../shared/data/mnist. Errors: not_found naming the files.
/// Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
TrainTest mnist(const std::string& folder = "");

/// Pieces of clothing in MNIST's form; in $CAJAL_DATA/fashion_mnist unless `folder` says otherwise.
/// Source: H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST", 2017.
TrainTest fashion_mnist(const std::string& folder = "");

/// Small photos of ten kinds of animals and vehicles: 50,000 and 10,000 of 32 x 32 in colour, labels 0..9 as bytes.
///
/// Shapes: x [32, 32, 3] uint8, y [] uint8. Looks for the six binary batches, packed (.xz, .gz) or not, or the archive
/// of them, in `folder`, or else in $CAJAL_DATA/cifar10, ../shared/data/cifar10 and the cache. Errors: not_found naming
/// the files. Cost: 184 MB; the batches in .xz take some seconds to unpack.
/// Source: A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
TrainTest cifar10(const std::string& folder = "");

/// 150 irises of three kinds, 4 lengths in cm; an iris.csv in $CAJAL_DATA/iris or $CAJAL_DATA/tabular, or fetched.
///
/// A fifth of the rows of each class is held out, drawn with a fixed seed. Shapes: x [4] float32, y [] int64.
/// Source: R. A. Fisher, "The use of multiple measurements in taxonomic problems", 1936.
TrainTest iris(const std::string& folder = "");

/// 768 women of the Pima, 8 medical measures, and whether diabetes followed; as iris. Missing measures stand as 0 in
/// it. Source: J. W. Smith et al., "Using the ADAP learning algorithm to forecast the onset of diabetes mellitus",
/// 1988.
TrainTest pima(const std::string& folder = "");

/// 3,500 samples of rock, shares of iron, silica, alumina and phosphorus in percent, and whether they are ore: more
/// than 60 % iron, at most 9 % silica, 2 % alumina and 0.08 % phosphorus; as iris.
/// Source: github.com/core-skills/09-deep-learning.
TrainTest iron_ore(const std::string& folder = "");

/// Digits drawn by Cajal: no file, no download; 28 x 28 bytes as in MNIST, labels 0..9 as bytes.
///
/// A drawing is a function of the seed and its number; each ten in a row are the ten digits. A network that learned
/// them (97 % of those held out) reads most of MNIST's digits too (about 87 %). Shapes: x [28, 28] uint8, y [] uint8.
/// Cost: about 50 microseconds per drawing and core.
TrainTest digits(int64_t train = 10000, int64_t test = 2000, uint64_t seed = 0);

}  // namespace datasets
}  // namespace cajal
