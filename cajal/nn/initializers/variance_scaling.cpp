#include <algorithm>
#include <cmath>

#include "cajal/base/text.h"
#include "cajal/nn/initializers.h"
#include "cajal/nn/internal/drawing.h"
#include "cajal/nn/part_table.h"

namespace cajal {
namespace {

// The standard deviation of a standard normal number of which all beyond 2 were drawn again.
constexpr double truncated_stddev = 0.87962566103423978;

void expect_one_of(const char* option, const std::string& given, const std::vector<std::string>& allowed) {
  if (std::find(allowed.begin(), allowed.end(), given) == allowed.end())
    fail("VarianceScaling has no " + std::string(option) + " '" + given + "'", choices(given, allowed));
}

double product(const Shape& shape, const std::vector<int>& axes) {
  double out = 1;
  for (int axis : axes) out *= double(shape[axis].value());
  return out;
}

double fan(const Fans& fans, const std::string& mode) {
  if (mode == "fan_in") return fans.in;
  return mode == "fan_out" ? fans.out : (fans.in + fans.out) / 2;
}

}  // namespace

Fans compute_fans(const Shape& shape, const VarianceScaling::Options& options) {
  if (options.input_axes && options.output_axes)
    return {product(shape, *options.input_axes), product(shape, *options.output_axes)};
  const int rank = shape.rank();
  if (rank == 0) return {};
  if (rank == 1) return {double(shape[0].value()), double(shape[0].value())};
  const double field = double(shape.slice(0, rank - 2).size().value());
  return {double(shape[-2].value()) * field, double(shape[-1].value()) * field};
}

VarianceScaling::VarianceScaling(Options given) : options(std::move(given)) {
  if (options.distribution == "normal") options.distribution = "truncated_normal";
  if (!(options.scale > 0))
    fail("VarianceScaling needs a scale above 0 and was given " + std::to_string(options.scale));
  expect_one_of("mode", options.mode, {"fan_in", "fan_out", "fan_avg"});
  expect_one_of("distribution", options.distribution, {"truncated_normal", "untruncated_normal", "uniform"});
}

Tensor VarianceScaling::draw(const Shape& shape, DType type, uint64_t seed) const {
  const double variance = options.scale / std::max(1.0, fan(compute_fans(shape, options), options.mode));
  const double stddev = std::sqrt(variance), limit = std::sqrt(3 * variance);
  random::Stream stream = internal::stream_of(options.seed, seed);
  if (options.distribution == "uniform")
    return internal::filled(shape, type, [&] { return stream.uniform(-limit, limit); });
  if (options.distribution == "untruncated_normal")
    return internal::filled(shape, type, [&] { return stream.normal(0, stddev); });
  return internal::filled(shape, type,
                          [&] { return internal::truncated_normal(stream, 0, stddev / truncated_stddev); });
}

CAJAL_PART(Initializer, initializer, variance_scaling, VarianceScaling, "variance_scaling")

}  // namespace cajal
