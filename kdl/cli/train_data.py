"""`kdl train --data`: an embedded set, a set that Keras has fetched before, or a file of the learner's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kdl.cli import render
from kdl.errors import UsageProblem


@dataclass
class Source:
    """What --data named.

    Attributes:
        text: as it was typed.
        card: what the record says of it.
        read: ("arrays", x, y), ("split", (x, y), (x, y)) or ("texts", lines); None for the task's own set.
    """

    text: str
    card: dict
    read: tuple | None


def source(text: str, task_card) -> Source | None:
    """Read the data; None where the task's own set is meant, or has to stand in for one that is not on this machine.

    Raises:
        UsageProblem, NotFound: no such data, or data that cannot be used.
    """
    from kdl import catalog
    from kdl.data import _files, _keras_sets

    if not text.strip():
        raise UsageProblem("--data names nothing.", fix="`kdl data list` shows the sets; or a .csv, .npz or .txt file.")
    if text == task_card.data:
        return None
    if text in catalog.datasets():
        users = [card.id for card in catalog.tasks().values() if card.data == text]
        raise UsageProblem(
            f"{task_card.id} is about {task_card.data}, not about {text}.",
            fix=f"Name its task: --task {users[0]}" if users else "`kdl task list` shows which task is about what.",
        )
    path = Path(text)
    if path.suffix or path.exists() or "/" in text:
        read = _files.read(path)
        return Source(text, _card(path, read), read)
    try:
        read = _keras_sets.cached(text)
    except FileNotFoundError:
        say = f"{text} is not on this machine, and nothing is fetched unasked: {task_card.data} stands in."
        render.say(f"{say} To get it: kdl data add {text}", err=True)
        return None
    return Source(text, {"id": text, "kind": "keras.datasets", "given": text, "sha256": _digest(read)}, read)


def task(source: Source, task_card, known):
    """The task of these data, for a model whose `build` has the arguments `known`."""
    from kdl.tasks import _given

    kind, *parts = source.read
    name = Path(source.text).stem
    if kind == "texts":
        return _given.of_texts(name, *parts, known)
    train, test = parts if kind == "split" else _given.split(*parts)
    return _given.of_arrays(name, train, test, known)


def _card(path: Path, read: tuple) -> dict:
    import hashlib

    return {
        "id": path.name,
        "kind": "file",
        "given": str(path.absolute()),
        "rows": len(read[1]),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


def _digest(read: tuple) -> str:
    import hashlib

    total = hashlib.sha256()
    for part in read[1:]:
        for array in part:
            total.update(array.tobytes())
    return total.hexdigest()
