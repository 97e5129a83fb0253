"""Writes summary.json: the texts that Model.summary() prints."""

import os
import shutil

import golden

keras = golden.keras_float64()
keras.config.set_floatx("float32")

import numpy as np

layers = keras.layers


def text(model, columns, **options):
    """The summary on a terminal of so many columns."""
    os.environ["COLUMNS"] = str(columns)
    assert shutil.get_terminal_size().columns == columns
    parts = []
    model.summary(print_fn=lambda part: parts.append(part), **options)
    return "".join(parts)


def mlp():
    return keras.Sequential([
        keras.Input((784,)),
        layers.Dense(512, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(512, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(10, activation="softmax"),
    ])


def two_inputs():
    first = keras.Input((8,), name="first")
    second = keras.Input((4,), name="second")
    a = layers.Dense(16, activation="relu")(first)
    b = layers.Dense(16, activation="relu")(second)
    joined = layers.Concatenate()([a, b])
    joined = layers.BatchNormalization()(joined)
    return keras.Model([first, second], layers.Dense(3, name="scores")(joined))


def nested():
    inner = keras.Sequential([keras.Input((6,)), layers.Dense(5), layers.Activation("relu")],
                             name="encoder")
    x = keras.Input((6,))
    return keras.Model(x, layers.Dense(2)(inner(x)), name="outer")


def frozen():
    model = keras.Sequential([keras.Input((6,)), layers.Dense(5, name="a_rather_long_layer_name"),
                              layers.Dense(1)], name="frozen")
    model.layers[0].trainable = False
    return model


def unbuilt():
    return keras.Sequential([layers.Dense(5), layers.Dense(1)])


def record(build, optimizer=None, **options):
    keras.utils.clear_session()
    model = build()
    result = {"model": build.__name__, "options": options,
              "width_80": text(model, 80, **options), "width_120": text(model, 120, **options)}
    if optimizer:
        model.compile(optimizer=optimizer, loss="mse")
        result["compiled_width_80"] = text(model, 80, **options)
        inputs = [np.zeros((2, *value.shape[1:]), "float32") for value in model.inputs]
        outputs = np.zeros((2, *model.outputs[0].shape[1:]), "float32")
        model.fit(inputs if len(inputs) > 1 else inputs[0], outputs, verbose=0)
        result["optimizer"] = optimizer
        result["trained_width_80"] = text(model, 80, **options)
    return result


RECORDS = [
    record(mlp, optimizer="adam"),
    record(mlp, line_length=60),
    record(two_inputs, optimizer="sgd"),
    record(nested, optimizer="rmsprop"),
    record(nested, expand_nested=True),
    record(frozen, optimizer="adam"),
    record(frozen, show_trainable=True),
    record(unbuilt),
]

golden.write("summary.json", golden.keras_source().replace("float64", "float32"),
             {"records": RECORDS})
