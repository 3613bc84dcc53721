"""Drawn examples for a terminal, as lists of lines: points of the plane as a scatter plot, small pictures as shades."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from kdl.report.terminal import ASCII_SHADES, SHADES

LEAST = 20  # columns of a panel
GAP = 3  # columns between two panels, or two pictures
STEPS = (2, 5, 10)  # points up to which a cell has the second, third and fourth shade


def paired(figure: Mapping) -> dict[str, list[tuple[float, float]]]:
    """The points of a scatter plot, as `Figure.as_json` returns it; those that are not finite are left out."""
    both = {name: zip(figure["across"][name], values, strict=True) for name, values in figure["series"].items()}
    return {name: [(x, y) for x, y in pairs if x is not None and y is not None] for name, pairs in both.items()}


def bounds(points: Mapping[str, Sequence[Sequence[float]]]) -> tuple[float, float, float, float]:
    """(left, right, bottom, top) of the smallest square that holds all points, with a little air around."""
    known = [point for heap in points.values() for point in heap]
    sides = [(min(axis), max(axis)) for axis in zip(*known, strict=True)] or [(0.0, 1.0)] * 2
    half = 0.52 * max(high - low for low, high in sides) or 1.0
    (x, y) = ((low + high) / 2 for low, high in sides)
    return x - half, x + half, y - half, y + half


def scatter(
    points: Mapping[str, Sequence[Sequence[float]]], *, title: str, width: int = 72, height: int = 14, ascii: bool = False
) -> list[str]:
    """Lines of text: one panel for each heap of points, side by side as far as there is room, all on the same axes.

    Args:
        points: name -> (x, y) of each point, finite numbers.
        title: the first line.
        width: characters of the longest line below the title, as far as a panel fits.
        height: lines of a panel; a character is about twice as high as wide, so a panel is twice as wide as that.
        ascii: use ASCII only.

    Raises:
        ValueError: no points at all.
    """
    if not any(len(heap) for heap in points.values()):
        raise ValueError("points must hold at least one point. Received: none")
    fits = max(1, min(len(points), (width + GAP) // (LEAST + GAP)))
    columns = min(2 * height, (width + GAP) // fits - GAP)
    height = max(3, columns // 2)
    frame = bounds(points)
    panels = [_panel(name, heap, frame, columns, height, ascii) for name, heap in points.items()]
    shades = ASCII_SHADES if ascii else SHADES
    key = [f"{mark} up to {step}" for mark, step in zip(shades[1:], STEPS, strict=False)]
    parts = [f"points: {shades[0]} 1", *key, f"{shades[-1]} more"]
    whole = "   ".join(part.replace(" ", "\0") for part in parts)  # so that no line ends inside a part
    return [title, *_side_by_side(panels, fits, columns), *(line.replace("\0", " ") for line in textwrap.wrap(whole, width))]


def _panel(name: str, heap, frame, columns: int, height: int, ascii: bool) -> list[str]:
    left, right, bottom, top = frame
    shades = ASCII_SHADES if ascii else SHADES
    counts = [[0] * columns for _ in range(height)]
    for x, y in heap:
        column = min(columns - 1, int((x - left) / (right - left) * columns))
        row = min(height - 1, int((top - y) / (top - bottom) * height))
        counts[row][column] += 1
    lines = ["".join(_mark(count, shades) for count in row) for row in counts]
    return [f"{name:^{columns}}"[:columns], *lines]


def _mark(count: int, shades: str) -> str:
    if count < 2:
        return shades[0] if count else " "
    return next((mark for mark, step in zip(shades[1:], STEPS, strict=False) if count <= step), shades[-1])


def pictures(values: Sequence, *, width: int = 72, ascii: bool = False) -> list[str]:
    """Lines of text: grey pictures side by side as far as there is room; a character is one pixel wide and two high.

    Args:
        values: NumPy array (N, H, W), from 0, dark, to 1.
    """
    shades = " " + (ASCII_SHADES if ascii else SHADES)
    panels = []
    for picture in values:
        rows = [picture[first : first + 2].mean(axis=0) for first in range(0, len(picture), 2)]
        panels.append(["".join(shades[round(float(min(max(v, 0), 1)) * (len(shades) - 1))] for v in row) for row in rows])
    columns = values.shape[2]
    return _side_by_side(panels, max(1, (width + GAP) // (columns + GAP)), columns)


def _side_by_side(panels: Sequence[Sequence[str]], fits: int, columns: int) -> list[str]:
    """Rows of at most `fits` panels of equal height."""
    lines = []
    for first in range(0, len(panels), fits):
        row = panels[first : first + fits]
        lines += ["".join(part.ljust(columns + GAP) for part in parts).rstrip() for parts in zip(*row, strict=True)]
    return lines
