"""What the files of models, algorithms, tasks, pairs and data sets say of themselves: one card each, read from the header.

Nothing here imports such a file, nor Keras; `kdl.catalog` finds the files and keeps the cards.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

from kdl import atlas, headers
from kdl.errors import BadContent


@dataclass(frozen=True)
class ModelCard:
    """What a model file says of itself."""

    id: str
    title: str
    family: str
    unit: int
    paper: str
    year: int
    tasks: dict[str, dict[str, str]]
    pairs: tuple[str, ...]
    presets: tuple[str, ...]
    path: Path = field(repr=False)
    parts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AlgorithmCard:
    """What the file of an algorithm says of itself; `makes` is what its `make` gives, one of `MAKES` of its folder.

    A `count` needs nothing to be made: its file has `of_model` and no `make`.
    """

    id: str
    title: str
    unit: int
    paper: str
    year: int
    makes: str
    path: Path = field(repr=False)


@dataclass(frozen=True)
class TaskCard:
    """What a task file says of itself."""

    id: str
    title: str
    data: str
    metric: str
    path: Path = field(repr=False)


@dataclass(frozen=True)
class PairCard:
    """What a pair file says of itself."""

    id: str
    question: str
    arms: tuple[str, ...]
    unit: int
    budget: str
    claims: int
    path: Path = field(repr=False)


@dataclass(frozen=True)
class DataCard:
    """Where a data set comes from, under which licence, and whether it is real."""

    id: str
    title: str
    kind: str
    source: str
    licence: str
    counts: str
    sha256: str | None
    path: Path = field(repr=False)


def name_of(path: Path) -> str:
    return path.stem.replace("_", "-")


# ---- from headers ------------------------------------------------------------------------------------------------------


def _bad(path: Path, key: str, wrong: str) -> BadContent:
    """A fault of what a file says under `key`."""
    return BadContent(path, headers.line(path.read_text(encoding="utf-8"), key), wrong)


def _task_defaults(path: Path, text: str) -> dict[str, dict[str, str]]:
    """`"adding: lr=1e-2 steps=800; copy"` -> `{"adding": {"lr": "1e-2", "steps": "800"}, "copy": {}}`."""
    tasks = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, _, defaults = part.partition(":")
        try:
            tasks[name.strip()] = dict(item.split("=", 1) for item in defaults.split())
        except ValueError as error:
            raise _bad(path, "tasks", f"tasks: {part!r} is not `task: key=value ...`") from error
    return tasks


def _entry(path: Path, said: dict[str, str]) -> atlas.Entry:
    """The entry of the atlas that a header names, which must be the one that the file is named after."""
    entry = atlas.entries().get(said["entry"])
    if entry is None:
        raise _bad(path, "entry", f"entry {said['entry']!r} is not in the atlas")
    if said["entry"] != name_of(path):
        raise _bad(path, "entry", f"the file of entry {said['entry']!r} must be called {said['entry'].replace('-', '_')}.py")
    return entry


def _year(path: Path, said: dict[str, str]) -> int:
    if not re.fullmatch(r"[0-9]{4}", said["year"]):
        raise _bad(path, "year", f"year must be a number, not {said['year']!r}")
    return int(said["year"])


def model_card(path: Path) -> ModelCard:
    """The card of the file of a model.

    Raises:
        BadContent: the header lacks something, or says what cannot be.
    """
    said = headers.read(path, required=("title", "entry", "paper", "year", "tasks"))
    entry = _entry(path, said)
    presets = headers.assigned(path, "PRESETS")
    if not isinstance(presets, ast.Dict) or not all(isinstance(key, ast.Constant) for key in presets.keys):
        raise _bad(path, "PRESETS", "defines no PRESETS = {...} with plain names")
    tasks, parts = _task_defaults(path, said["tasks"]), said.get("parts", "").split()
    if not tasks:
        raise _bad(path, "tasks", "tasks names no task")
    if not all(re.fullmatch(r"[\w-]+=[\w-]+", part) for part in parts):
        raise _bad(path, "parts", f"parts: {said['parts']!r} is not `part=model ...`")
    return ModelCard(
        id=said["entry"],
        title=said["title"],
        family=path.parent.name,
        unit=entry.unit,
        paper=said["paper"],
        year=_year(path, said),
        tasks=tasks,
        pairs=headers.words(said.get("pairs", "")),
        presets=tuple(key.value for key in presets.keys),
        path=path,
        parts=dict(part.split("=", 1) for part in parts),
    )


MAKES = {
    "optimizers": ("optimizer", "schedule"),
    "decoding": ("choice", "filter", "search"),
    "metrics": ("score", "filter", "count"),
    "tokenizers": ("tokenizer",),
}


def algorithm_card(path: Path) -> AlgorithmCard:
    """The card of an entry; where the atlas has none for the algorithm, its header says `unit` and not `entry`.

    Raises:
        BadContent: the header lacks something, or says what cannot be.
    """
    said = headers.read(path, required=("title", "paper", "year", "makes"))
    known = MAKES[path.parent.name]
    if said["makes"] not in known:
        listed = " or ".join(filter(None, (", ".join(known[:-1]), known[-1])))
        raise _bad(path, "makes", f"makes must be {listed}, not {said['makes']!r}")
    if "entry" in said or "unit" not in said:
        unit = _entry(path, headers.read(path, required=("entry",))).unit
    elif name_of(path) in atlas.entries() or said["unit"] not in map(str, atlas.units()):
        raise _bad(path, "unit", "says `unit` where the atlas has an entry of this name, or a unit that is none")
    else:
        unit = int(said["unit"])
    return AlgorithmCard(name_of(path), said["title"], unit, said["paper"], _year(path, said), said["makes"], path)


def task_card(path: Path) -> TaskCard:
    """The card of the file of a task.

    Raises:
        BadContent: the header lacks something, or says what cannot be.
    """
    said = headers.read(path, required=("title", "data", "metric", "baseline", "target"))
    return TaskCard(name_of(path), said["title"], said["data"], said["metric"], path)


def pair_card(path: Path) -> PairCard:
    """The card of the file of a pair.

    Raises:
        BadContent: the header lacks something, or says what cannot be.
    """
    said = headers.read(path, required=("question", "pair", "arms", "budget"))
    claims = headers.assigned(path, "CLAIMS")
    if not isinstance(claims, ast.List | ast.Tuple):
        raise _bad(path, "CLAIMS", "defines no CLAIMS = [...]")
    if said["budget"] not in ("short", "long"):
        raise _bad(path, "budget", f"budget must be short or long, not {said['budget']!r}")
    arms = headers.words(said["arms"])
    unknown = [arm for arm in arms if arm not in atlas.entries()]
    if unknown:
        raise _bad(path, "arms", f"arm {unknown[0]!r} is not in the atlas")
    unit = max(atlas.entries()[arm].unit for arm in arms)
    return PairCard(said["pair"], said["question"], arms, unit, said["budget"], len(claims.elts), path)


def data_card(path: Path) -> DataCard:
    """The card of the file of a data set.

    Raises:
        BadContent: the header lacks something, or says what cannot be.
    """
    said = headers.read(path, required=("title", "kind", "source", "licence", "counts"))
    if said["kind"] not in ("real", "real parts", "generated"):
        raise _bad(path, "kind", f"kind must be real, real parts or generated, not {said['kind']!r}")
    return DataCard(
        name_of(path), said["title"], said["kind"], said["source"], said["licence"], said["counts"], said.get("sha256"), path
    )
