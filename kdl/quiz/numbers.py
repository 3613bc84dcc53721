"""Read a number as people type it: 1,000 · 1e3 · 1/2 · ½ · 50 % · 4*(3 + 5) · 12 MB."""

from __future__ import annotations

import re
import unicodedata

from kdl.quiz import expression
from kdl.quiz.expression import BadExpression, Number
from kdl.quiz.item import Unreadable

# A group of thousands never starts with 0: 0,375 is a decimal comma.
_GROUPED = re.compile(r"(?<![\d.])[1-9]\d{0,2}(?:[,_' ]\d{3})+(?![\d,])")
_COMMA = re.compile(r"[-+]?\d+,\d+\s*%?")
_SIGNS = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "÷": "/", "\u00a0": " ", "\u202f": " ", "’": "'"})


def _plain_fractions(text: str) -> str:
    """`1½` -> `(1+1/2)`, `½` -> `(1/2)`."""

    def spelled(match: re.Match) -> str:
        fraction = unicodedata.normalize("NFKC", match[2]).replace("\u2044", "/")
        return f"({match[1]}+{fraction})" if match[1] else f"({fraction})"

    return re.sub(r"(\d*)\s*([¼-¾⅐-⅞])", spelled, text)


def read(text: str, unit: str = "") -> Number:
    """The number that `text` stands for.

    Args:
        unit: a unit that may, but need not, follow the number, as `MB`.

    Raises:
        Unreadable: it is none, or not finite (NaN and infinity are no answers).
    """
    plain = unicodedata.normalize("NFC", text).translate(_SIGNS).strip()
    if unit and plain.lower().endswith(unit.lower()):
        plain = plain[: -len(unit)].rstrip()
    plain = _plain_fractions(plain)
    plain = _GROUPED.sub(lambda match: re.sub(r"[,_' ]", "", match[0]), plain)
    percent = plain.endswith("%")
    plain = plain.removesuffix("%").replace("^", "**").strip()
    # Python reads 007 as a mistake; people do not.
    plain = re.sub(r"(?<![\w.])0+(?=\d)", "", plain)
    try:
        value = expression.evaluate(plain)
    except BadExpression as error:
        cure = "For decimals use a point, as 0.375." if _COMMA.fullmatch(plain) else "Type one, as 1000, 1e3, 0.5 or 1/2."
        raise Unreadable(f"{text.strip()!r} is not a number. {cure}") from error
    return value / 100 if percent else value


def shown(value: Number, digits: int = 4) -> str:
    """A number as feedback prints it: whole numbers whole, others with four significant digits."""
    if isinstance(value, int) or float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.{digits}g}"


def equal(value: Number, expected: Number, tolerance: float = 0.0, relative: bool = True) -> bool:
    """Within `tolerance` (of the expected value, or absolute); both ends belong to it. Rounding noise is forgiven."""
    reach = tolerance * abs(expected) if relative else tolerance
    return abs(value - expected) <= reach + 1e-12 * max(1.0, abs(expected))
