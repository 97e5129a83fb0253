"""Writes activations.json: values and gradients of the activation functions."""

import golden

keras = golden.keras_float64()

import numpy as np
import tensorflow as tf

X = np.array([
    [0.0, 0.5, -0.5, 1.0, -1.0, 3.0],
    [-3.0, 6.5, -6.5, 20.0, -20.0, 0.125],
    [-0.125, 2.5, -2.5, 1e-3, -1e-3, 0.75],
    [-0.75, 1.7, -1.7, 5.999, -4.25, 2.999],
])
WEIGHTS = golden.random(1, *X.shape)


def record(name, *kinks, tolerance=1e-12, **arguments):
    """`kinks` are the x in X where the derivative jumps."""
    function = getattr(keras.activations, name)
    x = tf.constant(X)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = function(x, **arguments)
        weights = WEIGHTS[:, : value.shape[1]]
        total = tf.reduce_sum(value * weights)
    return {"activation": name, "arguments": arguments, "kinks": list(kinks),
            "tolerance": tolerance, "value": value, "gradient": tape.gradient(total, x)}


# TensorFlow keeps the slope of a leaky relu as a float32.
SINGLE = {"tolerance": 1e-7}


RECORDS = [
    # At 0 the two sides of this one are added up: the gradient there is 2, not 1.
    record("celu", 0.0), record("celu", 0.0, alpha=0.5),
    record("elu"), record("elu", 0.0, alpha=0.5),
    record("exponential"),
    record("gelu"), record("gelu", approximate=True),
    record("glu"),
    record("hard_shrink", -0.5, 0.5), record("hard_shrink", threshold=1.5),
    record("hard_sigmoid", -3.0, 3.0), record("hard_silu", -3.0, 3.0),
    record("hard_tanh", -1.0, 1.0),
    record("leaky_relu", 0.0, **SINGLE), record("leaky_relu", 0.0, negative_slope=0.125),
    record("linear"), record("log_sigmoid"),
    record("log_softmax"), record("log_softmax", axis=0),
    record("mish"),
    record("relu", 0.0), record("relu", 0.0, negative_slope=0.125),
    record("relu", 0.0, max_value=2.0),
    record("relu", threshold=0.6),
    record("relu", negative_slope=0.1, max_value=2.0, threshold=0.6, **SINGLE),
    record("relu6", 0.0), record("selu", 0.0), record("sigmoid"), record("silu"),
    record("soft_shrink", -0.5, 0.5), record("soft_shrink", threshold=1.5),
    record("softmax"), record("softmax", axis=0),
    record("softplus"), record("softsign"), record("sparse_plus"),
    record("sparse_sigmoid", -1.0, 1.0),
    record("sparsemax"), record("squareplus"), record("squareplus", b=1.0),
    record("tanh"), record("tanh_shrink"),
    record("threshold", threshold=0.6, default_value=-7.0),
]

golden.write("activations.json", golden.keras_source(),
             {"x": X, "weights": WEIGHTS, "records": RECORDS})
