"""List, find and build models, algorithms, tasks, pairs and data sets by id.

There is no registry: a file in `models/*/`, `optimizers/`, `decoding/`, `tasks/`, `pairs/` or `data/` whose docstring
opens with a header *is* the entry, and its id is its file name (`simple_rnn.py` -> `simple-rnn`). Listing reads headers
only and never imports Keras; `load` and `build` import the one module that is asked for.
"""

from __future__ import annotations

import ast
import functools
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from kdl import atlas, headers
from kdl.errors import BadContent, NotFound, UsageProblem

PACKAGE = Path(__file__).resolve().parent


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
    """What the file of an algorithm says of itself; `makes` is what its `make` gives, one of `MAKES` of its folder."""

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


# ---- cards from headers ----------------------------------------------------------------------------------------------


def _files(folders: str, pattern: str) -> Iterator[Path]:
    for folder in folders.split():
        yield from sorted(path for path in (PACKAGE / folder).glob(pattern) if not path.name.startswith("_"))


def _task_defaults(path: Path, text: str) -> dict[str, dict[str, str]]:
    """`"adding: lr=1e-2 steps=800; copy"` -> `{"adding": {"lr": "1e-2", "steps": "800"}, "copy": {}}`."""
    tasks = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, _, defaults = part.partition(":")
        try:
            tasks[name.strip()] = dict(item.split("=", 1) for item in defaults.split())
        except ValueError as error:
            raise BadContent(path, 1, f"tasks: {part!r} is not `task: key=value ...`") from error
    return tasks


def _entry(path: Path, said: dict[str, str]) -> atlas.Entry:
    """The entry of the atlas that a header names, which must be the one that the file is named after."""
    entry = atlas.entries().get(said["entry"])
    if entry is None:
        raise BadContent(path, 1, f"entry {said['entry']!r} is not in the atlas")
    if said["entry"] != name_of(path):
        raise BadContent(path, 1, f"the file of entry {said['entry']!r} must be called {said['entry'].replace('-', '_')}.py")
    return entry


def _year(path: Path, said: dict[str, str]) -> int:
    if not re.fullmatch(r"[0-9]{4}", said["year"]):
        raise BadContent(path, 1, f"year must be a number, not {said['year']!r}")
    return int(said["year"])


def _model_card(path: Path) -> ModelCard:
    said = headers.read(path, required=("title", "entry", "paper", "year", "tasks"))
    entry = _entry(path, said)
    presets = headers.assigned(path, "PRESETS")
    if not isinstance(presets, ast.Dict) or not all(isinstance(key, ast.Constant) for key in presets.keys):
        raise BadContent(path, 1, "defines no PRESETS = {...} with plain names")
    tasks, parts = _task_defaults(path, said["tasks"]), said.get("parts", "").split()
    if not tasks:
        raise BadContent(path, 1, "tasks names no task")
    if not all(re.fullmatch(r"[\w-]+=[\w-]+", part) for part in parts):
        raise BadContent(path, 1, f"parts: {said['parts']!r} is not `part=model ...`")
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


MAKES = {"optimizers": ("optimizer", "schedule"), "decoding": ("choice", "filter", "search")}


def _algorithm_card(path: Path) -> AlgorithmCard:
    """The card of an entry; where the atlas has none for the algorithm, its header says `unit` and not `entry`."""
    said = headers.read(path, required=("title", "paper", "year", "makes"))
    known = MAKES[path.parent.name]
    if said["makes"] not in known:
        raise BadContent(path, 1, f"makes must be {', '.join(known[:-1])} or {known[-1]}, not {said['makes']!r}")
    if "entry" in said or "unit" not in said:
        unit = _entry(path, headers.read(path, required=("entry",))).unit
    elif name_of(path) in atlas.entries() or said["unit"] not in map(str, atlas.units()):
        raise BadContent(path, 1, "says `unit` where the atlas has an entry of this name, or a unit that is none")
    else:
        unit = int(said["unit"])
    return AlgorithmCard(name_of(path), said["title"], unit, said["paper"], _year(path, said), said["makes"], path)


def _task_card(path: Path) -> TaskCard:
    said = headers.read(path, required=("title", "data", "metric", "baseline", "target"))
    return TaskCard(name_of(path), said["title"], said["data"], said["metric"], path)


def _pair_card(path: Path) -> PairCard:
    said = headers.read(path, required=("question", "pair", "arms", "budget"))
    claims = headers.assigned(path, "CLAIMS")
    if not isinstance(claims, ast.List | ast.Tuple):
        raise BadContent(path, 1, "defines no CLAIMS = [...]")
    if said["budget"] not in ("short", "long"):
        raise BadContent(path, 1, f"budget must be short or long, not {said['budget']!r}")
    arms = headers.words(said["arms"])
    unknown = [arm for arm in arms if arm not in atlas.entries()]
    if unknown:
        raise BadContent(path, 1, f"arm {unknown[0]!r} is not in the atlas")
    unit = max(atlas.entries()[arm].unit for arm in arms)
    return PairCard(said["pair"], said["question"], arms, unit, said["budget"], len(claims.elts), path)


def _data_card(path: Path) -> DataCard:
    said = headers.read(path, required=("title", "kind", "source", "licence", "counts"))
    if said["kind"] not in ("real", "real parts", "generated"):
        raise BadContent(path, 1, f"kind must be real, real parts or generated, not {said['kind']!r}")
    return DataCard(
        name_of(path), said["title"], said["kind"], said["source"], said["licence"], said["counts"], said.get("sha256"), path
    )


_ROOMS = {
    "model": ("models", "*/*.py", _model_card),
    "algorithm": (" ".join(MAKES), "*.py", _algorithm_card),
    "task": ("tasks", "*.py", _task_card),
    "pair": ("pairs", "*.py", _pair_card),
    "data": ("data", "*.py", _data_card),
}


@functools.cache
def _read(noun: str) -> tuple[dict, tuple[BadContent, ...]]:
    folders, pattern, card = _ROOMS[noun]
    cards, bad = {}, []
    for path in _files(folders, pattern):
        try:
            one = card(path)
            if one.id in cards:
                raise BadContent(path, 1, f"{one.id!r} is also defined by {cards[one.id].path.name}")
            cards[one.id] = one
        except BadContent as error:
            bad.append(error)
    return cards, tuple(bad)


def models() -> dict[str, ModelCard]:
    """Every sound model file by id."""
    return _read("model")[0]


def algorithms() -> dict[str, AlgorithmCard]:
    """Every sound file of an optimizer, a schedule or a decoder by id."""
    return _read("algorithm")[0]


def tasks() -> dict[str, TaskCard]:
    """Every sound task file by id."""
    return _read("task")[0]


def pairs() -> dict[str, PairCard]:
    """Every sound pair file by id."""
    return _read("pair")[0]


def datasets() -> dict[str, DataCard]:
    """Every sound data file by id."""
    return _read("data")[0]


def problems() -> list[BadContent]:
    """Files that look like content and cannot be used. Everything else still works."""
    return [error for noun in _ROOMS for error in _read(noun)[1]]


def find(noun: str, name: str):
    """The card of `name`; noun is model, algorithm, task, pair or data.

    Raises:
        NotFound: with the nearest ids.
        BadContent: the file is there, and its header is broken.
    """
    cards, bad = _read(noun)
    if name in cards:
        return cards[name]
    for error in bad:
        if _may_be(name_of(Path(error.path)), name):
            raise error
    raise NotFound(noun, name, cards)


def _may_be(stem: str, name: str) -> bool:
    """Is `name` what a broken file would define? `p52-simple-rnn-lstm` would be P52."""
    return stem == name or stem.startswith(name.lower() + "-")


_PAIR_ID = re.compile(r"[pPtT]\d+")


def find_pair(*names: str) -> PairCard:
    """A pair by its id (`P52`, any case) or by its arms in any order (`lstm`, `simple-rnn`)."""
    for name in names:
        if _PAIR_ID.fullmatch(name):
            if len(names) > 1:
                raise UsageProblem(f"{name} is a pair already; it takes no second name.", fix=f"kdl compare {name.upper()}")
            return find("pair", name.upper())
    if len(names) == 1:
        near = [card.id for card in pairs().values() if names[0] in card.arms]
        raise NotFound("pair", names[0], pairs(), fix=f"It takes part in: {', '.join(near)}." if near else None)
    for name in names:
        atlas.find(name)
    for card in pairs().values():
        if set(card.arms) == set(names):
            return card
    for error in _read("pair")[1]:
        if all(name in name_of(Path(error.path)) for name in names):
            raise error
    near = [card.id for card in pairs().values() if set(card.arms) & set(names)]
    hint = f"Pairs with one of them: {', '.join(near)}." if near else None
    raise NotFound("pair", " ".join(names), pairs(), fix=hint)


# ---- the one upward reach: import by name ----------------------------------------------------------------------------


def load(card) -> ModuleType:
    """Import the module behind a card."""
    relative = card.path.resolve().relative_to(PACKAGE).with_suffix("")
    return importlib.import_module("kdl." + ".".join(relative.parts))


def sizes(name: str, preset: str | None = None) -> dict:
    """The arguments that `build` gets for a preset; {} for the defaults."""
    card = find("model", name)
    if preset is None:
        return {}
    presets = load(card).PRESETS
    if preset not in presets:
        raise NotFound("preset", preset, presets, fix=f"{name} has: {', '.join(presets)}.")
    return dict(presets[preset])


def build(name: str, preset: str | None = None, **overrides):
    """A `keras.Model` by the id of its entry.

    Args:
        name: entry id, as `lstm`.
        preset: a name in the file's PRESETS; None for the defaults.
        **overrides: arguments of the file's `build`, which win over the preset.

    Raises:
        UsageProblem: an argument that `build` does not have, or a size that it refuses.
    """
    import inspect

    card = find("model", name)
    module = load(card)
    known = inspect.signature(module.build).parameters
    for key in overrides:
        if key not in known:
            raise UsageProblem(f"{name} has no size called {key!r}.", fix=_nearest(key, known))
    arguments = sizes(name, preset) | overrides
    for part, default in card.parts.items():
        arguments.setdefault(part, default)
        if isinstance(arguments[part], str):
            arguments[part] = build(arguments[part])
    try:
        return module.build(**arguments)
    except ValueError as error:
        raise UsageProblem(f"{name} cannot be built with these sizes.", why=str(error)) from error


def _nearest(name: str, known) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]}?" if near else f"It has: {', '.join(known)}."
