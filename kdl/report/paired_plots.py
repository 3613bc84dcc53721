"""Figures of paired differences: a dot for each seed with the mean and its interval, and the lead by condition."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kdl.experiment import told
from kdl.report import inline_svg
from kdl.report.drawing import ACCENT, CURVES, INK, ROOMY, SOFT, TIGHT, Shape, drawn, line, ten_to

LETTER = 9  # pixels of one below an axis, with the room between two names

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
    """A dot for each seed that supports the claim, a cross for one that does not; below them the mean with its 95 % interval.

    Args:
        smallest: the smallest effect of interest, marked; with `equal` the band of +- it.
        ratio: differences are doublings, and read as factors.
        xlabel: what a difference is.
    """
    rows = sum(len(strip.differences) for strip in strips) + 2 * len(strips)
    height = 78 + 13 * rows + 16 * len(strips)
    shapes = [Shape(shape.css, shape.width, height) for shape in (ROOMY, TIGHT)]

    def draw(axes, shape: Shape) -> None:
        marks, row = {}, 0.0
        if equal:
            axes.axvspan(-smallest, smallest, color=ACCENT, alpha=0.14, linewidth=0)
        for end in (-smallest, smallest) if equal else (smallest,):
            axes.axvline(end, color=ACCENT, linewidth=1.4, linestyle=(0, (4, 3)))
        axes.axvline(0, color=SOFT, linewidth=0.9)
        for strip in strips:
            if strip.label:
                marks[row] = strip.label
                row += 1.2
            for seed, value in strip.differences.items():
                _seed(axes, row, seed, value, ratio, supports=abs(value) <= smallest + 1e-9 if equal else value > 0)
                row += 1
            _interval(axes, row + 0.6, strip, ratio)
            marks[row + 0.6] = "mean"
            row += 2.4
        axes.set_ylim(row - 0.9, -1)
        axes.set_yticks(list(marks), marks.values())
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.margins(x=0.06)
        _factors(axes, ratio, _room(shape, strips))
        axes.set_xlabel(xlabel)
        _marked(axes, smallest, equal, ratio)

    return drawn(name, title, desc, draw, shapes)


def _seed(axes, row: float, seed: int, value: float, ratio: bool, *, supports: bool) -> None:
    tip = inline_svg.tip(f"seed {seed}: {_difference(value, ratio)}")
    if supports:
        axes.plot([value], [row], "o", color=CURVES[0], markersize=6, gid=tip)
    else:
        axes.plot([value], [row], "x", color=ACCENT, markersize=6, markeredgewidth=2, gid=tip)


def _difference(value: float, ratio: bool) -> str:
    return told.factor(value, short=True) if ratio else f"{value:.4g}"


def _interval(axes, row: float, strip: Strip, ratio: bool) -> None:
    said = [_difference(one, ratio) for one in (strip.mean, strip.low, strip.high) if one is not None]
    if strip.low is not None and strip.high is not None:
        axes.plot([strip.low, strip.high], [row, row], color=INK, linewidth=2.4, solid_capstyle="butt")
        axes.plot([strip.low, strip.high], [row, row], "|", color=INK, markersize=9, markeredgewidth=2)
        tip = inline_svg.tip(f"mean {said[0]}, 95 % interval {said[1]} to {said[2]}")
    else:
        tip = inline_svg.tip(f"mean {said[0]}; too few seeds for an interval")
    axes.plot([strip.mean], [row], "D", color=INK, markersize=7, gid=tip)


def _marked(axes, smallest: float, equal: bool, ratio: bool) -> None:
    """Say above the axes what the dashed line is."""
    said = told.factor(smallest, short=True) if ratio else f"{smallest:g}"
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


def _room(shape: Shape, strips: Sequence[Strip]) -> int:
    """How many marks fit below: fewer where long names of the strips take half of a narrow figure."""
    if not shape.narrow:
        return 6
    return 2 if max(len(strip.label) for strip in strips) > 20 else 4


def _factors(axes, ratio: bool, most: int) -> None:
    """Few round marks on the horizontal axis; factors where differences are doublings."""
    _marks(axes.xaxis, axes.get_xlim(), most, ratio)
    axes.grid(axis="x")


def _marks(axis, ends: tuple[float, float], most: int, ratio: bool) -> None:
    """Round numbers; where differences are doublings round factors, and powers of two or ten where they span many."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

    if not ratio:
        axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]))
        return
    low, high = ends
    if high - low > 10 or high > 20:
        step = math.ceil((high - low) * math.log10(2) / most)
        tens = range(-step * most, 400, step)
        axis.set_major_locator(FixedLocator([ten / math.log10(2) for ten in tens if low <= ten / math.log10(2) <= high]))
    elif high - low > 3:
        axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 3, 5, 10], integer=True))
    else:
        factors = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(2**low, 2**high)
        axis.set_major_locator(FixedLocator([math.log2(one) for one in {1.0, *factors} if 2**low <= one <= 2**high]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: _on_axis(value)))


def _on_axis(doublings: float) -> str:
    """A factor below an axis: powers of ten beyond a thousand."""
    tens = doublings * math.log10(2)
    if abs(tens) > 2.5 and math.isclose(tens, round(tens)):
        return ten_to(round(tens)) + "x"
    return told.factor(doublings, short=True)


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
        line(axes, places, means, 0, "mean")
        letters = int(shape.width / len(names) / LETTER)
        axes.set_xticks(places, [textwrap.fill(name, max(letters, 6), break_long_words=False) for name in names])
        axes.margins(x=0.12)
        _marks(axes.yaxis, axes.get_ylim(), 5, ratio)
        axes.set_ylabel(ylabel)
        axes.grid(axis="y")

    return drawn(name, title, desc, draw, (ROOMY, TIGHT))
