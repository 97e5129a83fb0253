"""Writes numpy_printing.json: how NumPy shows arrays."""

import golden

import numpy as np

RANDOM = golden.random(1, 4, 5, digits=8)


def record(array, values=None, **options):
    """`options` are those of numpy.array2string, given where not the defaults."""
    array = np.asarray(array)
    if options:
        texts = {"options": options, "array2string": np.array2string(array, **options)}
    else:
        texts = {"str": str(array), "repr": repr(array)}
    if values is None:
        values = array.astype(np.float64).ravel() if array.dtype.kind == "f" else array.ravel()
    return {"dtype": array.dtype.name, "shape": array.shape, "values": values, **texts}


def counted(dtype, *shape):
    """0, 1, 2, ... which a test makes by itself."""
    size = int(np.prod(shape))
    return record(np.arange(size, dtype=dtype).reshape(shape), values={"arange": size})


F32, F64 = np.float32, np.float64
NAN, INF = np.nan, np.inf
RECORDS = [
    record(np.array(3, "int64")),
    record(np.array(-7, "int32")),
    record(np.array(True)),
    record(np.array(2.5)),
    record(np.array(2.5, F32)),
    record(np.array(0.1, F32)),
    record(np.array(1e-10)),
    record(np.array(NAN)),
    record(np.array([1, 2, 3], "int64")),
    record(np.array([1, -20, 300], "int32")),
    record(np.array([0, 255], "uint8")),
    record(np.array([-128, 127], "int8")),
    record(np.array([-(2**63), 2**63 - 1], "int64")),
    record(np.array([0, 2**64 - 1], "uint64")),
    record(np.array([True, False, True])),
    record(np.array([[True, False], [False, True]])),
    record(np.array([1.0, 2.0, 3.0])),
    record(np.array([1.0, 2.5, -3.125])),
    record(np.array([0.1, 0.2, 0.30000000000000004])),
    record(np.array([0.1, 0.2, 1 / 3], F32)),
    record(np.array([1 / 3, 2 / 3, 1e3])),
    record(np.array([1e-5, 1.0])),
    record(np.array([1e-3, 1.0])),
    record(np.array([1e-4, 1e4])),
    record(np.array([1e-8, 2e-9])),
    record(np.array([1.0, 1e8])),
    record(np.array([123456789.0, 0.5])),
    record(np.array([1e15, 1.0])),
    record(np.array([1e16, 1.0])),
    record(np.array([1e100, -1e-100])),
    record(np.array([3.4e38, 1.2e-38], F32)),
    record(np.array([16777216.0, 0.5], F32)),
    record(np.array([1e-45, 5e-324])),
    record(np.array([0.0, -0.0])),
    record(np.array([NAN, 1.0, -2.5])),
    record(np.array([INF, -INF, 1.0])),
    record(np.array([NAN, INF])),
    record(np.array([NAN, 1e-9, -INF], F32)),
    record(np.array([0.1, 65504.0], "float16")),
    record(RANDOM),
    record(RANDOM.astype(F32)),
    record(RANDOM * 1e6),
    record(np.array([[1, 20, 300], [-4000, 5, 6]])),
    record(np.array([[1.5], [20.25], [-300.125]])),
    record(np.arange(12).reshape(2, 3, 2)),
    record(np.arange(8, dtype=F64).reshape(2, 2, 2) / 4),
    record(np.arange(16).reshape(2, 2, 2, 2)),
    record(np.zeros((0,))),
    record(np.zeros((0,), "int64")),
    record(np.zeros((0, 3), F32)),
    record(np.zeros((2, 0))),
    record(np.zeros((2, 2))),
    record(np.ones((1, 1, 1), F32)),
    counted("int64", 40),
    counted("int64", 100),
    counted("float64", 30),
    counted("float32", 30),
    counted("int64", 1000),
    counted("int64", 1001),
    counted("float64", 2000),
    counted("float32", 2000),
    counted("int64", 40, 30),
    counted("float32", 3, 500),
    counted("int64", 500, 3),
    counted("float64", 20, 20, 20),
    counted("int32", 2, 3, 400),
    record(np.array([0.123456789, 12.3456789]), precision=3),
    record(np.array([1e-10, 1.0, 1000.0]), suppress_small=True),
    record(np.array([1e-10, 1.0, 1000.0]), precision=2, suppress_small=True),
    record(np.array([1.0, 2.25]), floatmode="fixed", precision=4),
    record(np.arange(20), threshold=5, edgeitems=2),
    record(np.arange(30), max_line_width=40),
    record(np.array([[1, 2], [3, 4]]), separator=", "),
]

golden.write("numpy_printing.json", golden.numpy_source(), {"records": RECORDS})
