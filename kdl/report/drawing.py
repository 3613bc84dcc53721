"""What all figures by matplotlib share: the colours of the page, lines and markers, shapes, axes, and the way into the page.

Each figure is SVG for the inside of a page, in a shape for wide and one for narrow windows. Its colours are variables of
style.css, so that they follow the reader's light or dark mode; curves differ by line and marker too. The same numbers give
the same bytes.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kdl import paths
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


def line(axes, x: Sequence[int], values: Sequence[float], number: int, label: str) -> None:
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


def scale(axes, log: bool) -> None:
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
    return ten_to(exponent)


def ten_to(exponent: int) -> str:
    return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def ends(axes, last: int, x: Sequence[str]) -> None:
    """What stands below the left and the right end, and nothing between."""
    axes.set_xlim(-0.015 * last, 1.015 * last) if last else axes.set_xlim(-0.5, 0.5)
    axes.set_xticks([0, last] if last else [0], list(x) if last else [x[0]])
    labels = axes.get_xticklabels()
    labels[0].set_horizontalalignment("left" if last else "center")
    labels[-1].set_horizontalalignment("right" if last else "center")


def legend(axes, shape: Shape, names: Sequence[str]) -> None:
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
