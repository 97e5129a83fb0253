// cajal doctor
#include <fmt/format.h>

#include <cstdlib>
#include <iostream>

#include "apps/cli/arguments.h"
#include "cajal/backends/all.h"
#include "cajal/backends/cpu/peaks.h"
#include "cajal/backends/machine.h"
#include "cajal/base/parallel.h"
#include "cajal/base/text.h"
#include "cajal/base/version.h"
#include "cajal/data/datasets.h"

namespace cajal::cli {
namespace {

void line(const std::string& what, const std::string& text) { std::cout << fmt::format("{:<10} {}\n", what, text); }

void print_machine(const Machine& machine) {
  line("cajal", fmt::format("{}, built with {}", version, __VERSION__));
  line("system", machine.system.empty() ? "unknown" : machine.system);
  line("cpu", machine.cpu.empty() ? "unknown" : machine.cpu);
  line("features", machine.features.empty() ? "none that matter here" : join(machine.features, " "));
  line("kernels", machine.simd);
  const Peaks peaks = measure_peaks(threads());
  line("peaks",
       fmt::format("{:.0f} GFLOP/s in float32, {:.0f} GB/s from the last cache, {:.0f} GB/s from memory",
                   peaks.flops_float32 * 1e-9, peaks.bytes_per_second_l3 * 1e-9, peaks.bytes_per_second_memory * 1e-9));
  line("threads", fmt::format("{} of {} cores", threads(), machine.cores));
  line("memory", fmt::format("{}, {} of it free", human_bytes(machine.memory), human_bytes(machine.free_memory)));
}

std::string backend_text(const Backend& backend) {
  if (&backend == &reference_backend()) return std::string(backend.name);
  if (&backend == &amx_backend() && !why_no_amx().empty()) return fmt::format("no amx ({})", why_no_amx());
  if (&backend != &onednn_backend()) return fmt::format("{} ({} kernels)", backend.name, backend.kernels.size());
  const std::string missing = why_no_onednn();
  return missing.empty() ? fmt::format("onednn {} ({} kernels)", onednn_version(), backend.kernels.size())
                         : fmt::format("no onednn ({})", missing);
}

void print_backends() {
  std::vector<std::string> names;
  for (const Backend* backend : default_backends()) names.push_back(backend_text(*backend));
  const char* chosen = std::getenv("CAJAL_BACKENDS");
  line("backends", join(names, ", ") + (chosen && *chosen ? "; chosen by CAJAL_BACKENDS" : ""));
  std::vector<std::string> versions;
  for (const auto& library : libraries()) versions.push_back(library.first + " " + library.second);
  line("libraries", join(versions, ", "));
}

// Opens each known data set; gives the names of those that are not there.
std::vector<std::string> print_data() {
  std::vector<std::string> missing;
  for (const DatasetEntry* entry : all_datasets()) {
    const std::string name(entry->name);
    try {
      const TrainTest data = entry->load("");
      line("data",
           fmt::format("{}: {} and {} samples", name, human_count(data.first.size()), human_count(data.second.size())));
    } catch (const Error& error) {
      line("data", name + (error.code() == Code::not_found ? ": not found" : ": " + error.message()));
      missing.push_back(name);
    }
  }
  return missing;
}

std::string data_advice(const std::vector<std::string>& missing) {
  const char* folder = std::getenv("CAJAL_DATA");
  return fmt::format("{}: looked for in the folder CAJAL_DATA ({}); or say 'train FOLDER', with four idx files in it",
                     join(missing, " and "), folder && *folder ? folder : "not set");
}

void print_advice(const Machine& machine, const std::vector<std::string>& missing) {
  std::vector<std::string> advice;
  if (!missing.empty()) advice.push_back(data_advice(missing));
  if (threads() < machine.cores)
    advice.push_back(fmt::format("only {} of {} cores are used: look at OMP_NUM_THREADS", threads(), machine.cores));
  if (threads() > machine.cores)
    advice.push_back(fmt::format("{} threads share {} cores: they wait for each other; look at OMP_NUM_THREADS",
                                 threads(), machine.cores));
  if (machine.simd == "SSE2") advice.push_back("this CPU has no AVX2: everything works, several times slower");
  if (machine.free_memory > 0 && machine.free_memory < 500'000'000)
    advice.push_back("less than 500 MB of memory are free: large batches will not fit");
  for (const std::string& text : advice) line("note", text);
  if (advice.empty()) line("note", "nothing is missing");
}

int run(const Verb& verb, std::span<const std::string> given) {
  Arguments arguments(verb);
  if (!arguments.read(given)) return 0;
  const Machine machine = this_machine();
  print_machine(machine);
  print_backends();
  print_advice(machine, print_data());
  return 0;
}

}  // namespace

const Verb& doctor_verb() {
  static const Verb verb{"doctor", "", "says what this machine has, and what is missing", 9, run};
  return verb;
}

}  // namespace cajal::cli
