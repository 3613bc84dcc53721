"""Make the generated pages of `docs/` from the program itself, so that they cannot disagree with it."""

from __future__ import annotations

import click

from kdl.catalog import PACKAGE
from kdl.errors import EXIT_CODES

DOCS = PACKAGE.parent / "docs"


def commands(command: click.Command, path: str):
    """Every command below `command`, depth first, as (words to type, command)."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            yield from commands(command.get_command(context, name), f"{path} {name}")


def cli_page(root: click.Command) -> str:
    """`docs/cli.md`: the help of every command, and the exit codes."""
    lines = [
        "# The command line",
        "",
        "Made by `kdl dev build` from the program; `kdl dev build --check` fails when it is old.",
        "",
    ]
    lines += ["## Exit codes", "", "| code | meaning |", "| --- | --- |"]
    lines += [f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items()]
    for words, command in commands(root, "kdl"):
        context = click.Context(command, info_name=words, max_content_width=100, terminal_width=100)
        context.help_option_names = ["-h", "--help"]
        lines += ["", f"## {words}", "", "```text", command.get_help(context).rstrip(), "```"]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def models_page(cards) -> str:
    """`docs/models.md`: the catalogue as one table."""
    lines = ["# Models", "", "Made by `kdl dev build` from the headers of `kdl/models/`.", ""]
    lines += ["| id | title | unit | paper | tasks | pairs | presets |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for card in cards:
        row = (
            card.id,
            card.title,
            card.unit,
            card.paper,
            ", ".join(card.tasks),
            ", ".join(card.pairs),
            ", ".join(card.presets),
        )
        lines.append("| " + " | ".join(str(cell) for cell in row) + " |")
    return "\n".join(lines) + "\n"


def pages(root: click.Command) -> dict[str, str]:
    """File name in docs/ -> text."""
    from kdl import catalog

    return {"cli.md": cli_page(root), "models.md": models_page(catalog.models().values())}
