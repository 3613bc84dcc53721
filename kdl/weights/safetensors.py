"""Read `.safetensors`: arrays with names, and nothing that could be run.

The file is a table and then bytes:

    8 bytes     N, a whole number, the lowest byte first
    N bytes     JSON: {name: {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, ...}, filled up with spaces
    the rest    the arrays, row by row, the lowest byte first, one after the other; offsets count from here

So the table says all there is to know before one number is read, and all of it can be checked: the arrays lie inside
the file, none overlaps another, no byte is left over, and each has as many bytes as its shape and dtype ask for. A
pickle (`pytorch_model.bin`) is a program instead that builds the arrays, and it can do anything else on the way.

    F32     1 sign, 8 exponent, 23 fraction bits
    F16     1,      5,          10                 finer, and only to 65,504
    BF16    1,      8,          7                  the upper half of an F32: as wide, and coarser

NumPy knows no BF16, so it is read as whole numbers of 16 bits and shifted up by 16: the bits of an F32.

Equal to the package `safetensors` in what it reads (which gives no BF16 to NumPy, and names no cure where it refuses), and
takes nothing that the package refuses. On purpose it takes less: no table above 8 MiB, no more than 8 axes, and no key
beside the three.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kdl import files
from kdl.errors import UsageProblem

LARGEST_TABLE = 8 * 2**20  # bytes; the table of a model with ten thousand arrays has about 1.5 million

# Bytes of one number. Those that NumPy has not are read by their bits, or not at all.
BYTES = {
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1,
    "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U64": 8, "U32": 4, "U16": 2, "U8": 1, "BOOL": 1,
}  # fmt: skip
FLOATS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}


@dataclass(frozen=True)
class Tensor:
    """One line of the table.

    Attributes:
        path: of the file that holds it.
        dtype: a key of BYTES.
        shape: its axes; () for one number.
        begin: its first byte, counted from the start of the file.
    """

    path: Path
    dtype: str
    shape: tuple[int, ...]
    begin: int

    @property
    def count(self) -> int:
        return math.prod(self.shape)


def table(path: Path) -> dict[str, Tensor]:
    """Name -> what the file says of it. Reads no array.

    Raises:
        UsageProblem: it is no such file, or one whose table does not fit its bytes.
    """
    try:
        with files.opened(path) as file:
            return _table(path, file)
    except ValueError as error:
        fix = "Download it again." if _looks_like(path) is None else "Save the model again with `safe_serialization`."
        raise UsageProblem(f"{path} is no sound safetensors file.", why=f"{_looks_like(path) or error}.", fix=fix) from error


def _table(path: Path, file) -> dict[str, Tensor]:
    size = files.size(file)
    head = file.read(8)
    if len(head) < 8:
        raise ValueError(f"It has {size} bytes, and the length of the table alone takes 8")
    length = int.from_bytes(head, "little")
    if length > LARGEST_TABLE:
        raise ValueError(f"Its table would have {length:,} bytes, and no model needs more than {LARGEST_TABLE:,}")
    if 8 + length > size:
        raise ValueError(f"Its table would have {length:,} bytes, and the file has {size:,}")
    data = file.read(length)
    if not data.startswith(b"{"):
        raise ValueError("Its table does not begin with {")
    entries = files.json_object(data)
    _metadata(entries.pop("__metadata__", {}))
    spans = {name: _entry(name, entry) for name, entry in entries.items()}
    _gapless(spans, size - 8 - length)
    return {name: Tensor(path, dtype, shape, 8 + length + begin) for name, (dtype, shape, begin, _) in spans.items()}


def _metadata(found) -> None:
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ValueError("Its __metadata__ is no object of texts")


def _entry(name: str, entry) -> tuple[str, tuple, int, int]:
    """(dtype, shape, begin, end) of one line of the table, each of them possible, and together."""
    called = files.short(name)
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise ValueError(f"{called} does not have exactly dtype, shape and data_offsets")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in BYTES:
        raise ValueError(f"{called} has the dtype {files.short(dtype)}, which is none of {', '.join(BYTES)}")
    if not _counts(shape):
        raise ValueError(f"{called} has the shape {files.short(shape)}, and axes are whole numbers from 0")
    if not _counts(offsets) or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise ValueError(f"{called} has the offsets {files.short(offsets)}, which are no begin and end")
    needed, begin, end = math.prod(shape) * BYTES[dtype], *offsets
    if end - begin != needed:
        raise ValueError(f"{called} has {end - begin:,} bytes, and {dtype} {files.short(shape)} takes {needed:,}")
    return dtype, tuple(shape), begin, end


def _counts(values) -> bool:
    """A list of a few whole numbers from 0 that fit 64 bits. (True is no number here, though Python counts it as 1.)"""
    return isinstance(values, list) and len(values) <= 8 and all(type(v) is int and 0 <= v < 2**63 for v in values)


def _gapless(spans: dict[str, tuple], room: int) -> None:
    """Sorted by where they begin, each array begins where the last one ends, and the last ends with the file."""
    at = 0
    for name, (_, _, begin, end) in sorted(spans.items(), key=lambda item: item[1][2:]):
        if begin != at:
            said = "overlaps the array before it" if begin < at else "leaves bytes before it that belong to none"
            raise ValueError(f"{files.short(name)} {said}")
        at = end
    if at != room:
        said = "is cut off" if at > room else "goes on after its last array"
        raise ValueError(f"The file {said}: the arrays take {at:,} bytes, and {room:,} follow the table")


def _looks_like(path: Path) -> str | None:
    """What a file is that is no safetensors at all, from its first bytes; None where they say nothing."""
    with files.opened(path) as file:
        head = file.read(64)
    if head.startswith(b"PK\x03\x04"):
        return "It is a zip archive, as PyTorch saves pickles, and a pickle is a program: kdl runs none"
    if head[:1] == b"\x80" and head[1:2] in b"\x02\x03\x04\x05" and head[7:8] != b"\x00":
        return "It is a pickle, and a pickle is a program: kdl runs none"
    if head.startswith(b"version https://git-lfs"):
        return "It is the note that git-lfs leaves in place of the file: `git lfs pull` brings the file"
    return None


def read(tensor: Tensor) -> np.ndarray:
    """The numbers of one array as float32.

    Raises:
        UsageProblem: they are whole numbers, or in a format that is only stored, or the file was changed meanwhile.
    """
    if tensor.dtype not in FLOATS:
        why = f"It holds an array in {tensor.dtype}; weights are F32, F16, BF16 or F64."
        raise UsageProblem(f"{tensor.path} is not loaded.", why=why, fix="Save the model in one of them.")
    with files.opened(tensor.path) as file:
        file.seek(tensor.begin)
        found = np.fromfile(file, FLOATS[tensor.dtype], tensor.count)
    if found.size < tensor.count:
        raise UsageProblem(f"{tensor.path} was cut off while it was read.", fix="Load it again.")
    if tensor.dtype == "BF16":
        found = widened(found)
    with np.errstate(over="ignore"):  # an F64 beyond float32 becomes infinite, which the loader refuses by name
        return found.astype(np.float32, copy=False).reshape(tensor.shape)


def widened(bits: np.ndarray) -> np.ndarray:
    """BF16 as whole numbers of 16 bits -> the same numbers as float32, by 16 zero bits on the right."""
    return (bits.astype(np.uint32) << 16).view(np.float32)
