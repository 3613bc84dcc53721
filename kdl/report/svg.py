"""A sheet to draw on: SVG as text, the same bytes for the same numbers. Colours are classes of style.css, so that they follow
the reader's light or dark mode."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


class Sheet:
    """One picture.

    Args:
        name: its id in the page.
        title: what it is, a few words.
        desc: what it shows, in a sentence or two, for those who cannot see it.
        size: width and height; text is 12 to 13 units high.
    """

    def __init__(self, name: str, title: str, desc: str, size: tuple[float, float], css: str = ""):
        self.width, self.height = size
        self._head = (
            f'<svg class="{escape(css)}" role="img" aria-labelledby="{name}-title {name}-desc" '
            f'viewBox="0 0 {number(self.width)} {number(self.height)}" xmlns="http://www.w3.org/2000/svg">'
            f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(desc)}</desc>'
        )
        self._parts: list[str] = []

    def rect(self, x: float, y: float, width: float, height: float, css: str, tip: str = "", round: float = 0) -> None:
        """A box; `tip` shows when the pointer rests on it."""
        corner = f' rx="{number(round)}"' if round else ""
        box = f'<rect class="{css}" x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"{corner}'
        self._parts.append(f"{box}>{_tip(tip)}</rect>" if tip else box + "/>")

    def line(self, x1: float, y1: float, x2: float, y2: float, css: str) -> None:
        ends = zip(("x1", "y1", "x2", "y2"), (x1, y1, x2, y2), strict=True)
        self._parts.append(f'<line class="{css}" ' + " ".join(f'{key}="{number(value)}"' for key, value in ends) + "/>")

    def path(self, points: Iterable[tuple[float, float]], css: str) -> None:
        """A line through points."""
        places = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        self._parts.append(f'<polyline class="{css}" points="{places}"/>')

    def shape(self, outline: str, css: str) -> None:
        """A filled shape from the `d` of an SVG path; nothing where that is empty."""
        if outline:
            self._parts.append(f'<path class="{css}" d="{outline}"/>')

    def dot(self, x: float, y: float, radius: float, css: str, tip: str = "") -> None:
        self._parts.append(f'<circle class="{css}" cx="{number(x)}" cy="{number(y)}" r="{number(radius)}">{_tip(tip)}</circle>')

    def cross(self, x: float, y: float, radius: float, css: str, tip: str = "") -> None:
        """Two strokes: what differs from a dot without its colour."""
        a, b, c, d = (number(value) for value in (x - radius, y - radius, x + radius, y + radius))
        self._parts.append(f'<path class="{css}" d="M{a},{b}L{c},{d}M{a},{d}L{c},{b}">{_tip(tip)}</path>')

    def diamond(self, x: float, y: float, radius: float, css: str, tip: str = "") -> None:
        corners = ((x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y))
        places = " ".join(f"{number(a)},{number(b)}" for a, b in corners)
        self._parts.append(f'<polygon class="{css}" points="{places}">{_tip(tip)}</polygon>')

    def text(self, x: float, y: float, words: str, css: str = "", anchor: str = "start") -> None:
        end = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self._parts.append(f'<text class="{css}" x="{number(x)}" y="{number(y)}"{end}>{escape(words)}</text>')

    def image(self, x: float, y: float, width: float, height: float, png: str) -> None:
        """A small picture, its pixels as squares.

        Args:
            png: the file, in base64.
        """
        place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
        self._parts.append(f'<image {place} style="image-rendering:pixelated" href="data:image/png;base64,{png}"/>')

    def svg(self) -> str:
        return self._head + "".join(self._parts) + "</svg>"


def _tip(words: str) -> str:
    return f"<title>{escape(words)}</title>" if words else ""


def number(value: float) -> str:
    """A coordinate: one decimal, none where it is 0."""
    return f"{value:.1f}".removesuffix(".0").replace("-0", "0") if abs(value) < 0.05 else f"{value:.1f}".removesuffix(".0")


def ticks(highest: int) -> Sequence[int]:
    """0 and two to four whole numbers at equal distances, the last at least `highest`."""
    step = 1
    while step * 4 < highest:
        step = step * 2 if str(step)[0] in "15" else step // 2 * 5
    return range(0, max(1, -(-highest // step)) * step + 1, step)
