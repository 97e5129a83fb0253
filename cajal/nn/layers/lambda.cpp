#include "cajal/nn/layers/lambda.h"

namespace cajal {

Lambda::Lambda(std::function<Var(Var)> function) : function_(std::move(function)) {
  set_class_name("Lambda");
  if (!function_) fail("Lambda was given an empty function");
}

Lambda::Lambda(Options) {
  throw Error(Code::unsupported, "a Lambda layer is C++ code and cannot be made from its name", {},
              "build the model in C++ and call load_weights on it");
}

Var Lambda::call(Var x) { return function_(x); }

CAJAL_LAYER(lambda, Lambda)

}  // namespace cajal
