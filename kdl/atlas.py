"""The atlas: every model, layer, algorithm and concept of the notes by id, and the eighteen teaching units."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from kdl import content, headers
from kdl.errors import BadContent, NotFound


@dataclass(frozen=True)
class Entry:
    """One line of the atlas: a model, layer, algorithm or concept of the notes."""

    id: str
    name: str
    kind: str
    unit: int
    implementable: str


@dataclass(frozen=True)
class Contrast:
    """Entries that the notes set against each other, and the unit that measures it; P of models, T of techniques."""

    id: str
    unit: int
    arms: tuple[str, ...]


def entries() -> dict[str, Entry]:
    """Every entry of the atlas by id, in teaching order."""
    return _read()[0]


def units() -> dict[int, str]:
    """Unit number -> title."""
    return _read()[1]


def contrasts() -> dict[str, Contrast]:
    """Every contrast of the notes by id, whether it is a pair with a file already or not."""
    return _contrasts()


def find(name: str) -> Entry:
    """The entry of that id.

    Raises:
        NotFound: with the nearest ids.
    """
    if name not in entries():
        raise NotFound("entry", name, entries(), fix="`kdl progress --coverage` lists them all.")
    return entries()[name]


@functools.cache
def _read() -> tuple[dict[str, Entry], dict[int, str]]:
    import tomllib  # here: the quiz asks for no atlas until an item names an entry

    path = content.quizzes() / "atlas.toml"
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        found = {row["id"]: Entry(**row) for row in said["entry"]}
        return found, {row["number"]: row["title"] for row in said["unit"]}
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise BadContent(path, headers.line_of(error), f"is not a list of entries and units: {error}") from error


@functools.cache
def _contrasts() -> dict[str, Contrast]:
    import tomllib  # here, and in a file of its own: the quiz asks for none

    path = content.quizzes() / "contrasts.toml"
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["contrast"]
        return {row["id"]: Contrast(row["id"], row["unit"], tuple(row["arms"])) for row in rows}
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise BadContent(path, headers.line_of(error), f"is not a list of contrasts: {error}") from error
