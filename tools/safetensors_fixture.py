"""What the package `safetensors` does with its own format: a file of every dtype that it writes, and damaged files.

Called by `tools/make_fixtures.py`; needs `safetensors` and `torch`.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np

MUTANTS = 400


def made() -> dict:
    """`sound`: bytes with an array of every dtype; `array_*`: what the package reads from it, as float32.

    `mutants`: the files of a small one after random damage, one after the other, `lengths` bytes each; `taken`: whether the
    package opens each; `bits`: of all numbers in those that it opens, as float32, files in order and arrays by name.
    """
    import safetensors
    import torch

    rng = np.random.default_rng(0)
    numbers = {
        "double": torch.tensor(rng.normal(size=(2, 3))),
        "single": torch.tensor(rng.normal(size=(3, 1, 2)), dtype=torch.float32),
        "half": torch.tensor([[0.1, -65504.0, 6e-8, 0.0, -0.0]], dtype=torch.float16),
        "brain": torch.tensor(rng.normal(size=(4, 2)) * 1e30, dtype=torch.bfloat16),
        "scalar": torch.tensor(2.5),
        "none": torch.zeros((0, 3)),
        "whole": torch.arange(4),
        "flags": torch.tensor([True, False, True]),
    }
    found = {"reference": np.array(f"safetensors {safetensors.__version__}, torch {torch.__version__}")}
    found["sound"] = np.frombuffer(_saved(numbers), np.uint8)
    found |= {f"array_{name}": value.to(torch.float32).numpy() for name, value in numbers.items() if value.is_floating_point()}
    return found | _mutants(rng)


def _saved(arrays: dict) -> bytes:
    from safetensors.torch import save

    return save(arrays, metadata={"format": "pt"})


def _mutants(rng) -> dict:
    import torch

    whole = _saved({"a": torch.tensor([[1.0, 2.0, 3.0]]), "b": torch.tensor([4.0, 5.0], dtype=torch.float16)})
    files = [_damaged(whole, rng) for _ in range(MUTANTS)]
    opened = [_opened(data) for data in files]
    values = [value.ravel() for arrays in opened if arrays is not None for _, value in sorted(arrays.items())]
    return {
        "mutants": np.frombuffer(b"".join(files), np.uint8),
        "lengths": np.array([len(data) for data in files]),
        "taken": np.array([arrays is not None for arrays in opened]),
        "bits": np.concatenate(values).view(np.uint32),
    }


def _damaged(whole: bytes, rng) -> bytes:
    """One small change of the table, of its length or of the file's end."""
    length = int.from_bytes(whole[:8], "little")
    table, data = json.loads(whole[8 : 8 + length]), whole[8 + length :]
    entry = table[str(rng.choice(["a", "b"]))]
    match int(rng.integers(9)):
        case 0:
            entry["data_offsets"][int(rng.integers(2))] += int(rng.integers(-13, 14))
        case 1:
            entry["shape"] = [int(size) for size in rng.integers(0, 4, int(rng.integers(0, 4)))]
        case 2:
            entry["dtype"] = str(rng.choice(["F32", "F16", "BF16", "F64", "I8", "BOOL", "F31", "f32"]))
        case 3:
            del entry[str(rng.choice(list(entry)))]
        case 4:
            data = data[: int(rng.integers(len(data)))]
        case 5:
            data += bytes(int(rng.integers(1, 9)))
        case 6:
            length += int(rng.integers(-9, 9))
            return max(0, length).to_bytes(8, "little") + whole[8:]
        case 7:
            place = int(rng.integers(8, 8 + length))
            return whole[:place] + bytes([int(rng.integers(32, 127))]) + whole[place + 1 :]
        case 8:
            table["a"], table["b"] = table["b"], table["a"]
    head = json.dumps(table).encode()
    return len(head).to_bytes(8, "little") + head + data


def _opened(data: bytes) -> dict | None:
    """The floating point arrays of a file as float32; None where the package refuses it."""
    from safetensors import SafetensorError, safe_open

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.safetensors"
        path.write_bytes(data)
        try:
            with safe_open(path, "pt") as file:
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no dictionary
        except SafetensorError:
            return None
    return {name: value.float().numpy() for name, value in arrays.items() if value.is_floating_point()}
