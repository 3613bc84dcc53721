"""Numbers against numbers, and the words for what was returned."""

from __future__ import annotations

from kdl.grade.case import literal


def scale(expected) -> float:
    """The largest absolute finite value of an array; 1 for zeros, for no elements, and for text."""
    import numpy as np

    if expected.dtype.kind == "U":
        return 1.0
    return float(np.max(np.abs(expected), initial=0.0, where=np.isfinite(expected))) or 1.0


def errors(got, expected):
    """Absolute errors relative to the largest expected value; infinite where a number is missing or not finite.

    What is no float has no distance: it is right, or infinitely wrong.
    """
    import numpy as np

    if expected.dtype.kind not in "fc":
        return np.where(got == expected, 0.0, np.inf)
    got, expected = got.astype(np.float64), expected.astype(np.float64)
    with np.errstate(all="ignore"):
        error = np.abs(got - expected) / scale(expected)
    error = np.where(np.isfinite(error), error, np.inf)
    return np.where((got == expected) & ~np.isnan(got), 0.0, error)


def loose(dtype: str) -> float:
    """How far numbers may be off, of the largest expected value, and still be told as the same ones in a diagnosis."""
    return {"float16": 1e-2, "float32": 1e-4}.get(dtype, 1e-5)


def worst(names: tuple[str, ...], got: list, expected: list, tolerance: float) -> dict | None:
    """The cell that is furthest off, over all results; None where every cell is within the tolerance.

    A cell is right where |got - expected| <= tolerance * max|expected|.
    """
    import numpy as np

    found, wrong, cells = None, 0, 0
    for name, one, right in zip(names, got, expected, strict=True):
        error = errors(one, right)
        cells += error.size
        wrong += int(np.count_nonzero(error > tolerance))
        if error.size and error.max() > tolerance and (found is None or error.max() > found[0]):
            index = np.unravel_index(int(np.argmax(error)), error.shape)
            found = (float(error.max()), name, [int(i) for i in index], one[index], right[index], tolerance * scale(right))
    if found is None:
        return None
    _, name, index, one, right, allowed = found
    return {
        "output": name,
        "index": index,
        "got": number(one),
        "expected": number(right),
        "allowed": allowed,
        "wrong_share": wrong / cells,
    }


def number(value) -> float | int | str:
    """A cell for JSON, which has no NaN and no infinity."""
    import math

    value = value.item()
    if isinstance(value, complex) or (isinstance(value, float) and not math.isfinite(value)):
        return str(value)
    return value


def kind_of(value) -> str:
    """`None`, `a list`, `a float64 of shape (2, 3)`."""
    import numpy as np

    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"one array, {value.dtype} {value.shape}" if value.ndim else f"a single number ({value.dtype})"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def described(names: tuple[str, ...], values: list, at: dict | None = None) -> str:
    """Shapes and dtypes first; the numbers where there are few of them."""
    parts = []
    for name, value in zip(names, values, strict=True):
        if at and len(names) > 1 and name != at["output"]:
            continue
        text = f"{name}: {value.dtype} {value.shape}"
        if value.dtype.kind == "U":
            text = f"{name}: text {value.shape}" if value.ndim else f"{name}: text"
        if value.size <= 12:
            zero = value.dtype.kind != "U" and not value.any()
            text += " all zero" if zero else f" {literal(value).removeprefix('np.array(').rstrip(')')}"
        parts.append(text)
    return "; ".join(parts)


def listed(names: list[str]) -> str:
    """`i, f and g`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def are(names: list[str]) -> str:
    """`i is`, `i and f are`."""
    return f"{listed(names)} {'is' if len(names) == 1 else 'are'}"
