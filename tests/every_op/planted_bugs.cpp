// Ops that are wrong on purpose: whoever weakens a check is told here.
#include <gtest/gtest.h>

#include "cajal/ops/elementwise.h"
#include "checks.h"

namespace cajal::every_op {
namespace {

// y = x^2, right in every way; each bug below changes one member.
struct Square {
  static constexpr std::string_view name = "planted", summary = "x x.";
  Specs infer(std::span<const Spec> in) const { return {Spec{in[0].shape, in[0].dtype}}; }
  Vars gradient(const Derivative& d) const { return {2 * d.dy() * d.x()}; }
  template <class T>
  void reference(const Call& call) const {
    for (int64_t i = 0; i < call.out[0].size; ++i) {
      const T x = call.in[0].as<T>()[i];
      call.out[0].as<T>()[i] = T(x * x);
    }
  }
  static std::vector<std::pair<int, int>> in_place() { return {{0, 0}}; }
  static std::vector<Sample> samples() { return {{{}, {{{2, 3}}}, -2, 2}, {{}, {{{33}}}, -2, 2}}; }
};

struct WrongGradient : Square {
  Vars gradient(const Derivative& d) const { return {d.dy() * d.x()}; }
};

// Right as a number, but its own derivative is lost.
struct WrongSecondDerivative : Square {
  Vars gradient(const Derivative& d) const { return {2 * d.dy() * stop_gradient(d.x())}; }
};

struct GradientOfAnotherShape : Square {
  Vars gradient(const Derivative& d) const { return {2 * d.dy() * d.x() + constant(Tensor({3, 1, 1}))}; }
};

struct LessPrecise : Square {
  template <class T>
  void reference(const Call& call) const {
    Square::reference<T>(call);
    if constexpr (std::is_same_v<T, float>) call.out[0].as<T>()[0] += 1e-3f;
  }
};

struct LastElementForgotten : Square {
  template <class T>
  void reference(const Call& call) const {
    for (int64_t i = 0; i + 1 < call.out[0].size; ++i)
      call.out[0].as<T>()[i] = T(call.in[0].as<T>()[i] * call.in[0].as<T>()[i]);
  }
};

struct WritesBeyond : Square {
  template <class T>
  void reference(const Call& call) const {
    Square::reference<T>(call);
    call.out[0].as<T>()[call.out[0].size] = T(1);
  }
};

struct ShapeTooLarge : Square {
  Specs infer(std::span<const Spec> in) const {
    Shape shape = in[0].shape;
    shape.insert(0, 2);
    return {Spec{shape, in[0].dtype}};
  }
  template <class T>
  void reference(const Call& call) const {
    for (int64_t i = 0; i < call.in[0].size; ++i)
      call.out[0].as<T>()[i] = T(call.in[0].as<T>()[i] * call.in[0].as<T>()[i]);
  }
};

// Reads an input after it wrote over it.
struct NotInPlace : Square {
  template <class T>
  void reference(const Call& call) const {
    const int64_t last = call.out[0].size - 1;
    for (int64_t i = 0; i <= last; ++i)
      call.out[0].as<T>()[i] = T(call.in[0].as<T>()[last - i] * call.in[0].as<T>()[last - i]);
  }
};

// Takes the number of elements from the shape in the sample.
struct OfOneSizeOnly : Square {
  Vars gradient(const Derivative& d) const { return {2 * d.dy() * d.x() * double(d.x().dim(0).factor())}; }
  template <class T>
  void reference(const Call& call) const {
    Square::reference<T>(call);
    for (int64_t i = 0; i < call.out[0].size; ++i)
      call.out[0].as<T>()[i] = T(double(call.out[0].as<T>()[i]) * double(call.out[0].dims[0]));
  }
};

struct NoSummary : Square {
  static constexpr std::string_view summary = "";
};

template <class O>
const Op& planted() {
  static const Op op = define<O>();
  return op;
}

std::string complaints_about(const Op& op) {
  std::string out;
  for (const std::string& complaint : check_op(op)) out += complaint + "\n";
  for (const std::string& complaint : check_house_rules(op, "planted")) out += complaint + "\n";
  return out;
}

TEST(PlantedBug, NoneInASoundOp) { EXPECT_EQ(complaints_about(planted<Square>()), ""); }

TEST(PlantedBug, WrongGradient) {
  EXPECT_NE(complaints_about(planted<WrongGradient>()).find("first derivative"), std::string::npos);
}
TEST(PlantedBug, WrongSecondDerivative) {
  EXPECT_NE(complaints_about(planted<WrongSecondDerivative>()).find("second derivative"), std::string::npos);
}
TEST(PlantedBug, GradientOfAnotherShape) { EXPECT_NE(complaints_about(planted<GradientOfAnotherShape>()), ""); }
TEST(PlantedBug, LessPrecise) {
  EXPECT_NE(complaints_about(planted<LessPrecise>()).find("float32"), std::string::npos);
}
TEST(PlantedBug, LastElementForgotten) {
  EXPECT_NE(complaints_about(planted<LastElementForgotten>()).find("unwritten"), std::string::npos);
}
TEST(PlantedBug, WritesBeyond) {
  EXPECT_NE(complaints_about(planted<WritesBeyond>()).find("beyond"), std::string::npos);
}
TEST(PlantedBug, ShapeTooLarge) {
  EXPECT_NE(complaints_about(planted<ShapeTooLarge>()).find("unwritten"), std::string::npos);
}
TEST(PlantedBug, NotInPlace) {
  EXPECT_NE(complaints_about(planted<NotInPlace>()).find("in the memory of"), std::string::npos);
}
TEST(PlantedBug, OfOneSizeOnly) {
  EXPECT_NE(complaints_about(planted<OfOneSizeOnly>()).find("unknown size"), std::string::npos);
}
TEST(PlantedBug, WrongKernelOfABackend) {
  const Kernel wrong{"planted", "wrong", [](const Call& call) noexcept {
                       Square().reference<float>(call);
                       call.out[0].as<float>()[call.out[0].size - 1] += 1e-3f;
                     }};
  const Backend backend{"planted", {&wrong, 1}};
  const Backend* const backends[] = {&backend};
  const Sample sample = Square::samples()[1];
  EXPECT_EQ(check_backends(Case(planted<Square>(), sample)), Complaints());
  ASSERT_EQ(check_backends(Case(planted<Square>(), sample), backends).size(), 1u);
}
TEST(PlantedBug, NoSummary) {
  EXPECT_NE(complaints_about(planted<NoSummary>()).find("no sentence"), std::string::npos);
}
TEST(PlantedBug, WrongName) { EXPECT_FALSE(check_house_rules(planted<Square>(), "another").empty()); }

}  // namespace
}  // namespace cajal::every_op
