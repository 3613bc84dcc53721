"""The learner's prediction in `kdl compare`: asked before anything runs, settled by a verdict, scored."""

from __future__ import annotations

import contextlib

import click

from kdl.cli import render
from kdl.cli.show import prose


def share(text: str, *, percent: bool = False) -> float | None:
    """How sure someone is: "80", "80%" and "0.8" are the same; None for what is no share.

    Args:
        percent: a bare "1" is 1 %; otherwise it is certainty.
    """
    bare = text.strip().removesuffix("%").strip()
    try:
        value = float(bare)
    except ValueError:
        return None
    shares = "%" not in text and (0 < value < 1 if percent else value <= 1)
    value = value if shares else value / 100
    return value if 0 <= value <= 1 else None


def asked(pair, choice, confidence, *, ask: bool):
    """The uuid of the learner's prediction, written down before anything runs; None where there is none."""
    if pair.prediction is None:
        return None
    if choice is None:
        if not ask or not render.interactive():
            return None
        choice, confidence = _ask(pair.prediction)
    else:
        render.say(f"You predict: {pair.prediction.choices[choice]}. {pair.prediction.question}", err=True)
    from kdl.store import database, predictions

    with contextlib.closing(database.connect()) as db:
        return predictions.append(db, pair.card.id, pair.prediction.claim, choice, confidence)


def _ask(prediction) -> tuple[str, float]:
    render.say(prediction.question)
    choices = list(prediction.choices)
    for place, name in enumerate(choices, 1):
        render.say(f"  {place}  {prediction.choices[name]}")
    numbers = {str(place): name for place, name in enumerate(choices, 1)}
    choice = _answer("Your prediction", numbers.get, f"Type {', '.join(list(numbers)[:-1])} or {len(choices)}.")
    sure = _answer(
        "How sure are you, in %", lambda text: share(text, percent=True), "Type a number from 0 to 100, as 80 or 80%.", "60"
    )
    return choice, sure


def _answer(text: str, read, hint: str, default: str | None = None):
    """Ask until `read` makes something of the answer."""
    while (value := read(str(click.prompt(text, default=default)).strip())) is None:
        render.say(hint)
    return value


def known(uuid: str | None) -> str | None:
    """The prediction that a run was begun with; None where this home has none of that name."""
    from kdl.store import database, predictions

    if uuid is None:
        return None
    with contextlib.closing(database.connect()) as db:
        return uuid if any(one.uuid == uuid for one in predictions.every(db)) else None


def settle(pair, uuid, result, committed):
    """Write down what came out: of this run where it has a verdict, else of the committed one.

    Returns:
        (the prediction, the Brier score of all of them, the row that settles it); None where nothing was predicted or
        nothing settles it.
    """
    if uuid is None:
        return None
    from kdl.experiment import verdict
    from kdl.store import database, predictions

    with contextlib.closing(database.connect()) as db:
        for source, run in ((result, result["run"]), (committed, None)):
            row = next((row for row in source["claims"] if row["id"] == pair.prediction.claim), None) if source else None
            if row and (outcome := verdict.outcome(row)):
                kept = predictions.settle(db, uuid, outcome, run)
                return kept, predictions.brier(predictions.every(db)), row
    return None


def _came_out(pair, row, outcome: str) -> str:
    """The outcome in the words of its choice; an `equal` claim that is not shown says what its interval does."""
    from kdl.experiment import told, verdict

    if row["kind"] == "equal" and row["verdict"] == verdict.NOT_SHOWN:
        return told.undecided(row, pair.claim(row["id"]))
    return pair.prediction.choices[outcome]


def _what_settles(pair) -> str:
    """Why a prediction still waits, though a verdict may stand above it."""
    from kdl.experiment import results

    committed, stale = results.verdict_of(pair.card)
    row = next((row for row in committed["claims"] if row["id"] == pair.prediction.claim), None) if committed else None
    if stale and row and row["verdict"]:
        return f"a verdict that is stale does not settle it, 10 seeds of yours do: `kdl compare {pair.card.id}`."
    return "a verdict will settle it."


def show(pair, uuid, settled) -> None:
    if settled is None:
        if uuid:
            prose.show(f"Your prediction is kept; {_what_settles(pair)}")
        return
    kept, score, row = settled
    sure = "" if kept.confidence is None else f", {kept.confidence:.0%} sure"
    where = "this run" if kept.run else "the committed run"
    prose.show(
        f"You predicted: {pair.prediction.choices[kept.choice]}{sure}. In {where}: {_came_out(pair, row, kept.outcome)}."
    )
    if score is not None:
        render.say(f"Your Brier score over all predictions: {score:.3f}.")
        prose.show(
            "It is the mean square of the distance between how sure you were and what came out (1 right, 0 wrong): 0 is "
            "perfect, and who always says 50 % gets 0.25."
        )
