"""Figures of runs and pairs, drawn by matplotlib: curves, paired differences, and the signature figure of a pair.

Each figure is SVG for the inside of a page, in a shape for wide and one for narrow windows. Its colours are variables of
style.css, so that they follow the reader's light or dark mode; curves differ by line and marker too. The same numbers give
the same bytes.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kdl import paths
from kdl.experiment import told
from kdl.report import inline_svg

# What matplotlib is told to draw with -> what the page makes of it. The curves' colours tell apart for every common kind of
# colour blindness (Okabe and Ito, 2008), darkened or lightened to stand out from the ground.
INK, SOFT, GRID, ACCENT = "#010203", "#010204", "#010205", "#010206"
CURVES = ("#010211", "#010212", "#010213", "#010214", "#010215", "#010216")
COLOURS = {
    INK: "var(--ink)",
    SOFT: "var(--soft)",
    GRID: "var(--grid)",
    ACCENT: "var(--orange)",
    **{colour: f"var(--curve-{number})" for number, colour in enumerate(CURVES, 1)},
}
LINES = ("-", (0, (6, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)), (0, (3, 1.5)), (0, (8, 2, 1.5, 2, 1.5, 2)))
MARKERS = ("o", "s", "^", "D", "v", "P")

_STYLE = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 12,
    "text.color": SOFT,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": SOFT,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.facecolor": "none",
    "axes.unicode_minus": True,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "lines.linewidth": 2,
    "lines.markersize": 5,
    "legend.frameon": False,
    "legend.fontsize": 12,
    "legend.borderpad": 0,
    "legend.labelcolor": INK,
    "path.simplify": True,
}


@dataclass(frozen=True)
class Shape:
    """One size of a figure, and the class under which style.css shows it."""

    css: str
    width: float
    height: float

    @property
    def narrow(self) -> bool:
        return self.width < 400


WIDE, NARROW = Shape("wide", 960, 340), Shape("narrow", 300, 270)
ROOMY, TIGHT = Shape("roomy", 460, 230), Shape("tight", 300, 220)


# ---- signature -------------------------------------------------------------------------------------------------------


def signature(name: str, figure: Mapping, shapes: Sequence[Shape] = (WIDE, NARROW)) -> str:
    """The signature figure of a pair.

    Args:
        name: its id in the page.
        figure: what `Figure.as_json` returns.
    """
    series = {key: [math.nan if one is None else float(one) for one in values] for key, values in figure["series"].items()}
    log = figure["log"] and any(value > 0 for values in series.values() for value in values)
    desc = f"{len(series)} curve{'s' * (len(series) != 1)}: {', '.join(series)}. {figure['message']}."
    if log:
        desc += " The vertical axis is logarithmic."
        if any(value <= 0 for values in series.values() for value in values):
            desc += " Values that are not above 0 stand on its lowest line."
            series = _floored(series)

    def draw(axes, shape: Shape) -> None:
        for number, (key, values) in enumerate(series.items()):
            _line(axes, range(len(values)), values, number, key)
        _scale(axes, log)
        _ends(axes, max(map(len, series.values())) - 1, figure["x"])
        _legend(axes, shape, list(series))

    return drawn(name, figure["title"], desc, draw, shapes)


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
            _line(axes, range(len(mean)), mean, number, arm)
        for level in levels:
            axes.axhline(level.value, color=SOFT, linewidth=1.2, linestyle=(0, (2, 3)))
        _scale(axes, log)
        _ends(axes, max(len(run) for runs in seeds.values() for run in runs) - 1, x)
        _level_labels(axes, levels, [run for runs in seeds.values() for run in runs])
        if len(seeds) > 1:
            _legend(axes, shape, list(seeds))

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


# ---- paired differences ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Strip:
    """The paired differences of one comparison, with what they say together.

    Attributes:
        label: what is compared; empty where there is one strip.
        differences: seed -> difference; positive supports the claim.
        mean, low, high: their mean and 95 % interval; an end is None where nothing can be excluded.
    """

    label: str
    differences: Mapping[int, float]
    mean: float
    low: float | None
    high: float | None


def differences(
    name: str,
    title: str,
    desc: str,
    strips: Sequence[Strip],
    *,
    smallest: float,
    equal: bool = False,
    ratio: bool = False,
    xlabel: str = "",
) -> str:
    """A dot for each seed, a cross where it speaks against the claim; below them the mean with its 95 % interval.

    Args:
        smallest: the smallest effect of interest, marked; with `equal` the band of +- it.
        ratio: differences are doublings, and read as factors.
        xlabel: what a difference is.
    """
    rows = sum(len(strip.differences) for strip in strips) + 2 * len(strips)
    height = 78 + 13 * rows + 16 * len(strips)
    shapes = [Shape(shape.css, shape.width, height) for shape in (ROOMY, TIGHT)]

    def draw(axes, shape: Shape) -> None:
        marks, labels, row = [], [], 0.0
        if equal:
            axes.axvspan(-smallest, smallest, color=ACCENT, alpha=0.14, linewidth=0)
        for end in (-smallest, smallest) if equal else (smallest,):
            axes.axvline(end, color=ACCENT, linewidth=1.4, linestyle=(0, (4, 3)))
        axes.axvline(0, color=SOFT, linewidth=0.9)
        for strip in strips:
            if strip.label:
                marks.append(row)
                labels.append(strip.label)
                row += 1.2
            for seed, value in strip.differences.items():
                _seed(axes, row, seed, value, ratio)
                row += 1
            _interval(axes, row + 0.6, strip, ratio)
            marks.append(row + 0.6)
            labels.append("mean")
            row += 2.4
        axes.set_ylim(row - 0.9, -1)
        axes.set_yticks(marks, labels)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.margins(x=0.06)
        _factors(axes, ratio, shape)
        axes.set_xlabel(xlabel)
        _marked(axes, smallest, equal, ratio)

    return drawn(name, title, desc, draw, shapes)


def _seed(axes, row: float, seed: int, value: float, ratio: bool) -> None:
    tip = inline_svg.tip(f"seed {seed}: {factor(value) if ratio else f'{value:.4g}'}")
    if value > 0:
        axes.plot([value], [row], "o", color=CURVES[0], markersize=6, gid=tip)
    else:
        axes.plot([value], [row], "x", color=ACCENT, markersize=6, markeredgewidth=2, gid=tip)


def _interval(axes, row: float, strip: Strip, ratio: bool) -> None:
    said = [factor(one) if ratio else f"{one:.4g}" for one in (strip.mean, strip.low, strip.high) if one is not None]
    if strip.low is not None and strip.high is not None:
        axes.plot([strip.low, strip.high], [row, row], color=INK, linewidth=2.4, solid_capstyle="butt")
        axes.plot([strip.low, strip.high], [row, row], "|", color=INK, markersize=9, markeredgewidth=2)
        tip = inline_svg.tip(f"mean {said[0]}, 95 % interval {said[1]} to {said[2]}")
    else:
        tip = inline_svg.tip(f"mean {said[0]}; too few seeds for an interval")
    axes.plot([strip.mean], [row], "D", color=INK, markersize=7, gid=tip)


def _marked(axes, smallest: float, equal: bool, ratio: bool) -> None:
    """Say above the axes what the dashed line is."""
    said = factor(smallest) if ratio else f"{smallest:g}"
    text = f"equal: within {said} either way" if equal else f"smallest effect {said}"
    low, high = axes.get_xlim()
    place = 0 if equal else smallest
    share = (place - low) / (high - low)
    side = "center" if equal or 0.35 < share < 0.65 else "left" if share <= 0.35 else "right"
    axes.annotate(
        text,
        (place, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 4),
        textcoords="offset points",
        ha=side,
        va="bottom",
        color=ACCENT,
    )


def _factors(axes, ratio: bool, shape: Shape) -> None:
    """Few round marks on the horizontal axis; factors where differences are doublings."""
    _marks(axes.xaxis, axes.get_xlim(), 4 if shape.narrow else 6, ratio)
    axes.grid(axis="x")


def _marks(axis, ends: tuple[float, float], most: int, ratio: bool) -> None:
    """Round numbers; where differences are doublings round factors, and powers of two where they span many."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

    if not ratio:
        axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]))
        return
    low, high = ends
    if high - low > 3 or high > 20:
        axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 3, 5, 10], integer=True))
    else:
        factors = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(2**low, 2**high)
        axis.set_major_locator(FixedLocator([math.log2(one) for one in {1.0, *factors} if 2**low <= one <= 2**high]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: factor(value)))


def factor(doublings: float) -> str:
    """`4x`, `1.26x`; short, for an axis."""
    return f"{2**doublings:.3g}x" if abs(doublings) < 9.9 else told.factor(doublings)


# ---- lead by condition -----------------------------------------------------------------------------------------------


def leads(
    name: str,
    title: str,
    desc: str,
    gaps: Mapping[str, Mapping[int, float]],
    *,
    ratio: bool = False,
    ylabel: str = "",
) -> str:
    """One thin line for each seed over the conditions, the mean thick: does the lead grow, or cross 0?

    Args:
        gaps: condition as it reads -> seed -> lead of the first arm.
        ratio: leads are doublings, and read as factors.
    """
    names, seeds = list(gaps), sorted(set.intersection(*(set(found) for found in gaps.values())))

    def draw(axes, shape: Shape) -> None:
        places = range(len(names))
        axes.axhline(0, color=SOFT, linewidth=0.9)
        for seed in seeds:
            axes.plot(places, [gaps[name][seed] for name in names], color=CURVES[0], linewidth=0.8, alpha=0.45)
        means = [math.fsum(found[seed] for seed in seeds) / len(seeds) for found in gaps.values()]
        _line(axes, places, means, 0, "mean")
        axes.set_xticks(places, names)
        axes.margins(x=0.12)
        _marks(axes.yaxis, axes.get_ylim(), 5, ratio)
        axes.set_ylabel(ylabel)
        axes.grid(axis="y")

    return drawn(name, title, desc, draw, (ROOMY, TIGHT))


# ---- what all share --------------------------------------------------------------------------------------------------


def drawn(name: str, title: str, desc: str, draw: Callable, shapes: Sequence[Shape]) -> str:
    """The figure in every shape, as SVG for a page.

    Args:
        draw: `draw(axes, shape)`.
    """
    _before_matplotlib()
    import matplotlib
    from matplotlib.figure import Figure

    markup = []
    for shape in shapes:
        label = f"{name}-{shape.css}"
        with matplotlib.rc_context({**_STYLE, "svg.hashsalt": label}):
            figure = Figure(figsize=(shape.width / 72, shape.height / 72), layout="constrained")
            figure.get_layout_engine().set(w_pad=2 / 72, h_pad=3 / 72)
            draw(figure.add_subplot(), shape)
            markup.append(inline_svg.of(figure, label, title, desc, shape.css, COLOURS))
    return "".join(markup)


def _before_matplotlib() -> None:
    """It keeps its list of fonts among what kdl can make again, and nowhere else."""
    if "MPLCONFIGDIR" not in os.environ:
        os.environ["MPLCONFIGDIR"] = str(paths.made(paths.cache() / "matplotlib"))


def _line(axes, x: Sequence[int], values: Sequence[float], number: int, label: str) -> None:
    """One curve in its own colour, line and marker; markers stand at a few places, shifted from curve to curve."""
    style = number % len(CURVES)
    every = max(1, len(values) // 8)
    axes.plot(
        x,
        values,
        color=CURVES[style],
        linestyle=LINES[style],
        marker=MARKERS[style],
        markevery=(min(number * every // 3, len(values) - 1), every),
        label=label,
    )


def _scale(axes, log: bool) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

    if log:
        axes.set_yscale("log")
        low, high = axes.get_ylim()
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 100 * low else (1,), numticks=6))
        if high < 4 * low:
            axes.yaxis.set_major_locator(MaxNLocator(5))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: power(value)))
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.grid(axis="y")


def power(value: float) -> str:
    """`0.01`, `1`, `100`, and beyond that `10⁻⁵`."""
    exponent = round(math.log10(value))
    if abs(exponent) <= 2 or not math.isclose(value, 10.0**exponent):
        return f"{value:g}"
    return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _ends(axes, last: int, x: Sequence[str]) -> None:
    """What stands below the left and the right end, and nothing between."""
    axes.set_xlim(-0.015 * last, 1.015 * last) if last else axes.set_xlim(-0.5, 0.5)
    axes.set_xticks([0, last] if last else [0], list(x) if last else [x[0]])
    labels = axes.get_xticklabels()
    labels[0].set_horizontalalignment("left" if last else "center")
    labels[-1].set_horizontalalignment("right" if last else "center")


def _legend(axes, shape: Shape, names: Sequence[str]) -> None:
    """Above the axes, in as many columns as there is room for."""
    entry = 64 + 7.6 * max(map(len, names))  # the line, its gaps, and the letters
    columns = max(1, min(len(names), int((shape.width - 20) // entry)))
    axes.figure.legend(
        loc="outside upper left",
        ncols=columns,
        handlelength=3,
        columnspacing=1.6,
        handletextpad=0.6,
    )
