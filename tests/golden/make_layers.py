"""Writes layers.json: outputs and gradients of the layers."""

import golden

keras = golden.keras_float64()

import numpy as np
import tensorflow as tf

SEEDS = iter(range(1, 1000))


def random(*shape, **range_):
    return golden.random(next(SEEDS), *shape, **range_)


def call(layer, inputs, training):
    """One call of the layer and the gradients of sum(output * output_weights)."""
    tensors = [tf.constant(value) for value in inputs]
    watched = [tensor for tensor in tensors if tensor.dtype.is_floating]
    weights = layer.trainable_weights
    options = {} if training is None else {"training": training}
    with tf.GradientTape() as tape:
        tape.watch(watched)
        output = layer(tensors if len(tensors) > 1 else tensors[0], **options)
        output_weights = random(*output.shape)
        total = tf.reduce_sum(output * output_weights)
    given, of_weights = tape.gradient(total, [watched, [w.value for w in weights]])
    of_weights = [tf.convert_to_tensor(gradient) for gradient in of_weights]
    result = {"training": bool(training), "inputs": inputs, "output": output,
              "output_weights": output_weights,
              "gradients": {"inputs": given,
                            "weights": {w.name: g for w, g in zip(weights, of_weights)}}}
    if layer.non_trainable_weights:
        result["state"] = {w.name: w.numpy() for w in layer.non_trainable_weights}
    if layer.losses:
        result["loss"] = sum(layer.losses)
    return result


def record(name, *calls, weights=None, adapt=None, **arguments):
    """`calls` are lists of inputs, or pairs of such a list and the training flag."""
    layer = getattr(keras.layers, name)(**arguments)
    result = {"layer": name, "arguments": arguments}
    if adapt is not None:
        layer.adapt(adapt)
        result["adapt"] = adapt
        result["state"] = {"mean": layer.mean, "variance": layer.variance}
    calls = [c if isinstance(c, tuple) else (c, None) for c in calls]
    if adapt is None:
        shapes = [value.shape for value in calls[0][0]]
        layer.build(shapes if len(shapes) > 1 else shapes[0])
    if weights:
        for variable in layer.weights:
            if variable.name in weights:
                variable.assign(weights[variable.name])
        result["weights"] = {w.name: w.numpy() for w in layer.weights}
    result["calls"] = [call(layer, *c) for c in calls]
    return result


def training(*inputs):
    return list(inputs), True


def inference(*inputs):
    return list(inputs), False


def norm_weights(*shape):
    return {"gamma": random(*shape, low=0.5, high=1.5), "beta": random(*shape)}


PAIR = [random(2, 3), random(2, 3)]
THREE = [random(2, 3), random(2, 3), random(2, 3)]
DENSE = {"kernel": random(3, 4), "bias": random(4)}
IMAGES = random(2, 2, 3, 2)
STATISTICS = {"moving_mean": random(3), "moving_variance": random(3, low=0.5, high=1.5)}
TABLE = random(6, 3, low=-3, high=5)

RECORDS = [
    record("Dense", [random(5, 3)], weights=DENSE, units=4),
    record("Dense", [random(5, 3)], weights=DENSE, units=4, activation="tanh"),
    record("Dense", [random(5, 3)], weights={"kernel": DENSE["kernel"]}, units=4,
           use_bias=False),
    record("Dense", [random(2, 5, 3)], weights=DENSE, units=4, activation="softmax"),
    record("BatchNormalization", training(random(5, 3)), training(random(5, 3, high=2.0)),
           inference(random(4, 3)), weights={**norm_weights(3), **STATISTICS}),
    record("BatchNormalization", training(random(2, 4, 3)), inference(random(2, 4, 3)),
           weights=norm_weights(3), momentum=0.9, epsilon=0.01),
    record("BatchNormalization", training(random(2, 3, 4)), inference(random(2, 3, 4)),
           weights=norm_weights(3), axis=1, momentum=0.5),
    record("BatchNormalization", training(random(5, 3)), inference(random(5, 3)),
           weights=STATISTICS, center=False, scale=False),
    record("LayerNormalization", [random(4, 3)], weights=norm_weights(3)),
    record("LayerNormalization", [random(2, 4, 3)], weights=norm_weights(3), epsilon=0.1),
    record("LayerNormalization", [random(2, 4, 3)], weights=norm_weights(4, 3), axis=[1, 2]),
    record("LayerNormalization", [random(2, 4, 3)], weights=norm_weights(4), axis=1),
    record("LayerNormalization", [random(4, 3)], center=False, scale=False),
    record("Embedding", [np.array([[0, 4, 2], [4, 1, 4]])], weights={"embeddings": random(5, 3)},
           input_dim=5, output_dim=3),
    record("Normalization", [random(4, 3)], adapt=TABLE),
    record("Normalization", [random(4, 3)], adapt=TABLE, axis=None),
    record("Normalization", [random(2, 3, 2)], adapt=random(4, 3, 2), axis=1),
    record("Normalization", [random(2, 3, 2)], adapt=random(4, 3, 2), axis=[1, 2]),
    record("Normalization", [random(4, 3)], adapt=TABLE, invert=True),
    record("Normalization", [random(4, 3)], adapt=TABLE * [1.0, 0.0, 1.0]),
    record("Normalization", [random(4, 3)], mean=[0.5, -1.0, 2.0], variance=[4.0, 1.0, 0.25]),
    record("Rescaling", [random(2, 3)], scale=0.25),
    record("Rescaling", [random(2, 3)], scale=2.0, offset=-1.0),
    record("Flatten", [IMAGES]),
    record("Flatten", [random(3)]),
    record("Reshape", [IMAGES], target_shape=[3, 4]),
    record("Reshape", [IMAGES], target_shape=[-1, 2]),
    record("Permute", [IMAGES], dims=[3, 1, 2]),
    record("RepeatVector", [random(2, 3)], n=2),
    record("Dropout", inference(random(2, 3)), rate=0.5),
    record("GaussianNoise", inference(random(2, 3)), stddev=0.5),
    record("GaussianDropout", inference(random(2, 3)), rate=0.5),
    record("AlphaDropout", inference(random(2, 3)), rate=0.5),
    record("Softmax", [random(2, 3, 2)]),
    record("Softmax", [random(2, 3, 2)], axis=1),
    record("UnitNormalization", [random(2, 3)]),
    record("UnitNormalization", [random(2, 3, 2)], axis=[1, 2]),
    record("Masking", [np.array([[[0.5, 0.0], [0.0, 0.0], [0.25, -1.0]]])]),
    record("ActivityRegularization", [random(2, 3)], l1=0.1, l2=0.01),
    record("ReLU", [random(2, 3)], negative_slope=0.125),
    record("LeakyReLU", [random(2, 3)], negative_slope=0.25),
    record("ELU", [random(2, 3)]),
    record("Identity", [random(2, 3)]),
    record("Add", THREE),
    record("Add", [random(2, 3), random(2, 1)]),
    record("Subtract", PAIR),
    record("Multiply", THREE),
    record("Average", THREE),
    record("Maximum", THREE),
    record("Minimum", THREE),
    record("Concatenate", [random(2, 3), random(2, 2)]),
    record("Concatenate", [random(2, 3, 2), random(2, 1, 2)], axis=1),
    record("Dot", PAIR, axes=1),
    record("Dot", PAIR, axes=1, normalize=True),
    record("Dot", [random(2, 3, 4), random(2, 5, 3)], axes=[1, 2]),
    record("Dot", [random(2, 3, 4), random(2, 3, 5)], axes=1),
]


def function(name, kind, value, **arguments):
    return {"function": name, "arguments": arguments, "input": value,
            "output": kind(value, **arguments)}


LABELS = np.array([2, 0, -1, 3])
FUNCTIONS = [
    function("one_hot", keras.ops.one_hot, LABELS, num_classes=4),
    function("one_hot", keras.ops.one_hot, np.array([1, 3, 0]), num_classes=3),
    function("one_hot", keras.ops.one_hot, np.array([[1, 0], [2, 1]]), num_classes=3, axis=1),
    function("to_categorical", keras.utils.to_categorical, np.array([2, 0, 3]), num_classes=5),
    function("to_categorical", keras.utils.to_categorical, np.array([2, 0, 3])),
    function("to_categorical", keras.utils.to_categorical, np.array([[2], [0], [1]])),
    function("to_categorical", keras.utils.to_categorical, np.array([[2, 0], [1, 1]])),
]

WEIGHT = golden.random(500, 4, 3, low=-2, high=2)
WEIGHT[:, 2] /= 10.0


def regularizer(name, **arguments):
    weight = tf.constant(WEIGHT)
    with tf.GradientTape() as tape:
        tape.watch(weight)
        value = getattr(keras.regularizers, name)(**arguments)(weight)
    return {"regularizer": name, "arguments": arguments, "value": value,
            "gradient": tape.gradient(value, weight)}


def constraint(name, **arguments):
    return {"constraint": name, "arguments": arguments,
            "output": getattr(keras.constraints, name)(**arguments)(tf.constant(WEIGHT))}


REGULARIZERS = [
    regularizer("L1"), regularizer("L1", l1=0.1), regularizer("L2"), regularizer("L2", l2=0.1),
    regularizer("L1L2", l1=0.1, l2=0.02), regularizer("OrthogonalRegularizer"),
    regularizer("OrthogonalRegularizer", factor=0.1, mode="columns"),
]
CONSTRAINTS = [
    constraint("MaxNorm"), constraint("MaxNorm", max_value=1.0),
    constraint("MaxNorm", max_value=1.0, axis=1), constraint("NonNeg"), constraint("UnitNorm"),
    constraint("UnitNorm", axis=1), constraint("MinMaxNorm"),
    constraint("MinMaxNorm", min_value=0.5, max_value=1.0, rate=0.25, axis=1),
]

golden.write("layers.json", golden.keras_source(), {
    "records": RECORDS, "functions": FUNCTIONS, "weight": WEIGHT,
    "regularizers": REGULARIZERS, "constraints": CONSTRAINTS,
})
