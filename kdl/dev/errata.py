"""The errata of the source notes: what they get wrong, what is right, and which unit puts it right."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from kdl import atlas, content, headers
from kdl.errors import BadContent
from kdl.grade import table as toml

FILE = "errata.toml"
LAST = 245
TYPES = {"W": "wrong", "G": "garbled", "M": "misleading", "D": "dated", "X": "dropped"}
NEED_AN_ITEM = ("W", "G")
DROPPED = "X"
_ROW = re.compile(r"^[ \t]*\[\[[ \t]*erratum[ \t]*\]\]", re.MULTILINE)


@dataclass(frozen=True)
class Erratum:
    """One error of the notes; the fields are told at the head of `quizzes/errata.toml`."""

    id: str
    unit: int
    type: str
    said: str
    right: str
    source: str


def table() -> dict[str, Erratum]:
    """Every sound erratum by id."""
    return _read()[0]


def faults() -> list[BadContent]:
    """What is wrong with the file itself."""
    return list(_read()[1])


def unknown(names: Iterable[str]) -> list[str]:
    """Those of `names` that no erratum has."""
    return [name for name in names if name not in table()]


@functools.cache
def _read() -> tuple[dict[str, Erratum], tuple[BadContent, ...]]:
    return read(content.quizzes() / FILE)


def read(path: Path, last: int = LAST) -> tuple[dict[str, Erratum], tuple[BadContent, ...]]:
    """The sound errata of a file, which are to be E001 to E`last`, and its faults."""
    try:
        text, said = toml.load(path)
    except BadContent as error:
        return {}, (error,)
    rows, lines = said.get("erratum", []), [text.count("\n", 0, match.start()) + 1 for match in _ROW.finditer(text)]
    if not isinstance(rows, list) or len(rows) != len(lines):
        wrong = "is not a list of errata: each begins with a line `[[erratum]]`"
        return {}, (BadContent(path, headers.line(text, "erratum"), wrong, fix="See the head of the file."),)
    found, bad = {}, []
    for row, line in zip(rows, lines, strict=True):
        wrong = list(_wrong(row, last)) or ([f"{row['id']} stands here again"] if row["id"] in found else [])
        if wrong:
            bad += [BadContent(path, line, one, fix="See the head of the file.") for one in wrong]
        else:
            found[row["id"]] = Erratum(**row)
    there = [row.get("id") for row in rows]
    lost = [name for name in _names(last) if name not in there]
    if lost:
        bad.append(BadContent(path, 1, f"lacks {', '.join(lost)}", fix="Every erratum has one row."))
    return found, tuple(bad)


def _names(last: int) -> list[str]:
    return [f"E{number:03}" for number in range(1, last + 1)]


def _wrong(row: dict, last: int) -> Iterator[str]:
    known = [field.name for field in fields(Erratum)]
    if set(row) != set(known):
        yield f"an erratum has {', '.join(known)}; this one has {', '.join(row) or 'nothing'}"
        return
    if odd := [name for name in known if name != "unit" and not (isinstance(row[name], str) and row[name].strip())]:
        yield f"`{odd[0]}` is empty, or no text"
        return
    if row["id"] not in _names(last):
        yield f"the id {row['id']!r} is none of E001 to E{last:03}"
    if type(row["unit"]) is not int or row["unit"] not in atlas.units():
        yield f"{row['id']}: there is no unit {row['unit']!r}"
    if row["type"] not in TYPES:
        yield f"{row['id']}: the type {row['type']!r} is none of {', '.join(TYPES)}"
