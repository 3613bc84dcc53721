"""Data of the learner's own: a CSV, npz or text file, or a set that Keras has downloaded before.

Everything comes out as ("arrays", x, y) or ("texts", lines); what is wrong with a file is told with its line.
"""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path

import numpy as np

from kdl.errors import NotFound, UsageProblem

# keras.datasets name -> the files that Keras keeps of it, in its folder `datasets`.
KERAS = {
    "mnist": ("mnist.npz",),
    "boston_housing": ("boston_housing.npz",),
    "california_housing": ("california_housing.npz",),
    "fashion_mnist": tuple(
        f"fashion-mnist/{part}-{what}.gz" for part in ("train", "t10k") for what in ("images-idx3-ubyte", "labels-idx1-ubyte")
    ),
}


def read(path: Path):
    """A file by its suffix: .csv, .npz or .txt.

    Raises:
        NotFound, UsageProblem: no such file, or one that cannot be used.
    """
    readers = {".csv": _csv, ".npz": _npz, ".txt": _txt}
    if not path.is_file():
        raise UsageProblem(
            f"There is no file {path}.", fix="--data takes a name of `kdl data list`, or a .csv, .npz or .txt file."
        )
    if path.suffix.lower() not in readers:
        raise UsageProblem(f"{path} is no .csv, .npz or .txt file.", fix="Save it as one of them.")
    try:
        return readers[path.suffix.lower()](path)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem(f"{path} cannot be read.", why=str(error)) from error


def cached(name: str):
    """A set of keras.datasets that lies in its cache; nothing is fetched.

    Raises:
        NotFound: no such set.
        FileNotFoundError: Keras has never fetched it on this machine.
    """
    if name not in KERAS:
        raise NotFound("keras.datasets set", name, KERAS, fix=f"Known are: {', '.join(KERAS)}.")
    for home in (os.environ.get("KERAS_HOME"), Path("~/.keras").expanduser()):
        files = [Path(home) / "datasets" / file for file in KERAS[name]] if home else []
        if files and all(file.is_file() for file in files):
            return _npz(files[0]) if len(files) == 1 else _idx(files)
    raise FileNotFoundError(name)


def _npz(path: Path):
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
    except (ValueError, OSError, EOFError) as error:
        raise UsageProblem(f"{path} cannot be read.", why=f"{error}") from error
    if {"x_train", "y_train", "x_test", "y_test"} <= set(arrays):
        x, y = ([arrays[f"{axis}_train"], arrays[f"{axis}_test"]] for axis in "xy")
        return "split", _same(path, x[0], y[0]), _same(path, x[1], y[1])
    if {"x", "y"} <= set(arrays):
        return "arrays", *_same(path, arrays["x"], arrays["y"])
    raise UsageProblem(
        f"{path} holds neither x and y nor x_train, y_train, x_test and y_test.",
        why=f"It holds: {', '.join(arrays) or 'nothing'}.",
    )


def _same(path: Path, x, y):
    """x as float32 and y as int32 or float32, of equal length."""
    if len(x.shape) < 1 or len(y.shape) < 1 or len(x) != len(y):
        raise UsageProblem(f"x and y of {path} differ in length. Received: x {x.shape}, y {y.shape}")
    for name, part in (("x", x), ("y", y)):
        if part.dtype.kind not in "biuf" and not (name == "y" and part.dtype.kind == "U"):
            raise UsageProblem(f"{name} of {path} must be numbers. Received: dtype={part.dtype}")
    return x, y


def _idx(files: list[Path]):
    """The format of MNIST's files: a header of 16 bytes for pictures, of 8 for labels."""
    parts = []
    for images, labels in (files[:2], files[2:]):
        with gzip.open(images) as file:
            x = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)
        with gzip.open(labels) as file:
            parts.append((x, np.frombuffer(file.read(), np.uint8, offset=8)))
    return "split", *parts


def _txt(path: Path):
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if len(lines) < 10:
        raise UsageProblem(f"{path} has {len(lines)} lines that are not empty; at least 10 are needed.")
    return "texts", lines


def _csv(path: Path):
    """Numbers, and in the last column the answer: a number or a word. A first line of names is known by itself."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = [(number, row) for number, row in enumerate(csv.reader(file), 1) if row]
    if rows and not any(_is_number(cell) for cell in rows[0][1][:-1]):
        rows = rows[1:]
    if len(rows) < 10 or len(rows[0][1]) < 2:
        raise UsageProblem(f"{path} needs at least 10 rows of 2 columns. Received: {len(rows)} rows")
    width = len(rows[0][1])
    for number, row in rows:
        if len(row) != width:
            raise UsageProblem(f"{path}, line {number}: {len(row)} columns where the first row has {width}.")
        for column, cell in enumerate(row[:-1], 1):
            if not _is_number(cell):
                raise UsageProblem(
                    f"{path}, line {number}, column {column}: {cell!r} is no number.", fix="Fill it in, or leave the row out."
                )
    answers = [row[-1] for _, row in rows]
    x = np.array([[float(cell) for cell in row[:-1]] for _, row in rows], np.float32)
    if all(_is_number(cell) for cell in answers):
        y = np.array([float(cell) for cell in answers])
        return "arrays", x, y.astype(np.int64) if (y == y.astype(np.int64)).all() else y
    return "arrays", x, np.array(answers)


def _is_number(cell: str) -> bool:
    """A finite number, as Python writes one."""
    try:
        return np.isfinite(float(cell))
    except ValueError:
        return False
