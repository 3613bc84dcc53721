"""Data of the learner's own: a CSV, npz or text file.

Everything comes out as ("arrays", x, y) or ("texts", lines); what is wrong with a file is told with its line.
"""

from __future__ import annotations

import csv
import zipfile
import zlib
from pathlib import Path

import numpy as np

from kdl.errors import UsageProblem

FEWEST = 10  # examples to train with


def read(path: Path):
    """A file by its suffix: .csv, .npz or .txt.

    Raises:
        UsageProblem: no such file, or one that cannot be used.
    """
    readers = {".csv": _csv, ".npz": npz, ".txt": _txt}
    if not path.is_file():
        raise UsageProblem(
            f"There is no file {path}.", fix="--data takes a name of `kdl data list`, or a .csv, .npz or .txt file."
        )
    if path.suffix.lower() not in readers:
        raise UsageProblem(f"{path} is no .csv, .npz or .txt file.", fix="Save it as one of them.")
    try:
        return readers[path.suffix.lower()](path)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageProblem(f"{path} cannot be read.", why=str(error)) from error


def npz(path: Path):
    """An npz file with x and y, or x_train, y_train, x_test and y_test; see `read`."""
    if not zipfile.is_zipfile(path):
        raise UsageProblem(
            f"{path} cannot be read.",
            why="It is no npz file: that is a zip archive of arrays.",
            fix=f'`numpy.savez("{path.name}", x=x, y=y)` writes one.',
        )
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise UsageProblem(f"{path} cannot be read.", why=f"{error}") from error
    return named(path, arrays)


def named(path: Path, arrays: dict):
    """("split", (x, y), (x, y)) or ("arrays", x, y) from the arrays of a file, by their names.

    Raises:
        UsageProblem: other names, or arrays that are no examples with answers.
    """
    if {"x_train", "y_train", "x_test", "y_test"} <= set(arrays):
        train, test = ((arrays[f"x_{part}"], arrays[f"y_{part}"]) for part in ("train", "test"))
        train, test = _sound(path, *train), _sound(path, *test, fewest=1)
        if train[0].shape[1:] != test[0].shape[1:]:
            raise UsageProblem(
                f"x_train and x_test of {path} differ in the shape of a row. "
                f"Received: x_train {train[0].shape}, x_test {test[0].shape}"
            )
        return "split", train, test
    if {"x", "y"} <= set(arrays):
        return "arrays", *_sound(path, arrays["x"], arrays["y"])
    raise UsageProblem(
        f"{path} holds neither x and y nor x_train, y_train, x_test and y_test.",
        why=f"It holds: {', '.join(arrays) or 'nothing'}.",
    )


def _sound(path: Path, x, y, *, fewest: int = FEWEST):
    """x (N, ...) of numbers and y (N,) of numbers or words; y may come as (N, 1)."""
    received = f"Received: x {x.shape}, y {y.shape}"
    if x.ndim < 1 or y.ndim < 1 or len(x) != len(y):
        raise UsageProblem(f"x and y of {path} differ in length. {received}")
    if x.ndim < 2 or 0 in x.shape[1:]:
        raise UsageProblem(f"x of {path} must hold at least one number for each example: (N, M) or more axes. {received}")
    if y.shape not in ((len(y),), (len(y), 1)):
        raise UsageProblem(f"y of {path} must be one answer for each example: (N,) or (N, 1). {received}")
    for name, part in (("x", x), ("y", y)):
        if part.dtype.kind not in "biuf" and not (name == "y" and part.dtype.kind == "U"):
            raise UsageProblem(f"{name} of {path} must be numbers. Received: dtype={part.dtype}")
    if len(x) < fewest:
        raise UsageProblem(f"{path} needs at least {fewest} examples. {received}")
    return x, y.reshape(-1)


def _txt(path: Path):
    lines = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    if len(lines) < FEWEST:
        raise UsageProblem(f"{path} has {len(lines)} lines that are not empty; at least {FEWEST} are needed.")
    return "texts", lines


def _csv(path: Path):
    """Numbers, and in the last column the answer: a number or a word. A first line of names is known by itself."""
    with open(path, newline="", encoding="utf-8-sig") as file:  # -sig: spreadsheets begin a file with a mark
        rows = [(number, row) for number, row in enumerate(csv.reader(file), 1) if row]
    if rows and not any(_is_number(cell) for cell in rows[0][1][:-1]):
        rows = rows[1:]
    if len(rows) < FEWEST or len(rows[0][1]) < 2:
        raise UsageProblem(f"{path} needs at least {FEWEST} rows of 2 columns. Received: {len(rows)} rows")
    _check_cells(path, rows)
    answers = [row[-1].strip() for _, row in rows]
    x = np.array([[float(cell) for cell in row[:-1]] for _, row in rows])
    if all(_is_number(cell) for cell in answers):
        y = np.array([float(cell) for cell in answers])
        whole = (y == np.rint(y)).all() and np.abs(y).max() < 2**53  # above it not every whole number has a float
        return "arrays", x, y.astype(np.int64) if whole else y
    return "arrays", x, np.array(answers)


def _check_cells(path: Path, rows: list[tuple[int, list[str]]]) -> None:
    """Rows of one width, a number in every cell but the last, and there an answer."""
    width = len(rows[0][1])
    for number, row in rows:
        if len(row) != width:
            raise UsageProblem(f"{path}, line {number}: {len(row)} columns where the first row has {width}.")
        for column, cell in enumerate(row, 1):
            if not _is_number(cell) and (column < width or _says_nothing(cell)):
                what = "number" if column < width else "answer"
                raise UsageProblem(
                    f"{path}, line {number}, column {column}: {cell!r} is no {what}.", fix="Fill it in, or leave the row out."
                )


def _says_nothing(cell: str) -> bool:
    """Empty, or what stands for a number that is missing: nan, inf."""
    try:
        return not np.isfinite(float(cell))
    except ValueError:
        return not cell.strip()


def _is_number(cell: str) -> bool:
    """A finite number, as Python writes one."""
    try:
        return np.isfinite(float(cell))
    except ValueError:
        return False
