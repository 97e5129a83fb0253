"""What the make_*.py scripts of this folder share.

Importing it sets the libraries up: Keras on TensorFlow, or on what the variable
KERAS_BACKEND of the environment names (jax), on the processor, one thread,
float64. Numbers are written with as many digits as read back to the very same
double.
"""

import json
import math
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.update(
    JAX_ENABLE_X64="1",
    JAX_PLATFORMS="cpu",
    CUDA_VISIBLE_DEVICES="-1",
    TF_CPP_MIN_LOG_LEVEL="3",
    TF_ENABLE_ONEDNN_OPTS="0",
    TF_NUM_INTRAOP_THREADS="1",
    TF_NUM_INTEROP_THREADS="1",
    OMP_NUM_THREADS="1",
)

import numpy as np  # noqa: E402

FOLDER = os.path.dirname(os.path.abspath(__file__))


def keras_float64():
    """Keras with float64 as its default type.

    TensorFlow takes a Python float for a float32 even then, so that a momentum
    of 0.9 would be 0.89999998; the functions through which they are handed over
    are told otherwise.
    """
    import keras

    keras.config.set_floatx("float64")
    if keras.backend.backend() != "tensorflow":
        # On other backends Keras promotes doubles to single precision.
        keras.src.backend.common.dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"
        return keras
    import tensorflow as tf
    from tensorflow.python.ops import math_ops

    convert, cast = tf.convert_to_tensor, tf.cast

    def double(value):
        return np.float64(value) if type(value) is float else value

    tf.convert_to_tensor = lambda value, *a, **k: convert(double(value), *a, **k)
    tf.cast = math_ops.cast = lambda x, *a, **k: cast(double(x), *a, **k)
    return keras


def torch():
    """PyTorch, kept from loading a compiler that clashes with TensorFlow's."""
    sys.modules["triton"] = None
    import torch

    return torch


def keras_source():
    import keras

    if keras.backend.backend() == "jax":
        import jax

        return f"Keras {keras.__version__} on JAX {jax.__version__}, CPU, float64"
    import tensorflow as tf

    return f"Keras {keras.__version__} on TensorFlow {tf.__version__}, CPU, float64"


def torch_source():
    return f"PyTorch {torch().__version__.split('+')[0]}, CPU, float64"


def numpy_source():
    return f"NumPy {np.__version__}"


def random(seed, *shape, low=-1.0, high=1.0, digits=3):
    """Uniform numbers with few digits, so that the files stay short."""
    values = np.random.default_rng(seed).uniform(low, high, shape)
    return np.round(values, digits)


def plain(value):
    """Arrays, tensors and variables as nested lists of numbers."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if hasattr(value, "detach"):
        value = value.detach()
    if hasattr(value, "numpy"):
        value = value.numpy()
    return plain(np.asarray(value).tolist())


def layout(value, depth):
    """Short things on one line, long ones with one entry a line."""
    line = json.dumps(value, ensure_ascii=False)
    flat = not any(isinstance(v, (list, dict)) for v in value) \
        if isinstance(value, list) else not isinstance(value, dict)
    if flat or len(line) < 220:
        return line
    pad, end = " " * (depth + 1), " " * depth
    if isinstance(value, list):
        items = [layout(v, depth + 1) for v in value]
        marks = "[]"
    else:
        items = [f"{json.dumps(k)}: {layout(v, depth + 1)}" for k, v in value.items()]
        marks = "{}"
    body = ",\n".join(pad + item for item in items)
    return f"{marks[0]}\n{body}\n{end}{marks[1]}"


def write(name, source, content):
    """Writes `content` as the JSON file `name` beside the scripts."""
    script = "tests/golden/" + os.path.basename(sys.argv[0])
    record = {"source": source, "script": script, **plain(content)}
    path = os.path.join(FOLDER, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(layout(record, 0) + "\n")
    print(f"{name}: {os.path.getsize(path)} bytes")
