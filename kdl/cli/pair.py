"""`kdl pair`: list and show the contrasts of the notes, with their committed verdicts."""

from __future__ import annotations

import click

from kdl.cli import completion, met, render
from kdl.errors import KdlError

ARMS = 32  # columns
WORDS = {
    "hidden": "told when you have predicted or run it; `kdl pair list --verdict` shows all.",
    "stale": "code that it depends on has changed since it was measured; `kdl compare PAIR` measures it anew.",
    "none": "a table for deciding, which nothing confirms or refutes.",
    "not run": "no full run is recorded yet.",
}
FOUND = "\n\nWhat came out"  # the paragraph from which the text of a pair tells its result

WIDE = 120  # columns from which the list shows what each pair costs, too


@click.group()
def command():
    """List and show the contrasts and their verdicts.

    \b
    kdl pair list
    kdl pair show P52
    """


@command.command("list")
@click.option("--verdict", "told", is_flag=True, help="Show what was found of pairs, too, that you have not predicted yet.")
@render.json_option
def list_(told, as_json):
    """Every pair, its question and, once you have predicted or run it, its verdict.

    \b
    kdl pair list
    kdl pair list --verdict
    kdl pair list --json
    """
    from kdl import catalog

    rows = [row(card) for card in catalog.pairs().values()]
    render.left_out(catalog.problems())
    if as_json:
        render.emit({"schema": "kdl.pairs/1", "pairs": rows})
        return
    known = {one["id"] for one in rows} if told else met.pairs()
    said = [_verdict(one, one["id"] in known) for one in rows]
    if render.width(140) < WIDE:  # what a pair asks is what tells it from the others
        shown = [(one["id"], words, one["question"]) for one, words in zip(rows, said, strict=True)]
        render.table(shown, head=("pair", "verdict", "question"))
    else:
        shown = [
            (one["id"], _arms(one), one["budget"], _seconds(one), words, one["question"])
            for one, words in zip(rows, said, strict=True)
        ]
        render.table(shown, head=("pair", "arms", "budget", "seconds", "verdict", "question"))
    _explain(said)
    spent = sum(one["seconds"] or 0 for one in rows)
    render.say(f"{len(rows)} pairs; their full runs took {render.seconds(spent)} of training.")
    first = rows[0]["id"] if rows else None
    render.next_step(f"kdl compare {first} --seeds 2     predict, then measure" if first else "kdl model list")


def row(card) -> dict:
    """One pair as it stands in `kdl.pairs/1`."""
    from kdl.experiment import results

    try:
        committed, stale = results.load(card), results.stale(card)
    except KdlError as error:  # one damaged result must not hide the other pairs
        render.say(f"No verdict for {card.id}: {error.what}", err=True)
        committed, stale = None, False
    return {
        "id": card.id,
        "arms": list(card.arms),
        "unit": card.unit,
        "question": card.question,
        "claims": card.claims,
        "budget": card.budget,
        "seconds": committed and committed["seconds"],
        "verdict": committed and committed["result"]["verdict"],
        "stale": stale,
    }


def _arms(one: dict) -> str:
    """The arms, so short that the question keeps its place."""
    text = " / ".join(one["arms"])
    return text if len(text) <= ARMS else text[: ARMS - 3].rstrip(" /") + "..."


def _seconds(one: dict) -> str:
    """Time of the full run; a pair whose claims are counted takes none."""
    return f"{one['seconds']:.0f}" if one["seconds"] else "-"


def _verdict(one: dict, told: bool) -> str:
    """The verdict; not to somebody who could still predict it."""
    nothing = "none" if one["seconds"] is not None else "not run"  # a pair of scenarios has no verdict
    found = one["verdict"] and (one["verdict"] if told else "hidden")
    return (found or nothing) + (" (stale)" if one["stale"] else "")


def _explain(said: list[str]) -> None:
    """One line for each word of the list that is no verdict."""
    every = " ".join(said)
    render.say()
    for word, meaning in WORDS.items():
        if word in every:
            for line in render.wrapped(f"{word}: {meaning}"):
                render.say(line)


@command.command()
@click.argument("name", shell_complete=completion.pairs)
@click.option("--verdict", "told", is_flag=True, help="Show what was found, though you have not predicted it yet.")
@render.json_option
def show(name, told, as_json):
    """What a pair asks and claims; and what the committed run found, once you have predicted it, or run the pair.

    \b
    kdl pair show P52
    kdl pair show P52 --verdict
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
    told = told or not (committed and pair.prediction) or card.id in met.pairs()
    render.heading(f"{card.id}  {card.question}")
    text = headers.body(card.path)
    prose.docstring(text if told else text.partition(FOUND)[0])
    render.say()
    if committed and told:
        _show_committed(pair, committed, stale)
    else:
        for claim in pair.claims:
            prose.show(claim.text, indent=4, first=f"{claim.kind}  ")
        render.say("What was found is told when you have predicted it." if committed else "No full run is recorded yet.")
    if pair.prediction:
        render.say()
        prose.show(f"What you can --predict: {pair.prediction.question}")
        render.fields([("  " + name, text) for name, text in pair.prediction.choices.items()])
        look = " --seeds 2" if pair.conditions else ""
        again = f"kdl compare {card.id}{look}     predict, then {'measure' if look else 'count'}"
    else:
        again = f"kdl compare {card.id}"
    page = f"kdl report {card.id} --open     figures and every seed, as a page"
    render.next_step(again, page if told else f"kdl pair show {card.id} --verdict     what was found, without a prediction")


def _show_committed(pair, committed, stale) -> None:
    from kdl.cli.show import pair_verdict, prose
    from kdl.experiment import results

    result, versions = committed["result"], committed["versions"]
    frameworks = ", ".join(f"{name} {versions[name]}" for name in ("keras", "tensorflow", "jax") if name in versions)
    machine = f"{versions['machine']}, {versions['threads']} threads, " if {"machine", "threads"} <= versions.keys() else ""
    where = f", {committed['device']}, {machine}{frameworks}" if pair.computes else ""
    seeds = len(result["seeds"])
    spent = f", {render.seconds(committed['seconds'])} of training" if seeds else ""
    how = f"{seeds} seeds" if seeds else "counted" if pair.computes else "a table for deciding"
    told = f"{how}, {committed['date']}{where}{spent}"
    prose.show(told, first=render.style("Committed run: ", bold=True))
    if stale:
        prose.show(f"Stale: code that it depends on has changed since; `kdl compare {pair.card.id}` measures it anew.")
    elif "renewed" in committed:
        last = committed["renewed"][-1]
        run_again = ", ".join(map(str, last["seeds"]))
        prose.show(f"After a change of code, seeds {run_again} ran again on {last['date']} with equal numbers.")
    if seeds:
        pair_verdict.show_board(pair, results.measured(committed))
        render.say()
    pair_verdict.show_claims(pair, result)
    if seeds:
        render.say()
        pair_verdict.show_arms(result)
    if committed["figure"]:
        render.say()
        pair_verdict.show_figure(committed["figure"])
