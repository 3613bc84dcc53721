"""`kdl pair`: list and show the contrasts of the notes, with their committed verdicts."""

from __future__ import annotations

import click

from kdl.cli import completion, render
from kdl.errors import KdlError


@click.group()
def command():
    """List and show the contrasts and their verdicts.

    \b
    kdl pair list
    kdl pair show P52
    """


@command.command("list")
@render.json_option
def list_(as_json):
    """Every pair, its question and its verdict.

    \b
    kdl pair list
    kdl pair list --json
    """
    from kdl import catalog

    rows = [row(card) for card in catalog.pairs().values()]
    render.left_out(catalog.problems())
    if as_json:
        render.emit({"schema": "kdl.pairs/1", "pairs": rows})
        return
    shown = [(one["id"], " / ".join(one["arms"]), one["budget"], _verdict(one), one["question"]) for one in rows]
    render.table(shown, head=("pair", "arms", "budget", "verdict", "question"))
    render.next_step(f"kdl pair show {rows[0]['id']}" if rows else "kdl model list")


def row(card) -> dict:
    """One pair as it stands in `kdl.pairs/1`."""
    from kdl.experiment import results

    try:
        result, stale = results.verdict_of(card)
    except KdlError as error:  # one damaged result must not hide the other pairs
        render.say(f"No verdict for {card.id}: {error.what}", err=True)
        result, stale = None, False
    return {
        "id": card.id,
        "arms": list(card.arms),
        "unit": card.unit,
        "question": card.question,
        "claims": card.claims,
        "budget": card.budget,
        "verdict": result and result["verdict"],
        "stale": stale,
    }


def _verdict(one: dict) -> str:
    return (one["verdict"] or "not run") + (" (stale)" if one["stale"] else "")


@command.command()
@click.argument("name", shell_complete=completion.pairs)
@render.json_option
def show(name, as_json):
    """What a pair asks and claims, and what the committed run found.

    \b
    kdl pair show P52
    """
    from kdl import catalog, headers
    from kdl.cli.show import prose
    from kdl.experiment import pair as pairs
    from kdl.experiment import results

    card = catalog.find_pair(name)
    pair, committed, stale = pairs.load(card), results.load(card), results.stale(card)
    if as_json:
        result = committed and committed["result"]
        render.emit({"schema": "kdl.pair/1", "pair": {**row(card), "explanation": headers.body(card.path), "result": result}})
        return
    render.heading(f"{card.id}  {card.question}")
    prose.docstring(headers.body(card.path))
    render.say()
    if committed:
        _show_committed(pair, committed, stale)
    else:
        for claim in pair.claims:
            prose.show(claim.text, indent=4, first=f"{claim.kind}  ")
        render.say("No full run is recorded yet.")
    if pair.prediction:
        render.say()
        render.say("What you can --predict:")
        render.fields([("  " + name, text) for name, text in pair.prediction.choices.items()])
        render.next_step(f"kdl compare {card.id} --seeds 2     predict, then measure")
    else:
        render.next_step(f"kdl compare {card.id}")


def _show_committed(pair, committed, stale) -> None:
    from kdl.cli.show import pair_verdict, prose

    result, versions = committed["result"], committed["versions"]
    frameworks = ", ".join(f"{name} {versions[name]}" for name in ("keras", "tensorflow", "jax") if name in versions)
    where = f"{committed['device']}, {frameworks}"
    spent = render.seconds(committed["seconds"])
    told = f"{len(result['seeds'])} seeds, {committed['date']}, {where}, {spent} of training"
    prose.show(told, first=render.style("Committed run: ", bold=True))
    if stale:
        render.say("Stale: code that it depends on has changed since.")
    pair_verdict.show_claims(pair, result)
    render.say()
    pair_verdict.show_arms(result)
    render.say()
    pair_verdict.show_figure(committed["figure"])
