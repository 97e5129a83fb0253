"""Writes images.json: convolution, pooling and resizing."""

import os

import golden

# On JAX, which has every one of them in float64.
os.environ.update(KERAS_BACKEND="jax", JAX_ENABLE_X64="1", JAX_PLATFORMS="cpu")

import jax
import keras

keras.config.set_floatx("float64")
ops = keras.ops
COUNT = 0
# Keras computes this one in float32.
TOLERANCES = {"group_norm": 1e-6}


def drawn(*shape):
    global COUNT
    COUNT += 1
    return golden.random(COUNT, *shape, digits=2)


def record(function, compute, x, *kernels, **arguments):
    inputs = [drawn(*shape) for shape in (x, *kernels)]
    value = compute(*[ops.convert_to_tensor(i, "float64") for i in inputs], **arguments)
    return {"function": function, "arguments": arguments, "inputs": inputs,
            "tolerance": TOLERANCES.get(function, 1e-12), "value": ops.convert_to_numpy(value)}


def conv(x, kernel, **a):
    return record("conv", ops.conv, x, kernel, **a)


def depthwise(x, kernel, **a):
    return record("depthwise_conv", ops.depthwise_conv, x, kernel, **a)


def transposed(x, kernel, **a):
    return record("conv_transpose", ops.conv_transpose, x, kernel, **a)


def causal(x, kernel, strides, dilation_rate):
    def layer(x, kernel, strides, dilation_rate, padding):
        conv = keras.layers.Conv1D(kernel.shape[-1], kernel.shape[0], strides=strides, padding=padding,
                                   dilation_rate=dilation_rate, use_bias=False)
        conv.build(x.shape)
        conv.kernel.assign(kernel)
        return conv(x)

    return record("conv", layer, x, kernel, strides=strides, dilation_rate=dilation_rate, padding="causal")


def separable(x, depthwise, pointwise, **a):
    return record("separable_conv", ops.separable_conv, x, depthwise, pointwise, **a)


def pool(kind, x, **a):
    return record(f"{kind}_pool", getattr(ops, f"{kind}_pool"), x, **a)


def adaptive(kind, x, output_size):
    compute = getattr(ops, f"adaptive_{kind}_pool")
    return record(f"adaptive_{kind}_pool", lambda x, output_size: compute(x, output_size, data_format="channels_last"),
                  x, output_size=output_size)


def upsample(x, size, interpolation):
    def layer(x, size, interpolation):
        return keras.layers.UpSampling2D(size, interpolation=interpolation)(x)

    return record("upsample", layer, x, size=size, interpolation=interpolation)


def resize(x, size, interpolation, antialias=False):
    def compute(x, size, interpolation, antialias):
        return ops.image.resize(x, size, interpolation=interpolation, antialias=antialias)

    return record("resize", compute, x, size=size, interpolation=interpolation, antialias=antialias)


def group_norm(x, groups):
    def layer(x, groups):
        norm = keras.layers.GroupNormalization(groups)
        norm.build(x.shape)
        return norm(x)

    return record("group_norm", layer, x, groups=groups)


RECORDS = [
    conv((2, 6, 2), (3, 2, 3), strides=2, padding="same"),
    conv((1, 7, 6, 2), (3, 2, 2, 3), strides=2, padding="same"),
    conv((1, 5, 6, 2), (3, 3, 2, 2), dilation_rate=2, padding="same"),
    conv((1, 6, 5, 4), (3, 2, 2, 6), padding="valid"),
    conv((1, 4, 5, 4, 2), (2, 3, 2, 2, 2), strides=2, padding="same"),
    causal((2, 7, 2), (3, 2, 2), strides=1, dilation_rate=2), causal((2, 7, 2), (3, 2, 2), strides=2, dilation_rate=1),
    depthwise((1, 6, 7, 3), (3, 3, 3, 2), strides=2, padding="same"),
    depthwise((2, 8, 2), (3, 2, 3), dilation_rate=2),
    separable((1, 6, 5, 2), (3, 3, 2, 2), (1, 1, 4, 3), strides=2, padding="same"),
    *[transposed((1, 4, 2), (k, 3, 2), strides=s, padding=p)
      for k in (1, 2, 3, 4, 5) for s in (1, 2, 3) for p in ("valid", "same")],
    *[transposed((1, 4, 2), (k, 2, 2), strides=s, padding=p, output_padding=o)
      for k in (2, 3, 5) for s, o in ((2, 0), (2, 1), (3, 1), (3, 2)) for p in ("valid", "same")],
    *[transposed((1, 4, 2), (k, 2, 2), dilation_rate=2, padding=p) for k in (2, 3, 4) for p in ("valid", "same")],
    transposed((2, 3, 4, 2), (3, 4, 3, 2), strides=(2, 3), padding="same"),
    transposed((2, 3, 4, 2), (3, 2, 3, 2), strides=2, padding="valid"),
    transposed((1, 2, 3, 2, 2), (3, 2, 3, 1, 2), strides=2, padding="same"),
    *[pool(kind, x, pool_size=size, strides=s, padding=p) for kind in ("max", "average") for p in ("valid", "same")
      for x, size, s in (((2, 7, 2), 3, 2), ((1, 6, 7, 2), (2, 3), (2, 1)), ((1, 4, 5, 4, 1), 2, 2))],
    *[adaptive(kind, x, size) for kind in ("max", "average")
      for x, size in (((2, 7, 2), 3), ((1, 6, 7, 2), (4, 3)), ((1, 6, 4, 2), (3, 2)), ((1, 4, 5, 3, 1), (3, 2, 2)))],
    upsample((1, 3, 2, 2), (2, 3), "nearest"),
    *[upsample((1, 4, 3, 1), (2, 3), name) for name in ("bilinear", "bicubic", "lanczos3", "lanczos5")],
    *[resize((1, 6, 5, 1), size, name, antialias=smooth) for size in ((4, 7), (9, 3))
      for name in ("bilinear", "bicubic", "lanczos3") for smooth in (False, True)],
    resize((1, 5, 4, 2), (7, 3), "nearest"),
    group_norm((2, 3, 4, 6), 3), group_norm((2, 5, 4), 4), group_norm((3, 6), 2),
]

golden.write("images.json", f"Keras {keras.__version__} on JAX {jax.__version__}, CPU, float64",
             {"records": RECORDS})
