"""Writes losses.json: values and gradients of the losses."""

import golden

keras = golden.keras_float64()

import numpy as np
import tensorflow as tf

REDUCTIONS = ["sum_over_batch_size", "sum", "none", "mean_with_sample_weight"]
WEIGHTS = np.array([0.5, 2.0, 0.0, 1.25])
TIME_WEIGHTS = np.array([[1.0, 0.0, 0.5], [2.0, 0.25, 1.5]])


def share(values):
    """Rows which sum up to one."""
    values = np.abs(values) + 0.05
    return np.round(values / values.sum(-1, keepdims=True), 3)


def one_hot(labels, classes):
    return np.eye(classes)[np.asarray(labels)]


REAL = {
    "matrix": (golden.random(1, 4, 3), golden.random(2, 4, 3, low=-2, high=2), WEIGHTS),
    "column": (golden.random(3, 4), golden.random(4, 4, 1, low=-2, high=2), WEIGHTS),
    "time": (golden.random(5, 2, 3, 2), golden.random(6, 2, 3, 2, low=-2, high=2), TIME_WEIGHTS),
}
POSITIVE = {
    "matrix": (golden.random(7, 4, 3, low=0, high=3), golden.random(8, 4, 3, low=0, high=3),
               WEIGHTS),
}
SIGNS = {
    "matrix": (np.sign(golden.random(9, 4, 3)), golden.random(10, 4, 3, low=-2, high=2), WEIGHTS),
    "zero_one": ((golden.random(11, 4, 3) > 0) * 1.0, golden.random(12, 4, 3, low=-2, high=2),
                 WEIGHTS),
}
SHARES = {
    "matrix": (share(golden.random(13, 4, 3)), share(golden.random(14, 4, 3)), WEIGHTS),
    "edges": (np.array([[1.0, 0.0, 0.0], [0.0, 0.5, 0.5]]),
              np.array([[0.75, 0.25, 0.0], [1.0, 0.0, 0.0]]), np.array([1.0, 0.5])),
}
BINARY_TRUE = (golden.random(15, 4, 3) > 0) * 1.0
BINARY_TIME = (golden.random(16, 2, 3, 2) > 0) * 1.0
BINARY_EDGES = np.array([[0.0, 1.0, 0.0], [1.0, 1.0, 0.0]])
BINARY = {
    False: {
        "matrix": (BINARY_TRUE, golden.random(17, 4, 3, low=0.02, high=0.98), WEIGHTS),
        "time": (BINARY_TIME, golden.random(18, 2, 3, 2, low=0.02, high=0.98), TIME_WEIGHTS),
        "edges": (BINARY_EDGES, np.array([[0.0, 1.0, 0.5], [0.0, 0.5, 1.0]]),
                  np.array([1.0, 0.5])),
    },
    True: {
        "matrix": (BINARY_TRUE, golden.random(19, 4, 3, low=-4, high=4), WEIGHTS),
        "time": (BINARY_TIME, golden.random(20, 2, 3, 2, low=-4, high=4), TIME_WEIGHTS),
        "large": (BINARY_EDGES, np.array([[-800.0, 800.0, 40.0], [-800.0, -40.0, 800.0]]),
                  np.array([1.0, 0.5])),
    },
}
LABELS, TIME_LABELS = [2, 0, 1, 2], [[0, 3, 1], [2, 2, 0]]
UNSCALED = golden.random(21, 4, 3, low=0.05, high=0.95)
CLASSES = {
    False: {
        "matrix": (LABELS, share(golden.random(22, 4, 3)), WEIGHTS),
        "not_normalised": (LABELS, UNSCALED, WEIGHTS),
        "time": (TIME_LABELS, share(golden.random(23, 2, 3, 4)), TIME_WEIGHTS),
        "edges": ([0, 1], np.array([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]), np.array([1.0, 0.5])),
    },
    True: {
        "matrix": (LABELS, golden.random(24, 4, 3, low=-4, high=4), WEIGHTS),
        "time": (TIME_LABELS, golden.random(25, 2, 3, 4, low=-4, high=4), TIME_WEIGHTS),
        "large": ([0, 1], np.array([[800.0, -800.0, 0.0], [800.0, -800.0, 0.0]]),
                  np.array([1.0, 0.5])),
    },
}


def encoded(cases):
    return {
        name: (one_hot(true, pred.shape[-1]), pred, weight)
        for name, (true, pred, weight) in cases.items()
    }


def record(name, case, y_true, y_pred, weight, **arguments):
    kind = getattr(keras.losses, name)

    def value(reduction, weight):
        return kind(reduction=reduction, **arguments)(y_true, y_pred, sample_weight=weight)

    def gradient(weight):
        pred = tf.constant(y_pred)
        with tf.GradientTape() as tape:
            tape.watch(pred)
            loss = kind(**arguments)(y_true, pred, sample_weight=weight)
        return tape.gradient(loss, pred)

    def results(weight):
        values = {reduction: value(reduction, weight) for reduction in REDUCTIONS}
        return {**values, "gradient": gradient(weight)}

    y_true = np.asarray(y_true)
    result = {"loss": name, "arguments": arguments, "case": case, "y_true": y_true,
              "y_pred": y_pred, "sample_weight": weight,
              "unweighted": results(None), "weighted": results(weight)}
    return result


def records(name, cases, **arguments):
    return [record(name, case, *data, **arguments) for case, data in cases.items()]


def only(cases, *names):
    return {name: cases[name] for name in names}


RECORDS = []
for loss in ["MeanSquaredError", "MeanAbsoluteError", "MeanAbsolutePercentageError", "Huber",
             "LogCosh", "CosineSimilarity"]:
    RECORDS += records(loss, only(REAL, "matrix", "time") if loss == "CosineSimilarity" else REAL)
RECORDS += records("Huber", only(REAL, "matrix"), delta=0.5)
RECORDS += records("MeanSquaredLogarithmicError", {**POSITIVE, "negative": REAL["matrix"]})
RECORDS += records("Poisson", POSITIVE)
RECORDS += records("KLDivergence", SHARES)
for loss in ["Hinge", "SquaredHinge"]:
    RECORDS += records(loss, SIGNS)
RECORDS += records("CategoricalHinge", {
    "matrix": (one_hot(LABELS, 3), golden.random(26, 4, 3, low=-2, high=2), WEIGHTS)})
for logits in [False, True]:
    edge = "large" if logits else "edges"
    binary, classes = BINARY[logits], CLASSES[logits]
    RECORDS += records("BinaryCrossentropy", binary, from_logits=logits)
    RECORDS += records("BinaryCrossentropy", only(binary, "matrix", edge), from_logits=logits,
                       label_smoothing=0.1)
    RECORDS += records("CategoricalCrossentropy", encoded(classes), from_logits=logits)
    RECORDS += records("CategoricalCrossentropy", encoded(only(classes, "matrix", edge)),
                       from_logits=logits, label_smoothing=0.1)
    RECORDS += records("SparseCategoricalCrossentropy", classes, from_logits=logits)
    column = {"column": ([[label] for label in LABELS], *classes["matrix"][1:])}
    RECORDS += records("SparseCategoricalCrossentropy", column, from_logits=logits)
    RECORDS += records("SparseCategoricalCrossentropy", only(classes, "matrix", "time"),
                       from_logits=logits, ignore_class=2)
    minus = {"minus_one": ([-1, 0, 1, -1], *classes["matrix"][1:])}
    RECORDS += records("SparseCategoricalCrossentropy", minus, from_logits=logits,
                       ignore_class=-1)
    RECORDS += records("BinaryFocalCrossentropy", only(binary, "matrix", "time"),
                       from_logits=logits)
    RECORDS += records("BinaryFocalCrossentropy", only(binary, "matrix"), from_logits=logits,
                       apply_class_balancing=True, alpha=0.3, gamma=1.5, label_smoothing=0.1)
    RECORDS += records("CategoricalFocalCrossentropy",
                       encoded(only(classes, "matrix", "time")), from_logits=logits)
    RECORDS += records("CategoricalFocalCrossentropy", encoded(only(classes, "matrix")),
                       from_logits=logits, alpha=0.3, gamma=1.5, label_smoothing=0.1)

golden.write("losses.json", golden.keras_source(),
             {"epsilon": keras.config.epsilon(), "records": RECORDS})
