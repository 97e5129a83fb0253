"""Writes metrics.json: what the metrics say after each of three batches."""

import golden

keras = golden.keras_float64()

import numpy as np

WEIGHTS = [[0.5, 2.0, 0.0, 1.25], [1.0, 0.25, 3.0, 0.5], [0.75, 1.5]]
SIZES = [4, 4, 2]


def batches(true, pred):
    """Three batches, the last of them smaller, cut from ten rows."""
    cuts = np.cumsum(SIZES)[:-1]
    return [
        {"y_true": t, "y_pred": p, "sample_weight": w}
        for t, p, w in zip(np.split(true, cuts), np.split(pred, cuts), WEIGHTS)
    ]


def share(values):
    values = np.abs(values) + 0.05
    return np.round(values / values.sum(-1, keepdims=True), 3)


LABELS = np.random.default_rng(1).integers(0, 4, 10)
ONE_HOT = np.eye(4)[LABELS]
SHARES = share(np.abs(golden.random(2, 10, 4)) + 0.5 * ONE_HOT)
LOGITS = golden.random(3, 10, 4, low=-4, high=4)
BITS = (golden.random(4, 10, 1) > 0) * 1.0
CHANCES = np.round(0.1 * BITS + 0.85 * golden.random(5, 10, 1, low=0.02, high=0.98), 3)
MANY_BITS = (golden.random(6, 10, 3) > 0) * 1.0
MANY_CHANCES = golden.random(7, 10, 3, low=0.02, high=0.98)
REAL = golden.random(8, 10, 3), golden.random(9, 10, 3)
EXACT = np.array([[1], [2], [3], [4], [1], [2], [3], [4], [0], [1]]) * 1.0
GUESS = np.array([[0], [2], [3], [4], [1], [1], [3], [0], [0], [1]]) * 1.0
TIME = {
    "labels": np.random.default_rng(10).integers(0, 3, (10, 2)),
    "shares": share(golden.random(11, 10, 2, 3)),
    "weights": np.split(golden.random(12, 10, 2, low=0, high=2), np.cumsum(SIZES)[:-1]),
}

DATA = {
    "binary": batches(BITS, CHANCES),
    "binary_many": batches(MANY_BITS, MANY_CHANCES),
    "categorical": batches(ONE_HOT, SHARES),
    "categorical_logits": batches(ONE_HOT, LOGITS),
    "sparse": batches(LABELS, SHARES),
    "sparse_column": batches(LABELS[:, None], SHARES),
    "sparse_logits": batches(LABELS, LOGITS),
    "exact": batches(EXACT, GUESS),
    "real": batches(*REAL),
    "time": batches(TIME["labels"], TIME["shares"]),
    "values": [{"values": b["y_true"], "sample_weight": b["sample_weight"]}
               for b in batches(*REAL)],
    "numbers": [{"values": value, "sample_weight": weight}
                for value, weight in [(1.5, 2.0), (-0.25, 1.0), (4.0, 0.5)]],
}
for batch, weights in zip(DATA["time"], TIME["weights"]):
    batch["sample_weight"] = weights


def results(metric, data, weighted):
    values = []
    for batch in DATA[data]:
        inputs = [np.asarray(batch[key]) for key in ("y_true", "y_pred", "values") if key in batch]
        if "TopK" in type(metric).__name__:
            # TensorFlow has this for float32 alone; the order of the values is the same.
            inputs[1] = inputs[1].astype("float32")
        weight = np.asarray(batch["sample_weight"]) if weighted else None
        metric.update_state(*inputs, sample_weight=weight)
        values.append(metric.result().numpy())
    return values


def record(name, data, **arguments):
    keras.utils.clear_session()
    usual = getattr(keras.metrics, name)().name
    plain, weighted = [getattr(keras.metrics, name)(**arguments) for _ in range(2)]
    return {"metric": name, "arguments": arguments, "name": usual, "data": data,
            "values": results(plain, data, False),
            "weighted": results(weighted, data, True)}


RECORDS = [
    record("BinaryAccuracy", "binary"),
    record("BinaryAccuracy", "binary_many"),
    record("BinaryAccuracy", "binary_many", threshold=0.3),
    record("CategoricalAccuracy", "categorical"),
    record("SparseCategoricalAccuracy", "sparse"),
    record("SparseCategoricalAccuracy", "sparse_column"),
    record("SparseCategoricalAccuracy", "time"),
    record("TopKCategoricalAccuracy", "categorical", k=2),
    record("SparseTopKCategoricalAccuracy", "sparse", k=2),
    record("Accuracy", "exact"),
    record("MeanSquaredError", "real"),
    record("RootMeanSquaredError", "real"),
    record("MeanAbsoluteError", "real"),
    record("BinaryCrossentropy", "binary"),
    record("BinaryCrossentropy", "binary_many", label_smoothing=0.1),
    record("CategoricalCrossentropy", "categorical"),
    record("CategoricalCrossentropy", "categorical_logits", from_logits=True,
           label_smoothing=0.1),
    record("SparseCategoricalCrossentropy", "sparse"),
    record("SparseCategoricalCrossentropy", "sparse_logits", from_logits=True),
    record("SparseCategoricalCrossentropy", "time"),
    record("Precision", "binary"),
    record("Precision", "binary_many", thresholds=0.3),
    record("Precision", "binary", thresholds=[0.25, 0.75]),
    record("Recall", "binary"),
    record("Recall", "binary_many", thresholds=0.3),
    record("Recall", "binary", thresholds=[0.25, 0.75]),
    record("AUC", "binary"),
    record("AUC", "binary", num_thresholds=5),
    record("AUC", "binary", curve="PR"),
    record("AUC", "binary_many"),
    record("F1Score", "categorical", average="macro"),
    record("F1Score", "categorical"),
    record("F1Score", "binary_many", average="micro", threshold=0.5),
    record("F1Score", "binary_many", average="weighted", threshold=0.5),
    record("Mean", "numbers"),
    record("Mean", "values"),
    record("Sum", "values"),
]

golden.write("metrics.json", golden.keras_source(), {"data": DATA, "records": RECORDS})
