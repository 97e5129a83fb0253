#include "apps/cli/training_run.h"

#include <fmt/format.h>

#include <iostream>

#include "apps/cli/interrupt.h"
#include "apps/cli/run_folder.h"
#include "apps/cli/run_report.h"
#include "cajal/backends/machine.h"
#include "cajal/base/clock.h"
#include "cajal/base/parallel.h"
#include "cajal/base/text.h"
#include "cajal/base/version.h"
#include "cajal/nn/callbacks.h"

namespace cajal::cli {
namespace {

constexpr const char* model_file = "model.safetensors";
constexpr const char* checkpoint_file = "checkpoint.safetensors";
constexpr const char* log_file = "log.csv";
constexpr const char* config_file = "config.json";

std::string threads_text() { return threads() == 1 ? "1 thread" : fmt::format("{} threads", threads()); }

// In quotes where a shell would take it apart.
std::string shell_word(const std::string& word) {
  if (word.find_first_of(" \t&;|<>()$*?#'\"\\") == std::string::npos && !word.empty()) return word;
  std::string out = "'";
  for (char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string flag_text(const Config& value) {
  if (value.is_text()) return value.text();
  if (!value.is_list()) return value.json();
  std::vector<std::string> parts;
  for (const Config& part : value.list()) parts.push_back(flag_text(part));
  return parts.empty() ? "0" : join(parts, ",");
}

}  // namespace

void TrainingRun::say(const std::string& text) const {
  if (run_.verbose > 0) std::cout << text << std::endl;
}

int TrainingRun::execute() {
  catch_interrupts();
  if (options_.threads > 0) set_threads(options_.threads);
  set_random_seed(options_.seed);
  open();
  if (run_.print_config) {
    std::cout << configuration().json(2) << "\n";
    return 0;
  }
  prepare();
  if (run_.dry_run) return dry_run();
  if (run_.overfit_batch) return overfit_batch();
  if (run_.find_lr) return find_learning_rate();
  if (!run_.no_save) choose_folder();
  fit();
  if (data_.test.defined()) judge_held_out();
  if (after_judging_ && judgement_.scores.defined()) after_judging_();
  if (!run_.no_save) save();
  return finish();
}

void TrainingRun::open() {
  data_ = open_data(what_, options_.data, options_.seed);
  options_.resolve(data_);
  if (run_.print_config) return;
  for (const std::string& remark : data_.remarks) say(remark);
  say(data_.description);
}

void TrainingRun::prepare() {
  model_ = make_model(options_, data_);
  const int64_t count = model_->count_params();
  say(fmt::format("model: {}, {} parameters, {}; {} {:g}, batch {}; {}, {}", layers_text(options_, data_),
                  human_count(count), human_bytes(uint64_t(count) * 4), lower(options_.optimizer),
                  model_->optimizer()->learning_rate(), *options_.batch_size, threads_text(), simd_name()));
}

// The configuration is there from the start: whatever happens, the run can be taken up again.
void TrainingRun::choose_folder() {
  folder_ = run_.resume.empty() ? make_run_folder(run_.output, data_.name) : Path(run_.resume);
  const Path checkpoint = folder_ / checkpoint_file;
  if (!run_.resume.empty() && file_exists(checkpoint)) {
    model_->restore_checkpoint(checkpoint.string());
    say(fmt::format("going on from {}", checkpoint.string()));
  } else if (!run_.resume.empty() && file_exists(folder_ / model_file)) {
    throw Error(Code::bad_data,
                fmt::format("the run in {} has ended: there is nothing to go on with", folder_.string()), {},
                fmt::format("a new run: {} train --config {} --epochs {}", called_as(),
                            shell_word((folder_ / config_file).string()), *options_.epochs * 2));
  }
  write_configuration(false);
}

// After the last epoch the held-out data is looked at anyway, with more to say: a single epoch does not look twice.
void TrainingRun::fit() {
  FitArguments arguments{.epochs = *options_.epochs, .verbose = run_.verbose};
  Dataset samples = data_.train;
  if (options_.validation_split > 0) {
    const auto kept = int64_t(double(samples.size()) * (1 - options_.validation_split));
    arguments.validation_data = samples.skip(kept);
    samples = samples.take(kept);
  } else if (*options_.epochs > 1) {
    arguments.validation_data = data_.test;
  }
  samples = training_samples(options_, samples);
  arguments.batch_size = samples.batch_size() > 0 ? 0 : *options_.batch_size;
  arguments.validation_batch_size = judging_batch(*model_);
  arguments.shuffle = !data_.settings;  // as the page does
  arguments.callbacks = {TerminateOnNaN({.every = 200})};
  if (options_.patience > 0)
    arguments.callbacks.emplace_back(
        EarlyStopping({.patience = options_.patience, .verbose = run_.verbose, .restore_best_weights = true}));
  if (run_.no_save) {
    arguments.callbacks.emplace_back(stop_when_interrupted());
  } else {
    arguments.callbacks.emplace_back(CSVLogger((folder_ / log_file).string()));
    arguments.callbacks.emplace_back(keep_checkpoint((folder_ / checkpoint_file).string(), options_.checkpoint_every));
  }
  Stopwatch watch;
  try {
    history_ = model_->fit(samples, arguments);
  } catch (const Error& error) {
    if (error.code() == Code::io && !run_.no_save) rescue(error.message());  // the log could not be written
    throw;
  }
  seconds_ = watch.seconds();
}

void TrainingRun::judge_held_out() {
  judgement_ = judge(*model_, data_.test, data_);
  say("held out: " + judgement_.sentence);
}

void TrainingRun::save() {
  try {
    model_->save((folder_ / model_file).string());
    write_configuration(true);
  } catch (const Error& error) {
    rescue(error.message());
    throw;
  }
  std::vector<std::string> files = {model_file};
  if (!interrupted()) {
    std::error_code ignored;
    std::filesystem::remove(folder_ / checkpoint_file, ignored);
  }
  if (!history_.epoch.empty()) {
    const std::vector<std::string> written = write_run_report(*this);
    files.insert(files.end(), written.begin(), written.end());
    files.push_back(log_file);
  }
  files.push_back(config_file);
  say(fmt::format("wrote {}/  {}", folder_.string(), join(files, "  ")));
}

// The folder cannot be written any more: what was learned goes where it can.
void TrainingRun::rescue(const std::string& reason) {
  std::error_code ignored;
  const Path place = std::filesystem::temp_directory_path(ignored) / ("cajal-" + folder_.filename().string());
  try {
    model_->save((place / model_file).string());
  } catch (const Error&) {
    return;
  }
  std::cerr << fmt::format("{}\n  The model was saved to {} instead.\n", reason, (place / model_file).string());
}

std::string TrainingRun::command() const {
  std::string out = "train " + shell_word(what_);
  ResolvedOptions usual, given;
  TrainingOptions fallback, own = options_;
  fallback.resolve(data_);
  fallback.fields(usual);
  own.fields(given);
  for (const auto& option : given.config().map()) {
    if (usual.config()[option.first] == option.second || option.second.is_null()) continue;
    std::string flag = option.first;
    std::replace(flag.begin(), flag.end(), '_', '-');
    out += " --" + flag + (option.second == Config(true) ? "" : " " + shell_word(flag_text(option.second)));
  }
  return out;
}

// All that is needed to do it again.
Config TrainingRun::configuration() const {
  ResolvedOptions resolved;
  TrainingOptions options = options_;
  options.fields(resolved);
  Config out;
  out.set("cajal", std::string(version));
  out.set("data", what_);
  out.set("options", resolved.config());
  if (!data_.classes.empty()) out.set("classes", Config::List(data_.classes.begin(), data_.classes.end()));
  return out;
}

void TrainingRun::write_configuration(bool finished) const {
  Config out = configuration();
  if (finished) out.set("results", results());
  write_file_atomically(folder_ / config_file, out.json(2) + "\n");
}

Config TrainingRun::results() const {
  Config out;
  for (const auto& metric : history_.history)
    out.set(metric.first, Config::List(metric.second.begin(), metric.second.end()));
  if (judgement_.scores.defined()) {
    const Config held_out = judgement_.results();
    for (const auto& result : held_out.map()) out.set(result.first, result.second);
  }
  out.set("training_seconds", seconds_);
  out.set("interrupted", interrupted());
  return out;
}

int TrainingRun::finish() {
  const std::string name = called_as();
  if (interrupted()) {
    const std::string kept = run_.no_save ? "was not saved (--no-save)" : "was saved";
    say(fmt::format("interrupted in epoch {} of {}: what was learned so far {}",
                    std::max<size_t>(1, history_.epoch.size()), *options_.epochs, kept));
    if (!run_.no_save) say(fmt::format("go on with: {} train --resume {}", name, shell_word(folder_.string())));
    return 130;
  }
  if (run_.no_save) return 0;
  const bool report = file_exists(folder_ / "report.html");
  say(fmt::format(
      "next: {}{} predict {} {} · {} train FOLDER for your own pictures · {} train table.csv --target COLUMN",
      report ? "open " + shell_word((folder_ / "report.html").string()) + " · " : "", name,
      shell_word(folder_.string()), shell_word(what_), name, name));
  return 0;
}

void read_configuration(const Path& file, std::string& what, TrainingOptions& options) {
  const std::string text = read_text(file);
  Config config;
  try {
    config = Config::parse(text);
  } catch (const Error& error) {
    throw error.at(file.string());
  }
  if (!config.is_map() || !config["options"].is_map())
    throw Error(Code::bad_data, file.string() + " is no configuration of a training", {},
                "the config.json of a run, or what --print-config prints");
  if (config.has("data")) what = config["data"].text();
  try {
    OptionsFromConfig reader(config["options"]);
    options.fields(reader);
    reader.finish("train");
  } catch (const Error& error) {
    throw error.at(file.string());
  }
}

}  // namespace cajal::cli
