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
    from kdl import catalog

    lines = ["# Models", "", "Made by `kdl dev build` from the headers of `kdl/models/`.", ""]
    lines += ["| id | title | unit | paper | tasks | pairs | presets |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for card in cards:
        row = (
            card.id,
            card.title,
            card.unit,
            card.paper,
            ", ".join(card.tasks),
            ", ".join(catalog.pairs_of(card)),
            ", ".join(card.presets),
        )
        lines.append("| " + " | ".join(str(cell) for cell in row) + " |")
    return "\n".join(lines) + "\n"


def pairs_page(cards) -> str:
    """`docs/pairs.md`: every pair and claim with its committed verdict, and how many confirms chance alone would give."""
    from kdl.experiment import pair as pairs
    from kdl.experiment import results

    rows, table, judged, scenarios = [], [], [], []
    for card in cards:
        committed, stale = results.load(card), "yes" if results.stale(card) else "no"
        found = {row["id"]: row for row in committed["result"]["claims"]} if committed else {}
        seconds = f"{committed['seconds']:.0f}" if committed else "-"
        said = (committed["result"]["verdict"] or "none") if committed else "not run"
        table.append((card.id, " / ".join(card.arms), card.question, card.budget, seconds, said, stale))
        for claim in pairs.load(card).claims:
            row = found.get(claim.id)
            judged += [row] if row else []
            rows.append((card.id, claim.text, claim.kind, *_evidence(row, claim), stale))
            if claim.kind == "scenario":
                scenarios += ["", f"{card.id}: {claim.text}", "", *_table(("situation", "choose", "because"), claim.table)]
    lines = ["# Pairs", "", "Made by `kdl dev build` from `kdl/pairs/` and its committed results.", ""]
    lines += _table(("pair", "arms", "question", "budget", "seconds", "verdict", "stale"), table)
    lines += ["", "## Claims", "", "The mean is that of the arm beside it: positive where it leads.", *_OPEN, ""]
    lines += _table(("pair", "claim", "kind", "verdict", "lead of", "mean", "95 % interval", "p", "wins", "stale"), rows)
    lines += ["", "## Tables for deciding", *scenarios] if scenarios else []
    return "\n".join(lines) + "\n" + _chance(judged)


_OPEN = (
    "Where † stands beside it, the mean reaches the smallest effect and the interval begins below: there is a difference; that",
    "it is at least that large is not shown.",
)


def _table(head, rows) -> list[str]:
    """Lines of a Markdown table."""
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in (head, *rows)]
    return [lines[0], "| --- " * len(head) + "|", *lines[1:]]


def _chance(rows) -> str:
    """How many confirms chance would give, from the rule and from null experiments that are run here."""
    from kdl.experiment import null, verdict

    shares = {kind: null.confirmed(null.CLAIMS["greater"], kind) for kind in null.KINDS}
    large, small = null.confirmed_when_skewed()
    judged, chance = verdict.by_chance(rows)
    equal = sum(row["kind"] == "equal" and row["p"] is not None for row in rows)
    lines = [
        "",
        "## What chance would confirm",
        "",
        f"Were there no difference at all, chance would confirm at most {chance:.2g} of the {judged} `greater`,",
        "`interaction` and `trend` claims that were tested. A confirm needs p <= .05 in the claimed direction, which is one in",
        "forty, and the smallest effect and 80 % of the seeds besides.",
        "",
        f"The {equal} `equal` claims are not among them: where there is no difference, they are true. A false confirm of one",
        "is a difference of the smallest effect or more whose interval lies within it all the same: at most one in forty.",
        "",
        f"{null.COUNT:,} experiments of {null.SEEDS} seeds each, whose arms draw from the same distribution, with a smallest "
        "effect of 0:",
        "",
        "| scores | a `greater` claim is confirmed | or its opposite |",
        "| --- | --- | --- |",
        *(f"| {kind} | {named:.1%} | {either:.1%} |" for kind, (named, either) in shares.items()),
        "",
        "The sign-flip test promises this where the differences are as likely with either sign, as they are between two arms",
        "that are alike. It promises nothing about differences whose mean is 0 while their sides are unlike. Where an arm wins",
        f"little and often and loses much and seldom (exponential differences), {small:.1%} of the experiments confirm it, in",
        f"place of 2.5 %; its opposite, {large:.1%}. So where one or two seeds carry the mean, read the seeds and not p alone;",
        "a smallest effect above 0, which every measured claim here has, makes such a confirm rarer.",
    ]
    return "\n".join(lines) + "\n"


def _evidence(row, claim) -> tuple[str, ...]:
    """Verdict, whose lead, mean, interval, p and wins of a committed claim; on the ratio scale as factors."""
    if row is None:
        return ("not run", *"-----")
    if row["p"] is None:
        return (row["verdict"] or "-", *"-----")
    from kdl.experiment import told

    interval = told.interval(row["low"], row["high"], claim.measure)
    mean, wins = told.effect(row["mean"], claim.measure), f"{row['wins']} of {row['n']}"
    whose = claim.a
    if claim.kind == "interaction" and claim.shape == "crosses":
        whose = f"{claim.a} at one end, {claim.b} at the other; the weaker"
    elif claim.kind == "trend":
        whose = f"{claim.a}, which {claim.shape}"
    mark = " †" * bool(told.unshown(row, claim))
    return ((row["verdict"] or "-") + mark, whose, mean, interval, f"{row['p']:.3g}", wins)


def pages(root: click.Command) -> dict[str, str]:
    """File name in docs/ -> text."""
    from kdl import catalog

    cards = catalog.pairs().values()
    return {"cli.md": cli_page(root), "models.md": models_page(catalog.models().values()), "pairs.md": pairs_page(cards)}
