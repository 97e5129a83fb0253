"""Writes the sample files of the folder pytorch/ and pytorch.json, which tells what they hold."""

import collections
import os
import shutil
import zipfile

import golden

torch = golden.torch()

FOLDER = os.path.join(golden.FOLDER, "pytorch")
RECORDS = []


def described(tensor):
    flat = tensor.detach().reshape(-1)
    flat = flat.double() if tensor.is_floating_point() else flat
    return {"dtype": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape), "values": flat}


def found(name, value, out):
    if isinstance(value, torch.Tensor):
        out[name or "tensor"] = described(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            found(f"{name}.{key}" if name else str(key), inner, out)
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            found(f"{name}.{index}" if name else str(index), inner, out)


def record(name, value, values=None, **how):
    path = os.path.join(FOLDER, name)
    torch.save(value, path, **how)
    tensors = {}
    found("", value, tensors)
    RECORDS.append({"file": name, "tensors": tensors, "values": values or {}})
    return path


def deflated(name, source):
    """The last file, as those who pack it again make it."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(
            os.path.join(FOLDER, name), "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(zipfile.ZipInfo(entry.filename), old.read(entry), zipfile.ZIP_DEFLATED)
    RECORDS.append({**RECORDS[-1], "file": name})


shutil.rmtree(FOLDER, ignore_errors=True)
os.mkdir(FOLDER)
torch.manual_seed(1)

types = {}
for dtype in (torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int8, torch.int16, torch.int32,
              torch.int64, torch.uint8, torch.bool):
    types[str(dtype).removeprefix("torch.")] = (torch.arange(6).reshape(2, 3) - (0 if dtype == torch.uint8 else 1)).to(dtype)
types["scalar"] = torch.tensor(2.5)
types["none"] = torch.zeros(0, 4)

base = torch.arange(24, dtype=torch.float32)
views = collections.OrderedDict(
    whole=base, part=base[5:9], turned=base.reshape(4, 6).t(), every_third=base[1::3], repeated=base[3:4].expand(3))

layers = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3), torch.nn.Linear(2, 2, bias=False))
checkpoint = {"epoch": 3, "best": 91.5, "done": False, "arch": "tiny", "none": None, "state_dict": layers.state_dict(),
              "sizes": [torch.Size([1, 2]), torch.tensor([7, 8])], 5: torch.nn.Parameter(torch.ones(2)),
              "dtype": torch.float32}
said = {"epoch": "3", "best": "91.5", "done": "false", "arch": "tiny", "sizes.0.0": "1", "sizes.0.1": "2",
        "dtype": "float32"}

for kind, how in (("", {}), ("_legacy", {"_use_new_zipfile_serialization": False})):
    record(f"types{kind}.pt", types, **how)
    record(f"views{kind}.pt", views, **how)
    record(f"alone{kind}.pt", base[:3] * 0.5, **how)
    path = record(f"checkpoint{kind}.pt", checkpoint, said, **how)
    if not kind:
        deflated("deflated.pt", path)
record("protocol_5.pt", checkpoint, said, pickle_protocol=5)

golden.write("pytorch.json", f"PyTorch {torch.__version__.split('+')[0]}", {"folder": "pytorch", "records": RECORDS})
