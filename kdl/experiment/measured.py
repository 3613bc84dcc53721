"""The rows of an experiment, and the views of them that claims, tables and figures need."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median

from kdl.experiment.claims import Measure


@dataclass(frozen=True)
class Figure:
    """The data of a pair's signature figure: curves over equal steps, and the one thing they show.

    Args:
        title: what is drawn, with its unit.
        message: what it shows, with its number.
        series: name -> values, from left to right.
        x: what stands below the left and the right end.
        log: whether the values are read on a logarithmic axis.
        levels: lines across the curves, as a target: how it reads -> value.
        spread: name of a curve -> the lowest and the highest of the seeds at each of its places.
        more: further figures of the same measurements, shown below this one.
        across: for a scatter plot: name of a series -> where each of its values stands from left to right, in the unit of the
            values. Each series is then a panel of points, all on the same axes, and `x` and `log` say nothing.
    """

    title: str
    message: str
    series: Mapping[str, Sequence[float]]
    x: tuple[str, str]
    log: bool = False
    levels: Mapping[str, float] = field(default_factory=dict)
    spread: Mapping[str, tuple[Sequence[float], Sequence[float]]] = field(default_factory=dict)
    more: Sequence[Figure] = ()
    across: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def as_json(self) -> dict:
        """Plain data, with four significant digits: enough to draw. None stands for what is not finite."""
        series = {name: _short(values) for name, values in self.series.items()}
        found = {"title": self.title, "message": self.message, "series": series, "x": list(self.x), "log": self.log}
        if self.levels:
            found["levels"] = dict(self.levels)
        if self.spread:
            found["spread"] = {name: [_short(edge) for edge in edges] for name, edges in self.spread.items()}
        if self.across:
            found["across"] = {name: _short(values) for name, values in self.across.items()}
        if self.more:
            found["more"] = [figure.as_json() for figure in self.more]
        return found


def banded(cells: Mapping[str, Sequence[Sequence[float]]], mean: Callable = fmean) -> dict:
    """The curves of a `Figure` with the bands of all seeds around them: its `series` and its `spread`.

    Args:
        cells: name of a curve -> at each place, from left to right, what the seeds have there.
        mean: of the seeds; `geometric_mean` for what is read on a logarithmic axis.
    """
    ends = {name: [_ends(found) for found in places] for name, places in cells.items()}
    return {
        "series": {name: [mean(found) for found in places] for name, places in cells.items()},
        "spread": {name: ([low for low, _ in at], [high for _, high in at]) for name, at in ends.items()},
    }


def ranged(found: Sequence[float], form: str, mean: Callable = fmean) -> str:
    """The mean of the seeds; in brackets the lowest and the highest of them, which a terminal does not draw."""
    low, high = _ends(found)
    return f"{mean(found):{form}} ({low:{form}} to {high:{form}})"


def _ends(found: Sequence[float]) -> tuple[float, float]:
    """The lowest and the highest of the seeds; no numbers, like their mean, where one of them diverged."""
    return (math.nan, math.nan) if any(map(math.isnan, found)) else (min(found), max(found))


def _short(values: Sequence[float]) -> list[float | None]:
    return [float(f"{value:.4g}") if math.isfinite(value) else None for value in values]


@dataclass(frozen=True)
class Measured:
    """What was measured so far.

    Args:
        rows: one for each (seed, condition, arm): {"seed", "condition", "arm", "values", "seconds"}. A value is a number,
            None where the run diverged, or a list of numbers (a curve: drawn, never judged).
    """

    rows: Sequence[Mapping]

    def scores(self, measure: Measure) -> dict[tuple[str, str], dict[int, float]]:
        """(arm, condition) -> seed -> score, with the declared worst for what diverged or lies beyond it.

        A row without this measure is no measurement of it; one that diverged says None or NaN.
        """
        return {
            cell: {seed: measure.bounded(value) for seed, value in found.items()}
            for cell, found in self._values(measure).items()
        }

    def failed(self, measure: Measure) -> dict[tuple[str, str], int]:
        """(arm, condition) -> how many seeds gave no number for a measure: they diverged, or never met its target."""
        return {cell: sum(map(math.isnan, found.values())) for cell, found in self._values(measure).items()}

    def _values(self, measure: Measure) -> dict[tuple[str, str], dict[int, float]]:
        """(arm, condition) -> seed -> what was measured, NaN where that is no number."""
        table: dict[tuple[str, str], dict[int, float]] = {}
        for row in self.rows:
            values = {**row["values"], "seconds": row["seconds"]}
            if measure.name in values:
                value = values[measure.name]
                table.setdefault((row["arm"], row["condition"]), {})[row["seed"]] = math.nan if value is None else value
        return table

    def curves(self, arm: str, condition: str, name: str) -> list[list[float]]:
        """A curve of every seed, in the order of the seeds; what diverged is NaN, and drawn as nothing."""
        rows = sorted(
            (row for row in self.rows if (row["arm"], row["condition"]) == (arm, condition)), key=lambda row: row["seed"]
        )
        found = [row["values"][name] for row in rows if row["values"].get(name)]
        return [[math.nan if value is None else value for value in curve] for curve in found]

    def conditions(self) -> list[str]:
        """The conditions that were measured, in the order in which they came."""
        return list(dict.fromkeys(row["condition"] for row in self.rows))

    def seeds(self) -> list[int]:
        """The seeds that every arm has at every measured condition."""
        cells: dict[tuple[str, str], set[int]] = {}
        for row in self.rows:
            cells.setdefault((row["arm"], row["condition"]), set()).add(row["seed"])
        return sorted(set.intersection(*cells.values())) if cells else []

    def seconds(self, arm: str) -> float:
        """Time spent on one arm."""
        return sum(row["seconds"] for row in self.rows if row["arm"] == arm)

    def time_ratio(self, arm: str, other: str) -> float | None:
        """The median over the seeds of an arm's time as a multiple of another's.

        Of each seed the conditions count that both have, and they are added up first: the seconds of a training that serves
        several conditions stand in one row of them.
        """
        times: dict[int, dict[str, dict[str, float]]] = {}
        for row in self.rows:
            times.setdefault(row["seed"], {}).setdefault(row["condition"], {})[row["arm"]] = row["seconds"]
        both = [[found for found in seed.values() if {arm, other} <= found.keys()] for seed in times.values()]
        spent = [[sum(found[name] for found in cells) for name in (arm, other)] for cells in both]
        ratios = [ours / theirs for ours, theirs in spent if theirs]
        return round(median(ratios), 3) if ratios else None
