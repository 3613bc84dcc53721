"""`kdl model`: list, show, compare, export and import the models."""

from __future__ import annotations

import click

from kdl.cli import completion, model_export, model_import, render
from kdl.errors import UsageProblem


@click.group()
def command():
    """List, show, compare, export and import the models.

    \b
    kdl model list
    kdl model show lstm --layers
    kdl model diff simple-rnn lstm
    kdl model export last --to tflite
    kdl model import gpt-2 ~/gpt2
    """


command.add_command(model_export.command, "export")
command.add_command(model_import.command, "import")


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
    rows = [
        (card.id, card.unit, card.year, ", ".join(card.tasks), ", ".join(catalog.pairs_of(card)), card.title) for card in cards
    ]
    render.table(rows, head=("model", "unit", "year", "tasks", "pairs", "title"), drop={"year": 36, "pairs": 30, "tasks": 24})
    render.next_step(f"kdl model show {cards[-1].id}" if cards else "kdl doctor")


@command.command()
@click.argument("name", metavar="MODEL", shell_complete=completion.models)
@click.option("--code", is_flag=True, help="Print the file itself.")
@click.option("--layers", is_flag=True, help="Build it, and draw its layers with shapes and costs; this loads Keras.")
@click.option("--preset", metavar="NAME", help="Build it in this size; implies --layers.")
@render.json_option
def show(name, code, layers, preset, as_json):
    """What MODEL is: its idea, its equations, its shapes, and with --layers what it is built of.

    \b
    kdl model show lstm
    kdl model show lstm --code
    kdl model show mlp --preset lenet-300-100
    """
    from kdl import catalog, headers
    from kdl.cli.show import prose

    card = catalog.find("model", name)
    if layers or preset:
        from kdl.cli import model_layers

        if code:
            raise UsageProblem("--code shows the file, --layers what is built from it.", fix="Ask for one of them.")
        model_layers.show(card, preset, as_json)
        return
    if as_json:
        render.emit({"schema": "kdl.model/1", **row(card), "path": str(card.path), "text": headers.body(card.path)})
        return
    if code:
        render.say(card.path.read_text(encoding="utf-8").rstrip())
        render.next_step(f"kdl train {card.id}")
        return
    render.heading(card.title)
    render.fields(
        [
            ("paper", card.paper),
            ("family", card.family),
            ("tasks", headers.read(card.path)["tasks"]),
            *([("built of", ", ".join(card.parts.values()))] if card.parts else []),
            ("pairs", ", ".join(catalog.pairs_of(card))),
            ("presets", ", ".join(card.presets)),
            ("code", card.path),
        ]
    )
    render.say()
    prose.docstring(headers.body(card.path))
    render.next_step(f"kdl model show {card.id} --layers", f"kdl train {card.id}")


@command.command()
@click.argument("a", shell_complete=completion.models)
@click.argument("b", shell_complete=completion.models)
@click.option("--all", "every", is_flag=True, help="With the docstrings and comments.")
@click.option("--layers", is_flag=True, help="Build both, and compare their layers; this loads Keras.")
@click.option("--preset", metavar="NAME", help="Build both in this size, which both must have; implies --layers.")
@render.json_option
def diff(a, b, every, layers, preset, as_json):
    """What changes from model A to model B: in the code, as a unified diff, or in the layers.

    \b
    kdl model diff simple-rnn lstm
    kdl model diff simple-rnn lstm --all
    kdl model diff simple-rnn lstm --layers
    """
    from kdl import catalog

    cards = [catalog.find("model", name) for name in (a, b)]
    if layers or preset:
        from kdl.cli import model_layers

        if every:
            raise UsageProblem("--all is about the files, --layers about what is built.", fix="Ask for one of them.")
        model_layers.diff(cards, preset, as_json)
        return
    lines = _code_diff(cards, every)
    if as_json:
        render.emit({"schema": "kdl.model-diff/1", "a": cards[0].id, "b": cards[1].id, "code": lines})
        return
    for line in lines:
        colour = {"+": "green", "-": "red"}.get(line[:1])
        render.say(render.style(line, fg=colour) if colour else line)
    render.next_step(f"kdl model diff {a} {b} --layers", f"kdl compare {a} {b}     does the difference show?")


def _code_diff(cards, every: bool) -> list[str]:
    import difflib

    texts = (card.path.read_text(encoding="utf-8") for card in cards)
    before, after = (text.splitlines() if every else code_lines(text) for text in texts)
    names = [f"{card.family}/{card.path.name}" for card in cards]
    return list(difflib.unified_diff(before, after, *names, lineterm=""))


def code_lines(text: str) -> list[str]:
    """The lines of a Python file without its docstrings, comments and the blank lines that they leave."""
    import ast
    import io
    import tokenize

    lines, gone = text.splitlines(), set()
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            gone |= set(range(body[0].lineno - 1, body[0].end_lineno))
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            number, column = token.start
            lines[number - 1] = lines[number - 1][:column].rstrip()
            gone |= {number - 1} if not lines[number - 1] else set()
    left = [line for number, line in enumerate(lines) if number not in gone]
    return [line for number, line in enumerate(left) if line or (number and left[number - 1])]


def row(card) -> dict:
    """One model as it stands in `kdl.models/1`."""
    from kdl import catalog

    return {
        "id": card.id,
        "title": card.title,
        "family": card.family,
        "unit": card.unit,
        "paper": card.paper,
        "year": card.year,
        "tasks": list(card.tasks),
        "pairs": list(catalog.pairs_of(card)),
        "presets": list(card.presets),
        "parts": dict(card.parts),
    }
