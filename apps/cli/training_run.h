// TrainingRun: one training from the words of the command line to the folder that it leaves.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "apps/cli/judgement.h"
#include "apps/cli/training_options.h"
#include "cajal/base/files.h"

namespace cajal::cli {

/// One training: the data is opened, the model made, trained, judged, saved, and a report of it written.
class TrainingRun {
 public:
  TrainingRun(std::string what, TrainingOptions options, RunOptions run)
      : what_(std::move(what)), options_(std::move(options)), run_(std::move(run)) {}

  /// The exit status: 0, or 130 where it was interrupted.
  int execute();
  /// Called between judging and saving.
  void after_judging(std::function<void()> show) { after_judging_ = std::move(show); }

  // What the report tells.
  const std::string& what() const { return what_; }
  const DataSource& data() const { return data_; }
  const Model& model() const { return *model_; }
  const History& history() const { return history_; }
  const Judgement& judgement() const { return judgement_; }
  const Path& folder() const { return folder_; }
  double seconds() const { return seconds_; }
  /// The words that would do it again, and everything that was decided.
  std::string command() const;
  Config configuration() const;

 private:
  void say(const std::string& text) const;
  void open();
  void prepare();
  void choose_folder();
  void fit();
  void judge_held_out();
  void save();
  void rescue(const std::string& reason);
  void write_configuration(bool finished) const;
  Config results() const;
  int finish();

  // Other things to do with the same data and model: training_modes.cpp.
  int dry_run();
  int overfit_batch();
  int find_learning_rate();

  std::string what_;
  TrainingOptions options_;
  RunOptions run_;
  DataSource data_;
  std::shared_ptr<Model> model_;
  Path folder_;
  History history_;
  Judgement judgement_;
  double seconds_ = 0;
  std::function<void()> after_judging_;
};

/// Reads options from a config.json: `what` and the options that it holds; the rest stays as it is.
/// Errors: not_found, bad_data; an option that does not exist, with the nearest one.
void read_configuration(const Path& file, std::string& what, TrainingOptions& options);

}  // namespace cajal::cli
