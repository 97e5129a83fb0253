// Tables of parts made by name: losses, metrics, optimizers, initializers, ... One entry per file, listed by the
// folder.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cajal/nn/part.h"

namespace cajal {

/// What lists one kind of part: its names, and how it is made from its options.
template <class Base>
struct PartType {
  std::string_view class_name;                           ///< "MeanSquaredError"
  std::vector<std::string_view> names;                   ///< the usual one first: "mean_squared_error", "mse"
  std::shared_ptr<Base> (*make)(const Config& options);  ///< null: all options have their defaults
};

template <class Base>
using PartTypes = std::vector<const PartType<Base>*>;

/// Throws Error{not_found}: "there is no loss called 'mes'", with the nearest of the names, or those that there are.
[[noreturn]] void no_such_part(std::string_view kind, std::string_view wanted, const std::vector<std::string>& names,
                               const std::vector<std::string>& all_names);
/// The class name and the options in a Config made by `described`; throws Error where it is no such thing.
std::pair<std::string, Config> class_and_options(std::string_view kind, const Config& config);

/// The part of a table with that name, made with these options.
template <class Base>
std::shared_ptr<Base> make_part(const PartTypes<Base>& table, std::string_view kind, std::string_view wanted,
                                const Config& options = {}) {
  std::vector<std::string> names, all_names;
  for (const PartType<Base>* type : table) {
    names.emplace_back(type->names.front());
    all_names.insert(all_names.end(), type->names.begin(), type->names.end());
    all_names.emplace_back(type->class_name);
    for (std::string_view name : type->names)
      if (wanted == name || wanted == type->class_name) return type->make(options);
  }
  no_such_part(kind, wanted, names, all_names);
}

/// The part that a Config of the form {"class_name", "config"}, or a name, describes.
template <class Base>
std::shared_ptr<Base> part_from_config(const PartTypes<Base>& table, std::string_view kind, const Config& config) {
  const std::pair<std::string, Config> described = class_and_options(kind, config);
  return make_part(table, kind, described.first, described.second);
}

/// At the end of a part's file: `CAJAL_PART(Loss, loss, poisson, Poisson, "poisson")` for a class with `Options
/// options` that has `fields`. The names by which users call it stand last.
#define CAJAL_PART(Base, kind, stem, type, ...)                                                                    \
  const PartType<Base>& stem##_##kind() {                                                                          \
    static const PartType<Base> entry{#type, {__VA_ARGS__}, [](const Config& config) -> std::shared_ptr<Base> {    \
                                        return std::make_shared<type>(options_from<type::Options>(config, #type)); \
                                      }};                                                                          \
    return entry;                                                                                                  \
  }

}  // namespace cajal
