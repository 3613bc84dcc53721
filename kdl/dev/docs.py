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


def pairs_page(cards) -> str:
    """`docs/pairs.md`: every claim with its committed verdict, and how many confirms chance alone would give."""
    from kdl.experiment import pair as pairs
    from kdl.experiment import results

    rows, judged = [], 0
    for card in cards:
        committed, stale = results.verdict_of(card)
        found = {row["id"]: row for row in committed["claims"]} if committed else {}
        for claim in pairs.load(card).claims:
            row = found.get(claim.id)
            judged += row is not None and row["p"] is not None
            rows.append((card.id, claim.text, claim.kind, *_evidence(row), "yes" if stale else "no"))
    lines = ["# Pairs", "", "Made by `kdl dev build` from `kdl/pairs/` and its committed results.", ""]
    lines += ["| pair | claim | kind | verdict | mean | 95 % interval | p | wins | stale |", "| --- " * 9 + "|"]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    chance = judged * 0.05 / 2
    lines += [
        "",
        f"Were there no difference at all, chance would confirm at most {chance:.2g} of these {judged} claims. A confirm needs",
        "p <= .05 in the claimed direction, which is one in forty, and the smallest effect and 80 % of the seeds besides.",
    ]
    return "\n".join(lines) + "\n"


def _evidence(row) -> tuple[str, str, str, str, str]:
    """Verdict, mean, interval, p and wins of a committed claim."""
    if row is None:
        return ("not run", "-", "-", "-", "-")
    if row["p"] is None:
        return (row["verdict"] or "-", "-", "-", "-", "-")
    interval = "unbounded" if row["low"] is None or row["high"] is None else f"{row['low']:.4f} to {row['high']:.4f}"
    return (row["verdict"] or "-", f"{row['mean']:.4f}", interval, f"{row['p']:.3g}", f"{row['wins']} of {row['n']}")


def pages(root: click.Command) -> dict[str, str]:
    """File name in docs/ -> text."""
    from kdl import catalog

    cards = catalog.pairs().values()
    return {"cli.md": cli_page(root), "models.md": models_page(catalog.models().values()), "pairs.md": pairs_page(cards)}
