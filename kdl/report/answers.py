"""What a model answered to the first held-out examples, as its training left it in the `arrays.npz` of its run."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

from kdl.errors import BadContent

_BROKEN = (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, struct.error)


def read(path: Path, fix: str) -> tuple:
    """What was right, and what the model said: two arrays of numbers, a row for each example.

    Args:
        path: of the `arrays.npz` of a run.
        fix: what to do about a file that is damaged.

    Raises:
        BadContent: the file is damaged.
    """
    import numpy as np

    try:
        with path.open("rb") as file:
            if not zipfile.is_zipfile(file):  # NumPy would take a bare array, too
                raise ValueError("it is no archive of arrays")
        with np.load(path, allow_pickle=False) as kept:
            found = kept["answer"], kept["prediction"]
        if any(part.ndim < 2 or part.dtype.kind not in "biuf" for part in found):
            raise ValueError("it holds no rows of numbers")
    except _BROKEN as error:
        raise BadContent(path, 1, f"is damaged: {error}", fix=fix) from error
    return found
