"""`kdl algorithm`: list and show the optimizers, learning-rate schedules, decoders, metrics and tokenizers."""

from __future__ import annotations

import click

from kdl.cli import completion, render


@click.group()
def command():
    """List and show the optimizers, learning-rate schedules, decoders, metrics and tokenizers.

    \b
    kdl algorithm list
    kdl algorithm show adam
    """


@command.command("list")
@render.json_option
def list_(as_json):
    """Every optimizer, schedule, decoder, metric and tokenizer, with its unit and year.

    \b
    kdl algorithm list
    kdl algorithm list --json
    """
    from kdl import catalog

    cards = list(catalog.algorithms().values())
    render.left_out(catalog.problems())
    if as_json:
        render.emit({"schema": "kdl.algorithms/1", "algorithms": [row(card) for card in cards]})
        return
    rows = [(card.id, card.makes, card.unit, card.year, card.title) for card in cards]
    render.table(rows, head=("algorithm", "kind", "unit", "year", "title"), drop={"year": 24, "unit": 24})
    render.next_step(f"kdl algorithm show {cards[0].id}" if cards else "kdl doctor")


@command.command()
@click.argument("name", metavar="ALGORITHM", shell_complete=completion.algorithms)
@click.option("--code", is_flag=True, help="Print the file itself.")
@render.json_option
def show(name, code, as_json):
    """What ALGORITHM computes: its idea, its equations, and where Keras differs from the paper.

    \b
    kdl algorithm show adam
    kdl algorithm show adam --code
    """
    from kdl import catalog, headers

    card = catalog.find("algorithm", name)
    if as_json:
        render.emit({"schema": "kdl.algorithm/1", **row(card), "path": str(card.path), "text": headers.body(card.path)})
        return
    if code:
        render.say(card.path.read_text(encoding="utf-8").rstrip())
        render.next_step("kdl algorithm list")
        return
    render.heading(card.title)
    render.fields([("paper", card.paper), ("kind", card.makes), ("unit", str(card.unit)), ("code", card.path)])
    render.say()
    render.say(headers.body(card.path))
    render.next_step(f"kdl algorithm show {card.id} --code")


def row(card) -> dict:
    """One algorithm as it stands in `kdl.algorithms/1`."""
    return {
        "id": card.id,
        "title": card.title,
        "kind": card.makes,
        "unit": card.unit,
        "paper": card.paper,
        "year": card.year,
    }
