"""The signature figure of a pair, and curves over training."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kdl.report import terminal_samples
from kdl.report.drawing import CURVES, GRID, INK, NARROW, SOFT, WIDE, Shape, drawn, ends, legend, line, scale

FEW = 12  # places below which each has a tick of its own

# ---- signature -------------------------------------------------------------------------------------------------------


def signature(name: str, figure: Mapping, shapes: Sequence[Shape] = (WIDE, NARROW)) -> str:
    """The signature figure of a pair.

    Args:
        name: its id in the page.
        figure: what `Figure.as_json` returns.
    """
    if figure.get("across"):
        desc = f"Points, a panel for each of {', '.join(figure['series'])}. {figure['message']}."
        return scatter(name, figure["title"], desc, terminal_samples.paired(figure), shapes)
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


# ---- points ----------------------------------------------------------------------------------------------------------


def scatter(name: str, title: str, desc: str, points: Mapping[str, Sequence], shapes: Sequence[Shape] = (WIDE, NARROW)) -> str:
    """Heaps of points, a panel for each, all on the same axes and as wide as high.

    Args:
        points: name -> (x, y) of each point.
    """
    left, right, bottom, top = terminal_samples.bounds(points)
    size = right - left

    def draw(axes, shape: Shape) -> None:
        for number, (key, heap) in enumerate(points.items()):
            begin = number * 1.1 * size  # panels are drawn beside each other in one frame: they keep one scale
            x, y = [begin + x - left for x, _ in heap], [y - bottom for _, y in heap]
            axes.plot(x, y, ".", color=CURVES[number % len(CURVES)], markersize=1.5 if shape.narrow else 3, alpha=0.6)
            axes.annotate(key, (begin + size / 2, 1.02 * size), ha="center", va="bottom", color=INK, annotation_clip=False)
            axes.plot([begin, begin + size, begin + size, begin, begin], [0, 0, size, size, 0], color=GRID, linewidth=0.8)
        axes.set_xlim(-0.01 * size, (1.1 * len(points) - 0.09) * size)
        axes.set_ylim(-0.01 * size, 1.01 * size)
        axes.set_aspect("equal")
        axes.set_axis_off()

    low = [replace(shape, height=min(shape.height, shape.width / len(points) + 40)) for shape in shapes]
    return drawn(name, title, desc, draw, low)


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
