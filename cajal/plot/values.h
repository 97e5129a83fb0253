// Values: numbers to draw, whatever they came in.
#pragma once

#include <initializer_list>
#include <type_traits>
#include <utility>
#include <vector>

#include "cajal/tensor/tensor.h"

namespace cajal::plot {

/// Numbers to draw: a Tensor of any type (flattened), a vector of any numbers, or a braced list.
class Values {
 public:
  Values() = default;
  Values(const Tensor& tensor) : numbers_(tensor.defined() ? tensor.values<double>() : std::vector<double>()) {}
  Values(std::vector<double> numbers) : numbers_(std::move(numbers)) {}
  Values(std::initializer_list<double> numbers) : numbers_(numbers) {}
  template <class T>
    requires std::is_arithmetic_v<T> Values(const std::vector<T>& numbers) : numbers_(numbers.begin(), numbers.end()) {}

    const std::vector<double>& numbers() const { return numbers_; }
    size_t size() const { return numbers_.size(); }
    bool empty() const { return numbers_.empty(); }
    double operator[](size_t index) const { return numbers_[index]; }

   private:
    std::vector<double> numbers_;
};

}  // namespace cajal::plot
