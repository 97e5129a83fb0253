"""Writes the sample files of the folder files/ and files.json, which tells what they hold."""

import os
import shutil

import golden

import numpy as np

torch = golden.torch()
import safetensors
import safetensors.torch

FOLDER = os.path.join(golden.FOLDER, "files")
REAL = golden.random(1, 2, 3)
RECORDS = []


def described(array):
    kind = array.dtype.kind
    record = {"dtype": array.dtype.name, "descr": array.dtype.str, "shape": array.shape}
    if kind == "c":
        parts = array.ravel().view(array.real.dtype)
        record["values"] = parts.astype("float64")
    elif kind == "f":
        record["values"] = array.astype("float64").ravel()
    elif kind in "biu":
        record["values"] = array.ravel()
    return record


def npy(name, array, version=None, **extra):
    with open(os.path.join(FOLDER, name), "wb") as file:
        np.lib.format.write_array(file, array, version=version)
    fortran = bool(array.flags.f_contiguous and not array.flags.c_contiguous)
    RECORDS.append({"file": name, "format": "npy", "fortran_order": fortran,
                    "version": (version or (1, 0))[0], **described(array), **extra})


def npz(name, save, **arrays):
    save(os.path.join(FOLDER, name), **arrays)
    RECORDS.append({"file": name, "format": "npz", "compressed": save is np.savez_compressed,
                    "arrays": {key: described(np.asarray(a)) for key, a in arrays.items()}})


def tensors(name, values, metadata=None):
    safetensors.torch.save_file(values, os.path.join(FOLDER, name), metadata=metadata)
    described_tensors = {}
    for key, tensor in values.items():
        flat = tensor.reshape(-1)
        flat = flat.double() if tensor.is_floating_point() else flat
        described_tensors[key] = {"dtype": str(tensor.dtype).removeprefix("torch."),
                                  "shape": list(tensor.shape), "values": flat}
    RECORDS.append({"file": name, "format": "safetensors", "metadata": metadata or {},
                    "tensors": described_tensors})


shutil.rmtree(FOLDER, ignore_errors=True)
os.mkdir(FOLDER)

for dtype in ["int8", "int16", "int32", "int64"]:
    edge = np.iinfo(dtype)
    npy(f"{dtype}.npy", np.array([[edge.min, -1, 0], [1, 2, edge.max]], dtype))
for dtype in ["uint8", "uint16", "uint32", "uint64"]:
    npy(f"{dtype}.npy", np.array([0, 1, np.iinfo(dtype).max], dtype))
for dtype in ["float16", "float32", "float64"]:
    npy(f"{dtype}.npy", np.append(REAL, [[np.nan, np.inf, -0.0]], axis=0).astype(dtype))
npy("bool.npy", np.array([True, False, True]))
npy("complex64.npy", np.array([1 + 2j, -0.5j], "complex64"), supported=False)
npy("big_endian.npy", REAL.astype(">f8"))
npy("big_endian_int.npy", np.array([1, -2, 300], ">i4"))
npy("fortran.npy", np.asfortranarray(REAL))
npy("fortran_3d.npy", np.asfortranarray(np.arange(24, dtype="int32").reshape(2, 3, 4)))
npy("scalar.npy", np.array(2.5))
npy("empty.npy", np.zeros((0, 3), "float32"))
npy("version_2.npy", REAL, version=(2, 0))
npy("version_3.npy", REAL, version=(3, 0))
npy("text.npy", np.array(["one", "three"]), supported=False)
npy("record.npy", np.array([(1, 2.5)], [("a", "i4"), ("b", "f8")]), supported=False)

NAMED = {"kernel": REAL, "labels": np.array([2, 0, 1]), "step": np.array(7),
         "nested/name": np.arange(4, dtype="float32").reshape(2, 2)}
npz("stored.npz", np.savez, **NAMED)
npz("compressed.npz", np.savez_compressed, wave=np.arange(60.0) % 7, **NAMED)

tensors("tensors.safetensors", {
    "dense/kernel": torch.tensor(REAL, dtype=torch.float32),
    "dense/bias": torch.tensor(REAL[0]),
    "half": torch.tensor([0.5, -1.25, 65504.0], dtype=torch.float16),
    "brain": torch.tensor([0.5, -1.25, 3.0e38], dtype=torch.bfloat16),
    "labels": torch.tensor([[2, 0, 1]]),
    "bytes": torch.tensor([0, 255], dtype=torch.uint8),
    "small": torch.tensor([-3, 4], dtype=torch.int32),
    "mask": torch.tensor([True, False]),
    "scalar": torch.tensor(1.5),
    "empty": torch.zeros(0, 3),
}, metadata={"made_by": "cajal tests", "note": "quotes \" and \u00e9"})
tensors("plain.safetensors", {"x": torch.arange(6.0).reshape(2, 3)})

source = f"{golden.numpy_source()}; safetensors {safetensors.__version__}; {golden.torch_source()}"
golden.write("files.json", source, {"folder": "files", "records": RECORDS})
for name in os.listdir(FOLDER):
    os.chmod(os.path.join(FOLDER, name), 0o644)
print(sum(os.path.getsize(os.path.join(FOLDER, name)) for name in os.listdir(FOLDER)), "bytes")
