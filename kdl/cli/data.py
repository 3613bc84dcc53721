"""`kdl data`: list and show the data sets, their source and licence; fetch one of keras.datasets."""

from __future__ import annotations

import contextlib

import click

from kdl.cli import completion, render


@click.group()
def command():
    """List and show the data sets, their source and licence; fetch others.

    \b
    kdl data list
    kdl data show names13
    kdl data add mnist
    """


@command.command("list")
@render.json_option
def list_(as_json):
    """Every data set: real or generated, counts, licence.

    \b
    kdl data list
    kdl data list --json
    """
    from kdl import catalog

    cards = list(catalog.datasets().values())
    render.left_out(catalog.problems())
    if as_json:
        render.emit({"schema": "kdl.data/1", "data": [row(card) for card in cards]})
        return
    rows = [(card.id, card.kind, card.licence, card.counts) for card in cards]
    render.table(rows, head=("data", "kind", "licence", "counts"), drop={"licence": 20})
    render.next_step(f"kdl data show {cards[-1].id}" if cards else "kdl doctor")


@command.command()
@click.argument("name", metavar="DATA", shell_complete=completion.datasets)
@render.json_option
def show(name, as_json):
    """Where a data set comes from, what is in it, and whether its file is intact.

    \b
    kdl data show names13
    """
    from kdl import catalog, headers
    from kdl.cli.show import prose

    card = catalog.find("data", name)
    one = row(card)
    intact = _intact(card)
    if as_json:
        render.emit({"schema": "kdl.dataset/1", **one, "intact": intact, "text": headers.body(card.path)})
        return
    render.heading(card.title)
    said = [(key, one[key]) for key in ("kind", "source", "licence", "counts")]
    if card.sha256:
        said += [("file", one["file"]), ("sha256", card.sha256 + (" (checked)" if intact else " (the file DIFFERS)"))]
    render.fields([*said, ("code", card.path)])
    render.say()
    prose.docstring(headers.body(card.path))
    users = [task.id for task in catalog.tasks().values() if task.data == card.id]
    render.next_step(f"kdl task show {users[0]}" if users else "kdl task list")


@command.command()
@click.argument("name", metavar="NAME")
def add(name):
    """Fetch a set of keras.datasets from the network, for `kdl train --data NAME`.

    It goes into the folder that Keras keeps its sets in (KERAS_HOME, else ~/.keras); its licence is its makers'.

    \b
    kdl data add fashion-mnist
    """
    from kdl import backend, catalog
    from kdl.data import _keras_sets
    from kdl.errors import NothingToDo

    if name in catalog.datasets():
        raise NothingToDo(f"{name} is embedded in kdl.", fix=f"kdl data show {name}")
    use = f"kdl train mlp --data {name}"
    with contextlib.suppress(FileNotFoundError):
        _keras_sets.cached(name)
        raise NothingToDo(f"{name} is on this machine already.", fix=use)
    render.say("Loading Keras ...", err=True)
    backend.start()
    _keras_sets.fetch(name)
    render.say(f"{name} is on this machine now.")
    render.next_step(use)


def row(card) -> dict:
    """One data set as it stands in `kdl.data/1`."""
    from kdl import headers

    name = headers.read(card.path).get("file")
    return {
        "id": card.id,
        "title": card.title,
        "kind": card.kind,
        "source": card.source,
        "licence": card.licence,
        "counts": card.counts,
        "sha256": card.sha256,
        "file": name and str(card.path.parent / name),
    }


def _intact(card) -> bool | None:
    """Whether the vendored file is the one that its header describes; None where nothing is vendored."""
    import hashlib
    from pathlib import Path

    if card.sha256 is None:
        return None
    file = Path(row(card)["file"])
    return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == card.sha256
