"""Curves of a pair's figure: one for each seed to begin with, then their mean and their edges."""

import math
from statistics import fmean

from kdl.experiment.measured import Measured


def of_seeds(measured: Measured, cell, name) -> list[list[float]]:
    """A curve of every seed; what diverged is NaN, and drawn as nothing.

    Args:
        cell: (arm, condition).
    """
    return [[math.nan if value is None else value for value in curve] for curve in measured.curves(*cell, name)]


def over_seeds(lines) -> dict:
    """The parts of a figure that show all seeds: `series`, the means, and `spread`, the lowest and the highest.

    Args:
        lines: name -> a curve of every seed.
    """
    places = {name: list(zip(*found, strict=True)) for name, found in lines.items()}
    return {
        "series": {name: [fmean(found) for found in at] for name, at in places.items()},
        "spread": {name: ([min(found) for found in at], [max(found) for found in at]) for name, at in places.items()},
    }
