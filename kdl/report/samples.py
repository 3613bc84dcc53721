"""What a trained model draws, for the page of its run: points beside true points, pictures above true pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kdl.report import answers, plots
from kdl.report.svg import Sheet, number
from kdl.tasks import Samples

SHADES = 5  # of a picture, from the ground, which is left as it is, to the darkest ink
ACROSS = {"wide": (960, 10), "narrow": (300, 5)}  # width of the figure, pictures in a row


def figure(name: str, told: Samples, path: Path, fix: str) -> dict:
    """The figure with its title and lines, as the templates take it.

    Args:
        name: its id in the page.
        told: what the task says of them.
        path: of the `arrays.npz` of a run.
        fix: what to do about a file that is damaged.

    Raises:
        BadContent: the file is damaged.
    """
    true, drawn = answers.read(path, fix)
    drawn, lost = finite(drawn, told.draws)
    if not len(drawn):
        return {"title": "Samples", "lines": lost, "svg": ""}
    if told.draws == "points":
        lines = [f"{len(drawn)} points drawn from held-out noise, beside {len(true)} true ones"]
        svg = plots.scatter(name, "Samples", f"{lines[0]}.", {"drawn": drawn.tolist(), "true": true.tolist()})
    else:
        lines = ["above, pictures drawn from held-out noise; below, true ones that it was not trained on"]
        svg = pictures(name, "Samples", f"{lines[0]}.", [part.reshape(-1, *told.shape) for part in (drawn, true)])
    return {"title": "Samples", "lines": [*lines, *lost], "svg": svg}


def finite(drawn, draws: str) -> tuple:
    """The rows of an array (N, ...) that are made of numbers, and a line on those that are not, where there are any.

    Args:
        draws: what a row is, "points" or "pictures".
    """
    import numpy as np

    kept = drawn[np.isfinite(drawn).all(axis=tuple(range(1, drawn.ndim)))]
    if not len(kept):
        return kept, [f"none: of {len(drawn)} {draws} none is made of finite numbers"]
    lost = len(drawn) - len(kept)
    return kept, [f"left out: {lost} of {len(drawn)} {draws}, which are not made of finite numbers"] if lost else []


def pictures(name: str, title: str, desc: str, rows: Sequence) -> str:
    """A row of grey pictures for each of the arrays (N, H, W), from 0 to 1, in a wide and a narrow shape."""
    return "".join(_pictures(f"{name}-{shape}", title, desc, rows, shape, *ACROSS[shape]) for shape in ACROSS)


def _pictures(name: str, title: str, desc: str, rows: Sequence, shape: str, width: int, across: int) -> str:
    _, high, wide = rows[0].shape
    pixel = width / (across * (wide + 2))
    sheet = Sheet(name, title, desc, (width, pixel * (high + 2) * len(rows)), shape)
    for shade in range(1, SHADES):
        runs = [
            _runs(picture, shade, pixel, pixel * (wide + 2) * column, pixel * (high + 2) * line)
            for line, row in enumerate(rows)
            for column, picture in enumerate(row[:across])
        ]
        sheet.shape("".join(runs), f"h{shade}")
    return sheet.svg()


def _runs(picture, shade: int, pixel: float, left: float, top: float) -> str:
    """The boxes, as a path, that cover the pixels of one shade: one for each run of them in a row."""
    import numpy as np

    shades = np.rint(np.clip(picture, 0, 1) * (SHADES - 1)).astype(int)
    parts = []
    for row, line in enumerate(shades):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], line == shade, [False]])))
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            x, y, long = number(left + begin * pixel), number(top + row * pixel), number((end - begin) * pixel)
            parts.append(f"M{x},{y}h{long}v{number(pixel)}h-{long}z")
    return "".join(parts)
