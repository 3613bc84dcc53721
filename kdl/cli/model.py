"""`kdl model`: list, show and compare the models' code."""

from __future__ import annotations

import click

from kdl.cli import render


@click.group()
def command():
    """List, show and compare the models' code.

    \b
    kdl model list
    kdl model show lstm
    kdl model diff simple-rnn lstm
    """


@command.command("list")
@render.json_option
def list_(as_json):
    """Every model, with its tasks and pairs.

    \b
    kdl model list
    kdl model list --json
    """
    from kdl import catalog

    cards = list(catalog.models().values())
    render.left_out(catalog.problems())
    if as_json:
        render.emit({"schema": "kdl.models/1", "models": [row(card) for card in cards]})
        return
    rows = [(card.id, card.unit, card.year, ", ".join(card.tasks), ", ".join(card.pairs), card.title) for card in cards]
    render.table(rows, head=("model", "unit", "year", "tasks", "pairs", "title"))
    render.next_step(f"kdl model show {cards[-1].id}" if cards else "kdl doctor")


@command.command()
@click.argument("name", metavar="MODEL")
@render.json_option
def show(name, as_json):
    """What MODEL is: its idea, its equations, its shapes.

    \b
    kdl model show lstm
    """
    from kdl import catalog, headers

    card = catalog.find("model", name)
    if as_json:
        render.emit({"schema": "kdl.model/1", **row(card), "path": str(card.path), "text": headers.body(card.path)})
        return
    render.heading(card.title)
    render.fields(
        [
            ("paper", card.paper),
            ("family", card.family),
            ("tasks", headers.read(card.path)["tasks"]),
            ("pairs", ", ".join(card.pairs)),
            ("presets", ", ".join(card.presets)),
            ("code", card.path),
        ]
    )
    render.say()
    render.say(headers.body(card.path))
    render.next_step(f"kdl train {card.id}")


@command.command()
@click.argument("a")
@click.argument("b")
def diff(a, b):
    """What changes in the code from model A to model B, as a unified diff.

    \b
    kdl model diff simple-rnn lstm
    """
    import difflib

    from kdl import catalog

    cards = [catalog.find("model", name) for name in (a, b)]
    before, after = (card.path.read_text(encoding="utf-8").splitlines() for card in cards)
    names = [f"{card.family}/{card.path.name}" for card in cards]
    for line in difflib.unified_diff(before, after, *names, lineterm=""):
        colour = {"+": "green", "-": "red"}.get(line[:1])
        render.say(render.style(line, fg=colour) if colour else line)
    render.next_step(f"kdl compare {a} {b}     does the difference show?")


def row(card) -> dict:
    """One model as it stands in `kdl.models/1`."""
    return {
        "id": card.id,
        "title": card.title,
        "family": card.family,
        "unit": card.unit,
        "paper": card.paper,
        "year": card.year,
        "tasks": list(card.tasks),
        "pairs": list(card.pairs),
        "presets": list(card.presets),
    }
