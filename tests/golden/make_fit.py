"""Writes fit.json: whole small trainings."""

import golden

keras = golden.keras_float64()

import numpy as np

X = golden.random(1, 24, 4)
Y = np.random.default_rng(2).integers(0, 3, 24)
TARGETS = golden.random(3, 24, 3)
DATA = {
    "x": X,
    "y": Y,
    "targets": TARGETS,
    "sample_weight": golden.random(4, 24, low=0.1, high=2.0),
    "class_weight": {"0": 0.5, "1": 2.0, "2": 1.25},
    "x_validation": golden.random(5, 7, 4),
    "y_validation": np.random.default_rng(6).integers(0, 3, 7),
    "sample_weight_validation": golden.random(7, 7, low=0.1, high=2.0),
}
START = {
    "hidden": {"kernel": golden.random(8, 4, 8), "bias": golden.random(9, 8)},
    "norm": {"gamma": golden.random(10, 8, low=0.5, high=1.5), "beta": golden.random(11, 8)},
    "output": {"kernel": golden.random(12, 8, 3), "bias": golden.random(13, 3)},
}
SGD = {"optimizer": "SGD", "arguments": {"learning_rate": 0.1, "momentum": 0.9}}
ADAM = {"optimizer": "Adam", "arguments": {"learning_rate": 0.01}}
MUON = {"optimizer": "Muon", "arguments": {"learning_rate": 0.01}}
MUON_HIDDEN = {"optimizer": "Muon", "arguments": {"learning_rate": 0.01, "exclude_layers": ["output"]}}


def weights_of(model):
    return {layer.name: {w.name: w.numpy() for w in layer.weights}
            for layer in model.layers if layer.weights}


def named(model, x, y, **options):
    return model.evaluate(x, y, batch_size=5, verbose=0, return_dict=True, **options)


def record(case, optimizer, l2=None, batch_norm=False, loss="SparseCategoricalCrossentropy",
           epochs=3, sample_weight=False, class_weight=False, validation_data=False,
           validation_split=0.0, constraint=None, softmax=False, scale=1.0):
    keras.utils.clear_session()
    options = {"kernel_regularizer": keras.regularizers.L2(l2)} if l2 else {}
    if constraint:
        options["kernel_constraint"] = keras.constraints.MaxNorm(constraint)
    layers = [keras.layers.Input((4,)),
              keras.layers.Dense(8, activation="tanh", name="hidden", **options),
              keras.layers.Dense(3, activation="softmax" if softmax else None, name="output",
                                 **options)]
    if batch_norm:
        layers.insert(2, keras.layers.BatchNormalization(name="norm", momentum=0.9))
    model = keras.Sequential(layers)
    for layer in model.layers:
        for variable in layer.weights:
            if variable.name in START[layer.name]:
                variable.assign(START[layer.name][variable.name])
    output = model.get_layer("output").kernel
    output.assign(output.numpy() * scale)
    start = weights_of(model)
    sparse = loss == "SparseCategoricalCrossentropy"
    y = Y if sparse else TARGETS
    model.compile(
        optimizer=getattr(keras.optimizers, optimizer["optimizer"])(**optimizer["arguments"]),
        loss=getattr(keras.losses, loss)(**({"from_logits": not softmax} if sparse else {})),
        metrics=["accuracy"] if sparse else ["mae"],
        weighted_metrics=["accuracy"] if sparse else ["mae"],
        jit_compile=False,
    )
    before = named(model, X, y)
    given = {}
    if sample_weight:
        given["sample_weight"] = DATA["sample_weight"]
    if class_weight:
        given["class_weight"] = {int(k): v for k, v in DATA["class_weight"].items()}
    if validation_data:
        given["validation_data"] = (DATA["x_validation"], DATA["y_validation"])
        if sample_weight:
            given["validation_data"] += (DATA["sample_weight_validation"],)
    if validation_split:
        given["validation_split"] = validation_split
    history = model.fit(X, y, batch_size=5, epochs=epochs, shuffle=False, verbose=0, **given)
    return {
        "case": case, **optimizer, "loss": loss, "l2": l2, "max_norm": constraint,
        "batch_norm": batch_norm, "softmax": softmax, "batch_size": 5, "epochs": epochs,
        "sample_weight": sample_weight, "class_weight": class_weight,
        "validation_data": validation_data, "validation_split": validation_split,
        "start": start,
        "evaluate_before": before,
        "history": history.history,
        "weights": weights_of(model),
        "evaluate": named(model, X, y),
        "evaluate_weighted": named(model, X, y, sample_weight=DATA["sample_weight"]),
        "predict": model.predict(X[:3], verbose=0),
    }


RECORDS = []
for name, optimizer in [("sgd", SGD), ("adam", ADAM)]:
    RECORDS += [
        record(name, optimizer),
        record(f"{name}_l2", optimizer, l2=0.01),
        record(f"{name}_sample_weight", optimizer, sample_weight=True),
        record(f"{name}_class_weight", optimizer, class_weight=True),
    ]
RECORDS += [
    record("validation_data", ADAM, validation_data=True, sample_weight=True),
    record("validation_split", SGD, validation_split=0.3),
    record("batch_norm", SGD, batch_norm=True),
    record("mean_squared_error", ADAM, loss="MeanSquaredError"),
    record("max_norm", SGD, constraint=1.0),
    record("softmax", ADAM, softmax=True),
    # Chances below epsilon: the loss is taken from what went into the softmax.
    record("softmax_far_off", ADAM, softmax=True, scale=50.0),
    record("muon", MUON),
    record("muon_hidden", MUON_HIDDEN),
]

golden.write("fit.json", golden.keras_source(), {"data": DATA, "records": RECORDS})
