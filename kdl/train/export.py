"""Write a model in the formats that other programs read, and prove that what was written answers as the model does.

    keras        .keras, one file: layers and weights, to train on in Keras; it needs the classes of its layers
    saved-model  a folder for TensorFlow and its server: the computation itself, of any batch, without Python
    tflite       one file for phones and small devices: one example at a time
    onnx         one file for ONNX Runtime and others: any batch

Every export is a round trip: the file is opened by the program that it is for, and gives the same answers to random
inputs, or it is not kept.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from kdl.backend import formats, start
from kdl.backend.quiet import captured_stderr
from kdl.errors import EnvironmentProblem, KdlError, UsageProblem, install_line
from kdl.runs.record import writing
from kdl.train import saved

SUFFIXES = {"keras": ".keras", "saved-model": "", "tflite": ".tflite", "onnx": ".onnx"}
NEEDS = {"onnx": ("tf2onnx", "onnx", "onnxruntime")}  # what the base install does not have
TOLERANCE = 1e-5  # times max(1, the largest answer), as for every equality of two implementations
LENGTHS = (6, 9)  # what free sizes are in the two inputs that are tried


def missing(to: str) -> list[str]:
    """The packages that a format needs and that are not installed."""
    return [name for name in NEEDS.get(to, ()) if importlib.util.find_spec(name) is None]


def export(model, to: str, path: Path) -> float:
    """Write `model` to `path`; returns the largest difference of an answer, as a share of max(1, the largest answer).

    Args:
        to: a key of SUFFIXES.
        path: where; what is there is replaced once the new one is proved.

    Raises:
        UsageProblem: an unknown suffix, another backend than TensorFlow, or a model that the format does not hold.
        EnvironmentProblem: a package is missing, or the disk is full.
    """
    possible(to, path)
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
            scratch = Path(folder) / path.name
            found = round_trip(model, to, scratch)
            if path.is_dir():
                shutil.rmtree(path)
            os.replace(scratch, path)
    return found


def possible(to: str, path: Path) -> None:
    """What can be refused without Keras: another suffix than the format's, and packages that are not installed."""
    if path.suffix != SUFFIXES[to] and SUFFIXES[to]:
        fix = f"--out {path.with_suffix(SUFFIXES[to]).name}"
        raise UsageProblem(f"An export to {to} ends in {SUFFIXES[to]}. Received: {path.name}", fix=fix)
    if absent := missing(to):
        raise EnvironmentProblem(f"{to} needs {', '.join(absent)}.", fix=f"Install it: {install_line('export')}")


def round_trip(model, to: str, path: Path) -> float:
    """Write, read back, compare; see `export`."""
    import numpy as np

    if to != "keras" and start().config.backend() != "tensorflow":
        raise UsageProblem(
            f"{to} is written by TensorFlow, and Keras runs on {start().config.backend()}.",
            fix="Set KERAS_BACKEND=tensorflow; a .keras file opens on either.",
        )
    gaps = []
    with captured_stderr():
        try:
            answers(model, inputs(model, 1, LENGTHS[0]))  # some exports ask for a model that was called
            _write(model, to, path)
            run = _reader(model, to, path)
            for batch, length in zip((1, 1) if to == "tflite" else (2, 3), LENGTHS, strict=True):
                arrays = inputs(model, batch, length)
                expected = answers(model, arrays)
                for one, other in zip(run(arrays), expected, strict=True):
                    if one.shape != other.shape:
                        raise UsageProblem(f"{to} does not hold this model.", why=f"It gives {one.shape}, not {other.shape}.")
                    scale = max(1.0, float(np.abs(other).max(initial=0)))
                    gaps.append(np.abs(one - other).max(initial=0) / scale)
        except (KdlError, OSError, KeyboardInterrupt):
            raise
        except Exception as error:  # every converter raises what it likes
            raise UsageProblem(f"{to} does not hold this model.", why=saved.first_line(error)) from error
    largest = float(np.max(gaps))  # NaN where one of them is
    if not largest <= TOLERANCE:
        why = f"What was written answers differently: by {largest:.2g} of the largest answer, and {TOLERANCE:g} is allowed."
        raise UsageProblem(f"{to} does not hold this model.", why=why)
    return largest


def inputs(model, batch: int, length: int, seed: int = 0) -> list:
    """Random inputs for a model, one array for each: whole numbers 0 and 1, or normal ones; a free size is `length`."""
    import numpy as np

    rng = np.random.default_rng([seed, batch])
    drawn = []
    for one in model.inputs:
        shape = (batch, *(length if size is None else size for size in one.shape[1:]))
        kind = start().backend.standardize_dtype(one.dtype)
        drawn.append(rng.integers(0, 2, shape).astype(kind) if "int" in kind else rng.normal(size=shape).astype(kind))
    return drawn


def answers(model, arrays: list) -> list:
    """What a model gives for the arrays: a list of arrays."""
    keras = start()
    given = model(arrays if len(arrays) > 1 else arrays[0], training=False)
    return [keras.ops.convert_to_numpy(one) for one in keras.tree.flatten(given)]


def _write(model, to: str, path: Path) -> None:
    keras = start()
    if to == "keras":
        model.save(path)
    elif to == "tflite":
        # With a free batch a recurrent layer needs operations that TFLite's own interpreter does not have.
        single = [keras.InputSpec(shape=(1, *one.shape[1:]), dtype=one.dtype, name=one.name) for one in model.inputs]
        model.export(str(path), format="litert", verbose=False, input_signature=[single] if len(single) > 1 else single)
    else:
        model.export(str(path), format={"saved-model": "tf_saved_model"}.get(to, to), verbose=False)


def _reader(model, to: str, path: Path) -> Callable:
    """The exported model as a function: a list of arrays -> a list of arrays."""
    if to == "keras":
        again = saved.load(path)
        return lambda arrays: answers(again, arrays)
    if to == "saved-model":
        return formats.saved_model(path)
    if to == "tflite":
        return formats.tflite(path, [one.name for one in model.inputs])
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_inputs()]
    return lambda arrays: session.run(None, dict(zip(names, arrays, strict=True)))
