"""Checkpoint folders as Hugging Face saves them, written for tests from the weights in tests/fixtures/parity.

The writer is the tests' own and twenty lines long, so that a mistake of the reader is not made twice.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest

from kdl.errors import UsageProblem
from kdl.weights import plan

PARITY = Path(__file__).parent / "fixtures" / "parity"
PREFIX = {"bert": "bert.", "gpt-1": "transformer.", "gpt-2": "transformer."}
ASKED = ("tokens", "segments", "mask")
ANSWERS = ("reference", "config", "hidden", "logits", "targets", "rate", "losses", *ASKED)
MISSING = object()  # in place of a value: it is left out
MODELS = {path.stem: path.stem[:-2] for path in sorted(PARITY.glob("*.npz")) if path.stem[:-2] in PREFIX}


def refusal(path: Path, model: str = "gpt-2") -> UsageProblem:
    """The one error that a folder ends in: all three parts, each of one line."""
    with pytest.raises(UsageProblem) as told:
        plan.made(model, path)
    said = told.value
    assert (
        said.what and said.why and all("\n" not in part and len(part) < 600 for part in (said.what, said.why, said.fix or ""))
    )
    return said


class Fixture:
    """One model of `transformers` with random weights, what it was asked, and what it answered.

    Attributes:
        model_id: of kdl's model.
        config, weights: what a checkpoint holds.
        asked: tokens, mask and, for BERT, segments.
        answers: hidden, logits and the rest.
    """

    def __init__(self, name: str):
        self.name, self.model_id = name, MODELS[name]
        with np.load(PARITY / f"{name}.npz") as file:
            found = {key: file[key] for key in file.files}
        self.config = json.loads(str(found["config"]))
        self.asked = {key: found[key] for key in ASKED if key in found}
        self.answers = {key: found[key] for key in ANSWERS if key in found}
        self.weights = {key: value for key, value in found.items() if key not in ANSWERS}

    def bare(self) -> dict:
        """The weights as the model without a head saves them: no prefix, no head."""
        prefix = PREFIX[self.model_id]
        return {name.removeprefix(prefix): value for name, value in self.weights.items() if name.startswith(prefix)}


def stored(array, dtype: str) -> bytes:
    """The bytes of an array; float32 goes to bfloat16 as PyTorch does it, to the nearest and halves to even."""
    if dtype == "BF16":
        bits = np.ascontiguousarray(array, "<f4").view("<u4")
        return (((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2")).tobytes()
    return np.ascontiguousarray(array, {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "BOOL": "?"}[dtype]).tobytes()


def rounded(array, dtype: str):
    """What is left of an array that was stored so, as float32."""
    if dtype == "BF16":
        halves = np.frombuffer(stored(array, dtype), "<u2").astype("<u4")
        return (halves << 16).view("<f4").reshape(np.shape(array))
    return np.asarray(array).astype({"F64": "<f8", "F32": "<f4", "F16": "<f2"}[dtype]).astype("<f4")


def safetensors(path: Path, arrays: dict, dtype: str = "F32") -> Path:
    """Write one file; whole numbers and booleans are stored as such."""
    table, data = {"__metadata__": {"format": "pt"}}, b""
    for name, array in arrays.items():
        kind = {"i": "I64", "b": "BOOL"}.get(np.asarray(array).dtype.kind, dtype)
        content = stored(array, kind)
        span = [len(data), len(data) + len(content)]
        table[name] = {"dtype": kind, "shape": list(np.shape(array)), "data_offsets": span}
        data += content
    head = json.dumps(table).encode()
    head += b" " * (-len(head) % 8)
    path.write_bytes(struct.pack("<Q", len(head)) + head + data)
    return path


def folder(path: Path, config: dict, arrays: dict, dtype: str = "F32", shards: int = 1) -> Path:
    """Write a checkpoint: config.json, and one file or several with their index."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "config.json").write_text(json.dumps(config))
    if shards == 1:
        safetensors(path / "model.safetensors", arrays, dtype)
        return path
    names, weight_map = list(arrays), {}
    for number in range(shards):
        file = f"model-{number + 1:05}-of-{shards:05}.safetensors"
        part = names[number::shards]
        safetensors(path / file, {name: arrays[name] for name in part}, dtype)
        weight_map |= dict.fromkeys(part, file)
    index = {"metadata": {"total_size": 0}, "weight_map": weight_map}
    (path / "model.safetensors.index.json").write_text(json.dumps(index))
    return path


def vocabulary(path: Path, tokenizer) -> Path:
    """Write a tokenizer of byte-level BPE into a folder as GPT-2 has it: vocab.json, merges.txt."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "vocab.json").write_text(json.dumps(tokenizer.vocab), encoding="utf-8")
    lines = ["#version: 0.2", *(" ".join(pair) for pair in tokenizer.ranks)]
    (path / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return path


def gpt_2(path: Path, vocab_size: int) -> Path:
    """Write a small GPT-2 of random weights that reads 24 numbers at most and has a vocabulary of that size."""
    from kdl.weights import gpt_2

    config = Fixture("gpt-2-1").config | {"vocab_size": vocab_size, "n_positions": 24}
    sizes = {"vocab_size": vocab_size, "length": 24, "width": 15, "inner": 60, "depth": 1}
    rng = np.random.default_rng(0)
    shapes = {f"transformer.{weight.name}": weight.shape for weight in gpt_2.weights(sizes)}
    return folder(path, config, {name: rng.normal(size=shape) for name, shape in shapes.items()})
