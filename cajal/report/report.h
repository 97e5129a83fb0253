// The page that a run leaves: what the data was, what the network is, what happened, where it errs, how to do it again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cajal/base/config.h"
#include "cajal/base/files.h"
#include "cajal/nn/model.h"
#include "cajal/report/figures.h"
#include "cajal/report/findings.h"

namespace cajal::report {

/// A picture of the data, with words under it: "taken for 9, is 4, 99.7 % sure".
struct Picture {
  Tensor image;  ///< [rows, columns] or [rows, columns, 1 | 3 | 4]; bytes, or floats
  std::string caption;
};

/// Rows of words.
struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
};

/// True and predicted numbers of a regression.
struct Regression {
  std::string target;       ///< what was predicted: "price"
  Tensor truth, predicted;  ///< [samples]
};

/// All that a page can tell of a run. Whatever is left empty is left out of the page. All text is escaped: it may hold
/// anything.
struct RunReport {
  std::string title;   ///< "digits-1"
  std::string result;  ///< one sentence: "98.1 % of 2,000 digits that it had never seen were read right."
  std::string date;    ///< when; as people write it

  // What the data was.
  std::string data;                   ///< "digits: 12,000 images, 28 x 28, 10 classes; ..."
  std::vector<std::string> classes;   ///< names, in the order of the labels
  std::vector<int64_t> class_counts;  ///< samples to learn from, per class
  int64_t training_samples = 0, held_out_samples = 0;
  std::vector<Picture> preview;  ///< a few samples
  std::string preview_note;      ///< words in place of pictures, or beside them: the first lines of a text
  Table columns;                 ///< of a table: name, kind, what was done with it

  // What the network is.
  const Model* model = nullptr;

  // What happened.
  History history;
  double seconds = 0;                 ///< of training
  std::vector<std::string> warnings;  ///< more than `findings` sees for itself

  // Where it errs.
  Tensor confusion;               ///< counts [classes, classes]: row = truth, column = answer
  std::vector<Picture> mistakes;  ///< the worst first
  std::string mistakes_note;      ///< a line above them
  Table worst_rows;               ///< of a table: the rows that were predicted worst
  std::optional<Regression> regression = {};
  std::optional<Decision> decision = {};

  // How to do it again.
  std::string command;             ///< "cajal train digits --epochs 5 --seed 1"
  Config configuration;            ///< resolved: every option
  std::string versions;            ///< "Cajal 0.1.0, gcc 12"
  std::string machine;             ///< "2 threads, AVX-512, ..."
  std::vector<std::string> files;  ///< names in the folder of the run, beside this page
};

/// The page as one HTML file: no network, no script, no font, no picture outside of it.
///
/// Follows light and dark, is made for paper too, and for screens from 320 pixels. Where there is no gnuplot the charts
/// are left out, the numbers stand open in their places, and a line says so. Errors: `confusion` or another tensor of a
/// shape that does not fit. Cost: some 30 ms for each chart.
std::string report_html(const RunReport& report);

/// Writes `report.html` and the pictures of the run as files of their own: curves, confusion, decision, regression as
/// .svg and .png, mistakes as .png; those that there is something for. Returns the names of the files.
/// Without gnuplot only the page is written.
std::vector<std::string> write_report(const Path& folder, RunReport report);

/// The history as a table: "epoch,loss,val_loss\n1,...". Numbers with all their digits, NaN as "nan".
std::string history_csv(const History& history);

}  // namespace cajal::report
