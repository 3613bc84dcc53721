"""The signature figure of a pair, and curves over training."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kdl.report.drawing import CURVES, NARROW, SOFT, WIDE, Shape, drawn, ends, legend, line, scale

FEW = 12  # places below which each has a tick of its own

# ---- signature -------------------------------------------------------------------------------------------------------


def signature(name: str, figure: Mapping, shapes: Sequence[Shape] = (WIDE, NARROW)) -> str:
    """The signature figure of a pair.

    Args:
        name: its id in the page.
        figure: what `Figure.as_json` returns.
    """
    series = {key: _numbers(values) for key, values in figure["series"].items()}
    spread = {key: [_numbers(edge) for edge in edges] for key, edges in figure.get("spread", {}).items()}
    levels = [Level(value, label) for label, value in figure.get("levels", {}).items()]
    log = figure["log"] and any(value > 0 for values in series.values() for value in values)
    desc = f"{len(series)} curve{'s' * (len(series) != 1)}: {', '.join(series)}. {figure['message']}."
    if log:
        desc += " The vertical axis is logarithmic."
        if any(value <= 0 for values in series.values() for value in values):
            desc += " Values that are not above 0 stand on its lowest line."
            series = _floored(series)
    if spread:
        desc += " The band around a curve holds all seeds."
    for level in levels:
        desc += f" A line across: {level.label}."
    last = max(map(len, series.values())) - 1

    def draw(axes, shape: Shape) -> None:
        for number, (key, values) in enumerate(series.items()):
            if key in spread:
                axes.fill_between(range(len(values)), *spread[key], color=CURVES[number % len(CURVES)], alpha=0.15, linewidth=0)
            line(axes, range(len(values)), values, number, key)
        for level in levels:
            axes.axhline(level.value, color=SOFT, linewidth=1.2, linestyle=(0, (2, 3)))
        scale(axes, log)
        ends(axes, last, figure["x"])
        if 1 < last <= FEW:
            axes.set_xticks(range(last + 1), minor=True)
        _level_labels(axes, levels, list(series.values()))
        legend(axes, shape, list(series))

    return drawn(name, figure["title"], desc, draw, shapes)


def _numbers(values: Sequence[float | None]) -> list[float]:
    return [math.nan if one is None else float(one) for one in values]


def _floored(series: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    """What a logarithmic axis has no place for stands on its lowest line."""
    floor = min(value for values in series.values() for value in values if value > 0)
    return {key: [floor if value <= 0 else value for value in values] for key, values in series.items()}


# ---- training --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Level:
    """A horizontal line across the curves, as a target or a baseline."""

    value: float
    label: str


def training(
    name: str,
    title: str,
    desc: str,
    curves: Mapping[str, Sequence[Sequence[float | None]]],
    x: tuple[str, str],
    *,
    log: bool = False,
    levels: Iterable[Level] = (),
    shapes: Sequence[Shape] = (WIDE, NARROW),
) -> str:
    """Curves over training: each seed thin, their mean thick (on a logarithmic axis the geometric one).

    Args:
        curves: arm -> one list of values for each seed, at equal distances; None where it diverged.
        x: what stands below both ends.
        levels: lines across, each with its label.
    """
    seeds = {arm: [[math.nan if one is None else float(one) for one in run] for run in runs] for arm, runs in curves.items()}
    log = log and all(value > 0 for runs in seeds.values() for run in runs for value in run if math.isfinite(value))
    levels = [level for level in levels if not log or level.value > 0]

    def draw(axes, shape: Shape) -> None:
        for number, (arm, runs) in enumerate(seeds.items()):
            if len(runs) > 1:
                for run in runs:
                    axes.plot(range(len(run)), run, color=CURVES[number], linewidth=0.8, alpha=0.35)
            mean = _mean(runs, log)
            line(axes, range(len(mean)), mean, number, arm)
        for level in levels:
            axes.axhline(level.value, color=SOFT, linewidth=1.2, linestyle=(0, (2, 3)))
        scale(axes, log)
        ends(axes, max(len(run) for runs in seeds.values() for run in runs) - 1, x)
        _level_labels(axes, levels, [run for runs in seeds.values() for run in runs])
        if len(seeds) > 1:
            legend(axes, shape, list(seeds))

    return drawn(name, title, desc, draw, shapes)


def _mean(runs: Sequence[Sequence[float]], log: bool) -> list[float]:
    """The mean at each place of what the seeds have there; nan where none has a number."""
    means = []
    for values in zip(*runs, strict=False):
        kept = [math.log(value) if log else value for value in values if math.isfinite(value)]
        mean = math.fsum(kept) / len(kept) if kept else math.nan
        means.append(math.exp(mean) if log else mean)
    return means


def _level_labels(axes, levels: Sequence[Level], runs: Sequence[Sequence[float]]) -> None:
    """Each label above its line, or below it under the upper edge; at the end where the curves are farther from it."""
    low, high = axes.get_ylim()
    place = math.log if axes.get_yscale() == "log" else float

    def share(value: float) -> float:
        return (place(value) - place(low)) / (place(high) - place(low))

    for level in levels:
        left, right = (
            min((abs(share(value) - share(level.value)) for run in runs for value in _end(run, side)), default=1.0)
            for side in ("left", "right")
        )
        under = share(level.value) > 0.9
        axes.annotate(
            level.label,
            (0.01 if left > right else 0.99, level.value),
            xycoords=("axes fraction", "data"),
            xytext=(0, -3 if under else 3),
            textcoords="offset points",
            ha="left" if left > right else "right",
            va="top" if under else "bottom",
            color=SOFT,
        )


def _end(run: Sequence[float], side: str) -> list[float]:
    """The numbers of the third of a curve that a label may cover."""
    count = max(1, len(run) // 3)
    return [value for value in (run[:count] if side == "left" else run[-count:]) if math.isfinite(value)]
