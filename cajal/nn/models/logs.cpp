#include <algorithm>

#include "cajal/base/text.h"
#include "cajal/nn/model.h"

namespace cajal {

void Logs::set(const std::string& name, double value) {
  for (auto& entry : entries_)
    if (entry.first == name) {
      entry.second = value;
      return;
    }
  entries_.emplace_back(name, value);
}

bool Logs::has(const std::string& name) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) { return entry.first == name; });
}

double Logs::operator[](const std::string& name) const {
  std::vector<std::string> names;
  for (const auto& entry : entries_) {
    if (entry.first == name) return entry.second;
    names.push_back(entry.first);
  }
  throw Error(Code::not_found, "there is no metric called '" + name + "'", {}, choices(name, names));
}

std::shared_ptr<Callback> Callback::named(const std::string& name) {
  throw Error(Code::not_found, "callbacks are given as objects, and '" + name + "' is a text");
}

const std::vector<double>& History::operator[](const std::string& metric) const {
  std::vector<std::string> names;
  for (const auto& entry : history) {
    if (entry.first == metric) return entry.second;
    names.push_back(entry.first);
  }
  throw Error(Code::not_found, "the history has no metric called '" + metric + "'", {}, choices(metric, names));
}

void History::add(int at_epoch, const Logs& logs) {
  epoch.push_back(at_epoch);
  for (const auto& log : logs) {
    auto found =
        std::find_if(history.begin(), history.end(), [&](const auto& entry) { return entry.first == log.first; });
    if (found == history.end()) found = history.insert(history.end(), {log.first, {}});
    found->second.push_back(log.second);
  }
}

}  // namespace cajal
