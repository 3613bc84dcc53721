"""Curves for a terminal, as lists of lines: the same bytes for the same numbers, everywhere.

No library draws these. A plot is pinned in tests letter by letter, and a library's next release would move its letters.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

MARKS = "●○◆◇▲△"
ASCII_MARKS = "*o#+x@"
BLOCKS = "▁▂▃▄▅▆▇█"
ASCII_BLOCKS = "_.-=+*%#"
SHADES = "·░▒▓█"
ASCII_SHADES = ".:+*#"


def sparkline(values: Sequence[float], *, ascii: bool = False) -> str:
    """One character for each value, from the lowest to the highest; a blank for what is not finite."""
    blocks = ASCII_BLOCKS if ascii else BLOCKS
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return " " * len(values)
    low, high = min(finite), max(finite)
    step = (high - low) / (len(blocks) - 1) or 1.0
    return "".join(blocks[_nearest((value - low) / step)] if math.isfinite(value) else " " for value in values)


def curve(
    series: Mapping[str, Sequence[float]],
    *,
    title: str,
    width: int = 72,
    height: int = 12,
    log: bool = False,
    x: tuple[str, str] | None = None,
    ascii: bool = False,
) -> list[str]:
    """Lines of text that show one or more curves in one frame, with a legend.

    Args:
        series: name -> values, drawn at equal distances from left to right; what is not finite is left out. Where two
            curves meet, the first is seen.
        title: the first line.
        width: characters of the longest line, 40 at least.
        height: lines of the plot itself, 3 at least.
        log: draw the logarithm; values that are not positive stand on the lowest line.
        x: what stands below the left and the right end; default the first and the last index.
        ascii: use ASCII only.

    Raises:
        ValueError: no series, more than six, or a frame that is too small.
    """
    marks = ASCII_MARKS if ascii else MARKS
    if not 1 <= len(series) <= len(marks):
        raise ValueError(f"series must hold 1 to {len(marks)} curves. Received: {len(series)}")
    if width < 40 or height < 3:
        raise ValueError(f"width must be at least 40 and height at least 3. Received: width={width}, height={height}")
    scaled = {name: _scaled(values, log) for name, values in series.items()}
    low, high = _range(scaled)
    labels = _labels(low, high, height, log)
    margin = max(map(len, labels))
    columns = width - margin - 2
    grid = [[" "] * columns for _ in range(height)]
    for mark, values in reversed(list(zip(marks, scaled.values(), strict=False))):
        for column, value in enumerate(_resampled(values, columns)):
            if value is not None:
                row = _nearest((min(max(value, low), high) - low) / (high - low) * (height - 1))
                grid[height - 1 - row][column] = mark
    return [title, *_framed(grid, labels, margin, ascii), *_below(series, marks, margin, columns, x)]


def heatmap(
    cells: Sequence[Sequence[float | None]],
    *,
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    steps: Sequence[float] | None = None,
    ascii: bool = False,
) -> list[str]:
    """Lines of text that show a matrix as shades, one character a cell, with a legend.

    Args:
        cells: rows of equal length; None leaves a blank, zero and less is the lightest shade.
        title: the first line.
        rows: what stands left of each row.
        columns: what stands above each column, where there is room; empty for nothing.
        steps: the highest values of the second, third and fourth shade, the fifth takes what is above; default quarters of
            the highest value.
        ascii: use ASCII only.

    Raises:
        ValueError: no cells, rows of different lengths, or labels and steps that do not fit them.
    """
    shades = ASCII_SHADES if ascii else SHADES
    if not cells or len({len(row) for row in cells}) != 1 or (len(rows), len(columns)) != (len(cells), len(cells[0])):
        raise ValueError(
            f"cells must be rows of equal length, each with a label, and each column too. Received: {len(cells)} rows of"
            f" {sorted({len(row) for row in cells})} cells, {len(rows)} and {len(columns)} labels"
        )
    known = [value for row in cells for value in row if value is not None]
    highest = max(known, default=0) or 1
    steps = [highest * quarter / 4 for quarter in (1, 2, 3)] if steps is None else steps
    if len(steps) != len(shades) - 2:
        raise ValueError(f"steps must hold {len(shades) - 2} values. Received: {len(steps)}")
    margin = max(map(len, rows))
    lines = [title, (" " * (margin + 1) + _spaced(columns)).rstrip()]
    for label, row in zip(rows, cells, strict=True):
        lines.append((f"{label:>{margin}} " + "".join(_shade(value, steps, shades) for value in row)).rstrip())
    legend = [f"{shades[0]} none", *(f"{mark} up to {step:.3g}" for mark, step in zip(shades[1:], steps, strict=False))]
    legend.append(f"{shades[-1]} over {steps[-1]:.3g}")
    return [*lines, " " * (margin + 1) + "   ".join(legend)]


def _shade(value: float | None, steps: Sequence[float], shades: str) -> str:
    if value is None:
        return " "
    if value <= 0:
        return shades[0]
    return shades[next((number for number, step in enumerate(steps, 1) if value <= step), -1)]


def _spaced(labels: Sequence[str]) -> str:
    """Labels above single columns: one that would touch the label after it is left out."""
    line = ""
    starts = [column for column, label in enumerate(labels) if label]
    for column, following in zip(starts, [*starts[1:], math.inf], strict=False):
        if column + len(labels[column]) < following:
            line = line.ljust(column) + labels[column]
    return line


def _scaled(values: Sequence[float], log: bool) -> list[float | None]:
    """Finite values, their decimal logarithm where asked; -inf for the logarithm of what is not positive."""
    kept = [float(value) if math.isfinite(value) else None for value in values]
    if not log:
        return kept
    return [None if value is None else math.log10(value) if value > 0 else -math.inf for value in kept]


def _range(scaled: Mapping[str, Sequence[float | None]]) -> tuple[float, float]:
    finite = [value for values in scaled.values() for value in values if value is not None and math.isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _resampled(values: Sequence[float | None], columns: int) -> list[float | None]:
    """The value above each column: on the straight line between its two neighbours, None beside a gap."""
    if len(values) <= 1:
        return list(values)
    heights = []
    for column in range(columns):
        place = column * (len(values) - 1) / (columns - 1)
        left = min(int(place), len(values) - 2)
        before, after, share = values[left], values[left + 1], place - left
        if share in (0.0, 1.0):
            heights.append(after if share else before)
        else:
            heights.append(None if None in (before, after) else before + share * (after - before))
    # Between two values at -inf there is no number; they all stand on the lowest line.
    return [-math.inf if height is not None and math.isnan(height) else height for height in heights]


def _labels(low: float, high: float, height: int, log: bool) -> list[str]:
    """What stands left of each line: values at the top, the middle and the bottom."""
    labels = [""] * height
    for row in (0, height // 2, height - 1):
        value = high - (high - low) * row / (height - 1)
        labels[row] = f"{10**value:.0e}" if log else f"{value:.3g}"
    return labels


def _framed(grid: Sequence[Sequence[str]], labels: Sequence[str], margin: int, ascii: bool) -> list[str]:
    wall, corner, floor = ("|", "+", "-") if ascii else ("│", "└", "─")
    lines = [f"{label:>{margin}} {wall}{''.join(cells)}".rstrip() for label, cells in zip(labels, grid, strict=True)]
    return [*lines, " " * (margin + 1) + corner + floor * len(grid[0])]


def _below(series, marks: str, margin: int, columns: int, x: tuple[str, str] | None) -> list[str]:
    """The ends of the x axis, and the legend."""
    left, right = x or ("0", str(max(len(values) for values in series.values()) - 1))
    legend = "   ".join(f"{mark} {name}" for mark, name in zip(marks, series, strict=False))
    gap = " " * max(1, columns - len(left) - len(right))
    return [" " * (margin + 2) + left + gap + right, " " * (margin + 2) + legend]


def _nearest(value: float) -> int:
    """Halves go up, so that rounding does not depend on whether a number is even."""
    return math.floor(value + 0.5)
