"""List, find and build models, algorithms, tasks, pairs and data sets by id.

There is no registry: a file in `models/*/`, `optimizers/`, `decoding/`, `metrics/`, `tokenizers/`, `tasks/`, `pairs/` or
`data/` whose docstring opens with a header *is* the entry, and its id is its file name (`simple_rnn.py` -> `simple-rnn`).
Listing reads headers only and never imports Keras; `load` and `build` import the one module that is asked for.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

from kdl import atlas, headers
from kdl.cards import (
    MAKES,
    AlgorithmCard,
    DataCard,
    ModelCard,
    PairCard,
    TaskCard,
    algorithm_card,
    data_card,
    model_card,
    name_of,
    pair_card,
    task_card,
)
from kdl.errors import BadContent, NotFound, UsageProblem

PACKAGE = Path(__file__).resolve().parent


def _files(folders: str, pattern: str) -> Iterator[Path]:
    for folder in folders.split():
        yield from sorted(path for path in (PACKAGE / folder).glob(pattern) if not path.name.startswith("_"))


_ROOMS = {
    "model": ("models", "*/*.py", model_card),
    "algorithm": (" ".join(MAKES), "*.py", algorithm_card),
    "task": ("tasks", "*.py", task_card),
    "pair": ("pairs", "*.py", pair_card),
    "data": ("data", "*.py", data_card),
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
    """Every sound file of an optimizer, a schedule, a decoder, a metric or a tokenizer by id."""
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
    if (known := _by_file(noun, name)) is not None:
        return known
    cards, bad = _read(noun)
    if name in cards:
        return cards[name]
    for error in bad:
        if _may_be(name_of(Path(error.path)), name):
            raise error
    raise NotFound(noun, name, cards)


def _by_file(noun: str, name: str):
    """The card of the one file that is called after `name`, so that no other has to be read; None where that says too little.

    Raises:
        BadContent: its header is broken.
    """
    if not re.fullmatch(r"[\w-]{1,100}", name):
        return None
    folders, pattern, card = _ROOMS[noun]
    stem = f"{name.lower()}_*" if noun == "pair" else name.replace("-", "_")
    files = list(_files(folders, pattern.replace("*.py", f"{stem}.py")))
    one = card(files[0]) if len(files) == 1 else None
    return one if one is not None and one.id == name else None


def _may_be(stem: str, name: str) -> bool:
    """Is `name` what a broken file would define? `p52-simple-rnn-lstm` would be P52."""
    return stem == name or stem.startswith(name.lower() + "-")


_PAIR_ID = re.compile(r"[pPtT]\d+")


def find_pair(*names: str) -> PairCard:
    """A pair by its id (`P52`, any case) or by its arms in any order (`lstm`, `simple-rnn`).

    Two arms of a pair of three are enough where no other pair has both.

    Raises:
        NotFound: no pair has them.
        UsageProblem: several have them.
        BadContent: the file is there, and its header is broken.
    """
    for name in names:
        if _PAIR_ID.fullmatch(name):
            if len(names) > 1:
                raise UsageProblem(f"{name} is a pair already; it takes no second name.", fix=f"kdl compare {name.upper()}")
            return find("pair", name.upper())
    if len(names) == 1:
        near = [card.id for card in pairs().values() if names[0] in card.arms]
        raise NotFound("pair", names[0], pairs(), fix=f"It takes part in: {', '.join(near)}." if near else None)
    for name in names:
        unknown = NotFound("model", name, {arm for card in pairs().values() for arm in card.arms})
        if unknown.near and name not in atlas.entries():  # what can be compared is nearer than what cannot
            raise unknown
        atlas.find(name)
    if found := _by_arms(set(names)):
        return found
    for error in _read("pair")[1]:
        if all(name in name_of(Path(error.path)) for name in names):
            raise error
    near = [card.id for card in pairs().values() if set(card.arms) & set(names)]
    hint = f"Pairs with one of them: {', '.join(near)}." if near else None
    raise NotFound("pair", " ".join(names), pairs(), fix=hint)


def pairs_of(model: ModelCard) -> tuple[str, ...]:
    """The ids of the pairs in which a model is compared: as one of the arms, or as its own header says."""
    return tuple(card.id for card in pairs().values() if model.id in card.arms or card.id in model.pairs)


def _by_arms(names: set[str]) -> PairCard | None:
    """The pair whose arms these are, or the only one that has them among others. Reads headers alone."""
    arms = {}
    for path in _files(*_ROOMS["pair"][:2]):
        with contextlib.suppress(BadContent):  # told by `find_pair`, where no sound file is the answer
            arms[path] = set(headers.words(headers.read(path).get("arms", "")))
    for fits in (names.__eq__, names.__le__):
        cards = [pair_card(path) for path, its in arms.items() if fits(its)]
        if len(cards) > 1:
            ids = [card.id for card in cards]
            raise UsageProblem(
                f"{' and '.join(sorted(names))} meet in {', '.join(ids)}.", fix=f"Say which: kdl compare {ids[0]}"
            )
        if cards:
            return cards[0]
    return None


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


def arguments(name: str) -> dict:
    """What `build` may be given -> its default: the arguments of the file's `build`, and behind them those of its parts.

    Raises:
        BadContent: a model is a part of itself, directly or not.
    """
    return _arguments(name, ())


def _arguments(name: str, inside: tuple[str, ...]) -> dict:
    import inspect

    card = find("model", name)
    if name in inside:
        raise BadContent(card.path, 1, f"parts go round in a circle: {', '.join([*inside, name])}")
    known = {key: one.default for key, one in inspect.signature(load(card).build).parameters.items()}
    for part in card.parts.values():
        known |= {key: default for key, default in _arguments(part, (*inside, name)).items() if key not in known}
    return known


def build(name: str, preset: str | None = None, **overrides):
    """A `keras.Model` by the id of its entry.

    A model that contains others gets each of them built, as its header says: `parts: encoder=bert`. What a part's `build` takes
    may be given as if it were the whole's own; what both take goes to both.

    Args:
        name: entry id, as `lstm`.
        preset: a name in the file's PRESETS; None for the defaults.
        **overrides: arguments of the file's `build`, which win over the preset. A part may be a model, the id of another entry,
            or a mapping of what `build` is called with for the default one, as {"preset": "tiny"}; what is said there wins over
            the preset, and must not contradict a size beside it. A model that is given stays as it is, whatever sizes stand
            beside it: a task names some for everything that it trains.

    Raises:
        UsageProblem: an argument that `build` does not have, a size that it refuses, or one that no part is built with.
    """
    import inspect

    card, known, stated = find("model", name), arguments(name), sizes(name, preset)
    for key in overrides:
        if key not in known:
            raise UsageProblem(f"{name} has no size called {key!r}.", fix=_nearest(key, known))
    module = load(card)
    own = inspect.signature(module.build).parameters
    given = {key: value for key, value in {**stated, **overrides}.items() if key in own or key not in known}
    parts = {part: _part(part, default, stated, overrides) for part, default in card.parts.items()}
    _all_used(name, {key: value for key, value in overrides.items() if key not in own}, parts)
    try:
        built = {part: build(entry, **its) for part, (entry, its) in parts.items() if entry}
        return module.build(**{**given, **built})
    except ValueError as error:
        raise UsageProblem(f"{name} cannot be built with these sizes.", why=str(error)) from error


def _part(part: str, default: str, stated: Mapping, overrides: Mapping) -> tuple[str | None, dict]:
    """The id of the entry that a part is built of, and its sizes; (None, {}) where it is given as a model.

    Of a size that is said more than once, the more special word wins, and any word over one of the preset.
    """
    said = overrides.get(part, stated.get(part))
    if not (said is None or isinstance(said, str | Mapping)):
        return None, {}
    entry, its = (said, {}) if isinstance(said, str) else (default, dict(said or {}))
    its = {**sizes(entry, its.pop("preset", None)), **its}
    known = arguments(entry)
    preset, whole = ({key: value for key, value in given.items() if key in known} for given in (stated, overrides))
    return entry, {**preset, **whole, **its} if part in overrides else {**preset, **its, **whole}


def _all_used(name: str, given: Mapping, parts: Mapping[str, tuple[str | None, dict]]) -> None:
    """Sizes that only a part could take must reach one; one that is given as a model may have them, or not."""
    if not all(entry for entry, _ in parts.values()):
        return
    lost = [key for key, value in given.items() if all(key not in its or its[key] != value for _, its in parts.values())]
    if lost:
        why = " ".join(f"Its {part} is {entry}, without them or given others." for part, (entry, _) in parts.items())
        raise UsageProblem(
            f"{name} cannot use {', '.join(lost)} here.", why=why, fix="Leave them out, or say them of the part."
        )


def _nearest(name: str, known) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]}?" if near else f"It has: {', '.join(known)}."
