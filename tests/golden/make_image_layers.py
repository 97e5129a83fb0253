"""Writes convolutions.json and image_layers.json: outputs and gradients of the layers of images.

Made on JAX (KERAS_BACKEND=jax), which computes every form in double on a
processor: groups, dilation and channels first too.
"""

import itertools
import os

os.environ.setdefault("KERAS_BACKEND", "jax")

import golden  # noqa: E402

keras = golden.keras_float64()

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402

SEEDS = itertools.count(1000)


def random(*shape, **range_):
    return golden.random(next(SEEDS), *shape, **range_)


def run(layer, trained, others, x, training):
    """The output, and what every weight holds afterwards."""
    mapping = [*zip(layer.trainable_variables, trained),
               *zip(layer.non_trainable_variables, others)]
    with keras.StatelessScope(state_mapping=mapping) as scope:
        output = layer(x, training=training)
        after = [scope.get_current_value(v) for v in layer.variables]
    after = [v.value if now is None else now for v, now in zip(layer.variables, after)]
    return output, after


def call(layer, x, training):
    """One call of the layer and the gradients of sum(output * output_weights)."""
    x = jnp.asarray(x)
    trained = [v.value for v in layer.trainable_variables]
    others = [v.value for v in layer.non_trainable_variables]
    output, after = run(layer, trained, others, x, training)
    for variable, now in zip(layer.variables, after):
        variable.assign(now)
    output_weights = random(*output.shape)

    def total(trained, x):
        # A wrapped layer's kernel is normalized by assignment, through which no gradient flows:
        # the gradient is that at the normalized kernel, as on TensorFlow and PyTorch.
        again = training and not isinstance(layer, keras.layers.SpectralNormalization)
        return jnp.sum(run(layer, trained, others, x, again)[0] * output_weights)

    if isinstance(layer, keras.layers.SpectralNormalization):
        trained = [v.value for v in layer.trainable_variables]
    of_weights, of_x = jax.grad(total, argnums=(0, 1))(trained, x)
    result = {"training": training, "inputs": [x], "output": output,
              "output_weights": output_weights,
              "gradients": {"inputs": [of_x],
                            "weights": {v.name: g for v, g in
                                        zip(layer.trainable_variables, of_weights)}}}
    if layer.non_trainable_variables and not augments(layer):
        result["state"] = {v.name: v.value for v in layer.variables}
    return result


def augments(layer):
    """Whether the only variable is the state of the random numbers, which is Keras's own affair."""
    return type(layer).__name__.startswith("Random")


def made(value):
    """A layer given as {"class_name", "config"}."""
    if isinstance(value, dict):
        return getattr(keras.layers, value["class_name"])(**value["config"])
    return value


def record(name, *shapes, training=(False,), trainable=True, positive=(), **arguments):
    """One call for each shape and for each of `training`; weights are random."""
    layer = getattr(keras.layers, name)(**{k: made(v) for k, v in arguments.items()})
    layer.build(shapes[0])
    for variable in () if augments(layer) else layer.variables:
        low = 0.5 if variable.name in ("gamma", "moving_variance") else -1.0
        variable.assign(random(*variable.shape, low=low, high=low + 1 if low > 0 else 1.0))
    layer.trainable = trainable
    result = {"layer": name, "arguments": arguments, "trainable": trainable,
              "weights": {} if augments(layer) else {v.name: v.value for v in layer.variables}}
    result["calls"] = [call(layer, random(*shape), mode) for shape in shapes for mode in training]
    return result


LINE, FIRST_LINE = (2, 6, 4), (1, 4, 6)
PICTURE, FIRST_PICTURE = (1, 5, 4, 4), (1, 4, 5, 4)
VOLUME, FIRST_VOLUME = (1, 3, 4, 3, 2), (1, 2, 3, 4, 3)
FIRST = {"data_format": "channels_first"}
BOTH = (True, False)

CONVOLUTIONS = [
    record("Conv1D", LINE, filters=2, kernel_size=3),
    record("Conv1D", LINE, filters=2, kernel_size=3, strides=2, padding="same"),
    record("Conv1D", LINE, filters=2, kernel_size=3, padding="causal", dilation_rate=2),
    record("Conv1D", LINE, filters=4, kernel_size=2, groups=2, activation="tanh"),
    record("Conv1D", FIRST_LINE, filters=2, kernel_size=3, activation="softmax", **FIRST),
    record("Conv2D", (2, 5, 4, 3), filters=2, kernel_size=3),
    record("Conv2D", PICTURE, filters=2, kernel_size=3, padding="same", activation="sigmoid"),
    record("Conv2D", PICTURE, filters=2, kernel_size=[3, 2], strides=[2, 1], use_bias=False),
    record("Conv2D", PICTURE, filters=2, kernel_size=3, strides=2, padding="same"),
    record("Conv2D", PICTURE, filters=2, kernel_size=2, dilation_rate=[3, 2]),
    record("Conv2D", PICTURE, filters=2, kernel_size=3, dilation_rate=2, padding="same"),
    record("Conv2D", PICTURE, filters=4, kernel_size=2, groups=2),
    record("Conv2D", PICTURE, filters=4, kernel_size=1, groups=4),
    record("Conv2D", FIRST_PICTURE, filters=2, kernel_size=3, padding="same", **FIRST),
    record("Conv3D", VOLUME, filters=2, kernel_size=2),
    record("Conv3D", VOLUME, filters=2, kernel_size=[2, 3, 1], strides=2, padding="same"),
    record("Conv3D", VOLUME, filters=2, kernel_size=2, dilation_rate=[2, 1, 2], groups=2),
    record("Conv3D", FIRST_VOLUME, filters=2, kernel_size=2, **FIRST),
    record("Conv1DTranspose", LINE, filters=2, kernel_size=3, strides=2),
    record("Conv1DTranspose", LINE, filters=2, kernel_size=4, strides=2, padding="same"),
    record("Conv1DTranspose", FIRST_LINE, filters=2, kernel_size=3, **FIRST),
    record("Conv2DTranspose", (1, 3, 2, 4), filters=2, kernel_size=3),
    record("Conv2DTranspose", (1, 3, 2, 4), filters=2, kernel_size=3, strides=2, padding="same"),
    record("Conv2DTranspose", (1, 3, 2, 4), filters=2, kernel_size=4, strides=2, padding="same"),
    record("Conv2DTranspose", (1, 3, 2, 4), filters=2, kernel_size=2, strides=3),
    record("Conv2DTranspose", (1, 3, 2, 4), filters=2, kernel_size=3, strides=2, padding="same",
           output_padding=1),
    record("Conv2DTranspose", (1, 3, 2, 4), filters=2, kernel_size=3, strides=2,
           output_padding=[0, 1]),
    record("Conv2DTranspose", (1, 3, 2, 4), filters=2, kernel_size=3, dilation_rate=2),
    record("Conv2DTranspose", (2, 4, 3, 2), filters=2, kernel_size=3, strides=2, **FIRST),
    record("Conv3DTranspose", (1, 2, 3, 2, 2), filters=2, kernel_size=2, strides=2),
    record("Conv3DTranspose", (1, 2, 3, 2, 2), filters=2, kernel_size=3, strides=[1, 2, 1],
           padding="same"),
    record("DepthwiseConv1D", LINE, kernel_size=3),
    record("DepthwiseConv1D", LINE, kernel_size=2, depth_multiplier=2, padding="same", strides=2),
    record("DepthwiseConv2D", PICTURE, kernel_size=3),
    record("DepthwiseConv2D", PICTURE, kernel_size=3, padding="same", strides=2),
    record("DepthwiseConv2D", PICTURE, kernel_size=[2, 3], depth_multiplier=2,
           activation="relu"),
    record("DepthwiseConv2D", PICTURE, kernel_size=2, dilation_rate=2, use_bias=False),
    record("DepthwiseConv2D", FIRST_PICTURE, kernel_size=3, **FIRST),
    record("SeparableConv1D", LINE, filters=3, kernel_size=3, strides=2),
    record("SeparableConv1D", LINE, filters=3, kernel_size=2, depth_multiplier=2, padding="same"),
    record("SeparableConv2D", PICTURE, filters=3, kernel_size=3, padding="same", strides=2),
    record("SeparableConv2D", PICTURE, filters=3, kernel_size=3, depth_multiplier=2,
           activation="relu"),
    record("SeparableConv2D", FIRST_PICTURE, filters=3, kernel_size=3, **FIRST),
]
RECORDS = []
for kind in ("MaxPooling", "AveragePooling"):
    RECORDS += [
        record(kind + "1D", LINE, pool_size=2),
        record(kind + "1D", LINE, pool_size=3, strides=2, padding="same"),
        record(kind + "1D", FIRST_LINE, pool_size=2, **FIRST),
        record(kind + "2D", PICTURE, pool_size=2),
        record(kind + "2D", PICTURE, pool_size=[3, 2], strides=[1, 2]),
        record(kind + "2D", PICTURE, pool_size=3, strides=2, padding="same"),
        record(kind + "2D", FIRST_PICTURE, pool_size=2, padding="same", **FIRST),
        record(kind + "3D", VOLUME, pool_size=2),
        record(kind + "3D", VOLUME, pool_size=[3, 2, 2], strides=2, padding="same"),
    ]
for kind in ("GlobalMaxPooling", "GlobalAveragePooling"):
    RECORDS += [
        record(kind + "1D", LINE),
        record(kind + "1D", FIRST_LINE, keepdims=True, **FIRST),
        record(kind + "2D", PICTURE),
        record(kind + "2D", PICTURE, keepdims=True),
        record(kind + "2D", FIRST_PICTURE, **FIRST),
        record(kind + "2D", FIRST_PICTURE, keepdims=True, **FIRST),
        record(kind + "3D", VOLUME),
    ]
for kind in ("AdaptiveMaxPooling", "AdaptiveAveragePooling"):
    RECORDS += [
        record(kind + "1D", LINE, output_size=3),
        record(kind + "2D", PICTURE, output_size=[3, 2]),
        record(kind + "2D", PICTURE, output_size=1),
        record(kind + "2D", FIRST_PICTURE, output_size=[2, 5], **FIRST),
        record(kind + "3D", VOLUME, output_size=[2, 3, 2]),
    ]
SMALL, FIRST_SMALL = (1, 3, 4, 2), (1, 2, 3, 4)
SQUARE = (2, 5, 5, 1)
RECORDS += [
    record("UpSampling1D", (2, 3, 2), size=3),
    record("UpSampling2D", SMALL),
    record("UpSampling2D", SMALL, size=[1, 3]),
    record("UpSampling2D", FIRST_SMALL, size=[2, 1], **FIRST),
    record("UpSampling2D", SMALL, size=[2, 3], interpolation="bilinear"),
    record("UpSampling2D", SMALL, size=[3, 2], interpolation="bicubic"),
    record("UpSampling2D", SMALL, size=2, interpolation="lanczos3"),
    record("UpSampling2D", FIRST_SMALL, size=2, interpolation="lanczos5", **FIRST),
    record("UpSampling3D", (1, 2, 1, 3, 2), size=[2, 3, 1]),
    record("UpSampling3D", (1, 2, 2, 1, 3), **FIRST),
    record("ZeroPadding1D", (2, 3, 2)),
    record("ZeroPadding1D", (2, 3, 2), padding=[0, 2]),
    record("ZeroPadding2D", SMALL),
    record("ZeroPadding2D", SMALL, padding=[0, 2]),
    record("ZeroPadding2D", FIRST_SMALL, padding=[[0, 1], [2, 0]], **FIRST),
    record("ZeroPadding3D", (1, 2, 1, 3, 2)),
    record("ZeroPadding3D", (1, 2, 1, 3, 2), padding=[[0, 1], [2, 0], [1, 1]]),
    record("Cropping1D", LINE),
    record("Cropping1D", LINE, cropping=[0, 3]),
    record("Cropping2D", PICTURE),
    record("Cropping2D", PICTURE, cropping=1),
    record("Cropping2D", FIRST_PICTURE, cropping=[[0, 1], [2, 0]], **FIRST),
    record("Cropping3D", (1, 4, 5, 3, 1)),
    record("Cropping3D", (1, 4, 5, 3, 1), cropping=[1, 2, 0]),
    record("GroupNormalization", LINE, groups=2),
    record("GroupNormalization", (2, 3, 2, 4), groups=1),
    record("GroupNormalization", PICTURE, groups=-1, epsilon=0.01),
    record("GroupNormalization", FIRST_PICTURE, groups=2, axis=1),
    record("GroupNormalization", (3, 6), groups=3, center=False, scale=False),
    record("BatchNormalization", (4, 3), training=BOTH, trainable=False),
    record("BatchNormalization", (2, 3, 2, 4), training=BOTH),
    record("BatchNormalization", (2, 4, 3, 2), training=BOTH, axis=1),
    record("BatchNormalization", VOLUME, training=BOTH, momentum=0.5),
    record("SpectralNormalization", (4, 3), (4, 3), training=BOTH,
           layer={"class_name": "Dense", "config": {"units": 4}}),
    record("SpectralNormalization", PICTURE, training=BOTH, power_iterations=3,
           layer={"class_name": "Conv2D", "config": {"filters": 2, "kernel_size": 2}}),
    record("SpatialDropout1D", LINE, rate=0.5),
    record("SpatialDropout2D", SMALL, rate=0.5),
    record("SpatialDropout3D", (1, 2, 1, 3, 2), rate=0.5),
    record("PReLU", (4, 3)),
    record("PReLU", PICTURE, shared_axes=[1, 2]),
    record("PReLU", (2, 3, 4), shared_axes=[1]),
    record("Flatten", FIRST_SMALL, **FIRST),
]
# Augmentation whose least and greatest chance are one number: nothing is left to chance. Keras
# counts them in single precision on the way: the numbers are sums of few powers of two.
UNEVEN = {"height_factor": [0.25, 0.25], "width_factor": [-0.375, -0.375]}
RECORDS += [
    record("RandomTranslation", SQUARE, training=BOTH, **UNEVEN),
    *[record("RandomTranslation", SQUARE, training=(True,), fill_mode=mode, fill_value=0.5, **UNEVEN)
      for mode in ("constant", "nearest", "wrap")],
    record("RandomTranslation", SQUARE, training=(True,), interpolation="nearest", **UNEVEN),
    record("RandomTranslation", FIRST_PICTURE, training=(True,), **UNEVEN, **FIRST),
    record("RandomRotation", SQUARE, training=BOTH, factor=[0.25, 0.25]),
    record("RandomRotation", PICTURE, training=(True,), factor=[-0.125, -0.125], fill_mode="constant"),
    record("RandomZoom", SQUARE, training=BOTH, height_factor=[-0.25, -0.25]),
    record("RandomZoom", PICTURE, training=(True,), height_factor=[0.5, 0.5],
           width_factor=[-0.125, -0.125], fill_mode="wrap"),
    record("RandomBrightness", SMALL, training=BOTH, factor=[0.25, 0.25], value_range=[-1.0, 1.0]),
]

golden.write("convolutions.json", golden.keras_source(), {"records": CONVOLUTIONS})
golden.write("image_layers.json", golden.keras_source(), {"records": RECORDS})
