"""`kdl task`: list and show the tasks that models are trained on."""

from __future__ import annotations

import click

from kdl.cli import completion, render


@click.group()
def command():
    """List and show the tasks that models are trained on.

    \b
    kdl task list
    kdl task show adding
    """


@command.command("list")
@render.json_option
def list_(as_json):
    """Every task, its data and its metric.

    \b
    kdl task list
    kdl task list --json
    """
    from kdl import catalog

    cards = list(catalog.tasks().values())
    render.left_out(catalog.problems())
    if as_json:
        render.emit({"schema": "kdl.tasks/1", "tasks": [row(card) for card in cards]})
        return
    rows = [(one["id"], one["data"], one["metric"], ", ".join(one["models"]), one["title"]) for one in map(row, cards)]
    render.table(rows, head=("task", "data", "metric", "models", "title"), drop={"models": 30, "data": 24})
    render.next_step(f"kdl task show {cards[0].id}" if cards else "kdl doctor")


@command.command()
@click.argument("name", metavar="TASK", shell_complete=completion.tasks)
@render.json_option
def show(name, as_json):
    """What TASK asks for, and which score counts as solved.

    \b
    kdl task show adding
    """
    from kdl import catalog, headers
    from kdl.cli.show import prose

    card = catalog.find("task", name)
    one = row(card)
    if as_json:
        render.emit({"schema": "kdl.task/1", **one, "path": str(card.path), "text": headers.body(card.path)})
        return
    render.heading(card.title)
    render.fields((key, one[key]) for key in ("data", "metric", "baseline", "target"))
    render.fields([("models  ", ", ".join(one["models"])), ("code", card.path)])
    render.say()
    prose.docstring(headers.body(card.path))
    model = one["models"][-1] if one["models"] else "MODEL"
    render.next_step(f"kdl train {model} --task {card.id}", f"kdl data show {card.data}")


def row(card) -> dict:
    """One task as it stands in `kdl.tasks/1`."""
    from kdl import catalog, headers

    said = headers.read(card.path)
    return {
        "id": card.id,
        "title": card.title,
        "data": card.data,
        "metric": card.metric,
        "baseline": said["baseline"],
        "target": said["target"],
        "models": [model.id for model in catalog.models().values() if card.id in model.tasks],
    }
