"""Renewing a committed result after a change of code: a few of its seeds run again, and every number of theirs compared.

A training is a pure function of code and seed, so where the new code gives the first seeds the same numbers, bit for bit,
under every condition, and the change acts on every seed alike, the other seeds' numbers hold as well as these do. That is
so of a change of the frame: of how batches are drawn, a step is taken, a model is built. The numbers that are committed stay
as they are; the result says which seeds were run again, and when. Any difference, however small, asks for a full run.
Another machine or another version of TensorFlow may differ in the last bit: then a full run it is, too.

What two seeds cannot speak for:

* Code that treats single seeds otherwise (a guard against NaN, a tie), where the seeds that run again do not meet it. They
  are always the first.
* The figure of ten seeds. Its frame is compared, and the curves of each seed behind it, by the fingerprints that the result
  keeps (one that was recorded without them is taken without). How the pair makes one figure of them is not, so where the
  code of the pair's own file has changed, in what it draws, asks or claims, nothing is renewed (`pair_digest`; again, where
  the result has it). Helpers that a pair imports from beside it, or from this room, count as frame.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from kdl import catalog
from kdl.errors import UsageProblem
from kdl.experiment import pair as pairs
from kdl.experiment import results, verdict
from kdl.experiment.digest import digest, of_pair
from kdl.experiment.measured import Figure, Measured
from kdl.runs.record import Run, write_text

SEEDS = 2  # run again: the second shows that a new seed starts afresh
ABSENT = "absent"  # a number that is not there; one that diverged is there, and None


def check(card: catalog.PairCard, seeds: int = SEEDS, folder: Path = results.FOLDER) -> dict:
    """What can be refused before anything runs.

    Args:
        card: the pair.
        seeds: how many of them are to run, from 0 on.
        folder: where the committed results are.

    Returns:
        The committed result.

    Raises:
        UsageProblem: nothing is committed, the pair's own file has changed, or so many seeds cannot be compared.
    """
    again = f"kdl compare {card.id} --record"
    found = results.load(card, folder)
    if found is None:
        raise UsageProblem(f"{card.id} has no committed result to renew.", fix=again)
    if found.get("pair_digest") not in (None, of_pair(card)):
        raise UsageProblem(
            f"The code of {card.path.name} itself has changed: what it draws, asks or claims needs all seeds.", fix=again
        )
    _enough(card, list(range(seeds)), found)
    return found


def _enough(card: catalog.PairCard, seeds: list[int], found: Mapping) -> None:
    committed = found["result"]["seeds"]
    if committed and (len(seeds) < SEEDS or not {*seeds} <= {*committed}):
        raise UsageProblem(
            f"Renewing {card.id} takes {SEEDS} or more of the committed seeds, {_words(committed)}, not {_words(seeds)}.",
            fix=f"kdl compare {card.id} --renew",
        )


def _words(seeds: list[int]) -> str:
    return ", ".join(map(str, seeds)) or "none"


def renew(card: catalog.PairCard, run: Run, figure: Figure | None, folder: Path = results.FOLDER) -> Path:
    """Let a committed result stand for the code of today, if a finished run of some of its seeds says the same.

    Args:
        card: the pair.
        run: at least SEEDS of the committed seeds, under every condition.
        figure: what the pair draws of `run`.
        folder: where the committed results are.

    Raises:
        UsageProblem: nothing is committed, the run is too small or of other code, or a number differs.
    """
    found = check(card, folder=folder)
    if run.record.get("status") != "done" or run.record["digest"] != digest(card):
        raise UsageProblem(
            f"{run.id} is not finished, or began with other code than this process.", fix=f"kdl compare {card.id} --renew"
        )
    pair, measured = pairs.load(card), Measured(run.rows())
    seeds = measured.seeds()
    _enough(card, seeds, found)
    result = json.loads((run.path / "verdict.json").read_text(encoding="utf-8"))
    different = next(_differences(pair, found, result, measured, figure), None)
    if different:
        raise UsageProblem(f"{card.id} no longer gives what is committed: {different}.", fix=f"kdl compare {card.id} --record")
    found["digest"] = run.record["digest"]
    entry = {"date": run.record["finished"][:10], "seeds": seeds, "versions": run.record["versions"]}
    found["renewed"] = [*found.get("renewed", []), entry]
    # What an arm is made of is told of the code of today; its times and scores stay those of the full run.
    made = {row["id"]: {name: row[name] for name in ("params", "multiply_adds", "memory")} for row in result["arms"]}
    found["result"]["arms"] = [{**row, **made[row["id"]]} for row in found["result"]["arms"]]
    found["result"]["fairness"] = result["fairness"]
    path = results.path_of(card, folder)
    write_text(path, results.compact(found) + "\n")
    return path


def _differences(pair: pairs.Pair, found: Mapping, result: Mapping, measured: Measured, figure: Figure | None) -> Iterator[str]:
    """What the new run or the new code says otherwise than the committed result, in words."""
    if [row["id"] for row in result["arms"]] != [row["id"] for row in found["result"]["arms"]]:
        yield "it has other arms"
        return
    committed = results.measured(found)
    old, new = (_cells(rows, measured.seeds()) for rows in (committed, measured))
    for cell in sorted(old.keys() | new.keys()):
        if old.get(cell, ABSENT) != new.get(cell, ABSENT):
            seed, condition, arm, name = cell
            was, now = old.get(cell, ABSENT), new.get(cell, ABSENT)
            yield f"{name} of {arm} under {condition}, seed {seed}, was {was} and is {now}"
    yield from _other_curves(found, measured)
    for claim, row in zip(pair.claims, found["result"]["claims"], strict=False):
        if verdict.of_claim(claim, committed.scores(claim.measure) if hasattr(claim, "measure") else {}) != row:
            yield f"the claim {claim.id!r} judges the committed scores otherwise"
    if len(pair.claims) != len(found["result"]["claims"]):
        yield f"it has {len(pair.claims)} claims and had {len(found['result']['claims'])}"
    if _frame(figure and figure.as_json()) != _frame(found["figure"]):
        yield "its figure has another title, axis, level or set of curves"


def _cells(measured: Measured, seeds: list[int]) -> dict[tuple[int, str, str, str], float | None]:
    """(seed, condition, arm, measure) -> number, of these seeds; times are not numbers of the code."""
    return {
        (row["seed"], row["condition"], row["arm"], name): value
        for row in measured.rows
        if row["seed"] in seeds
        for name, value in row["values"].items()
        if not isinstance(value, list)
    }


def _other_curves(found: Mapping, measured: Measured) -> Iterator[str]:
    """Rows whose curves are not those of the committed run, where it kept their fingerprints."""
    if "curves" not in found:
        return
    places = {seed: place for place, seed in enumerate(found["result"]["seeds"])}
    for row in measured.rows:
        kept = found["curves"].get(row["arm"], {}).get(row["condition"])
        if row["seed"] in places and (kept is None or kept[places[row["seed"]]] != results.fingerprint(row["values"])):
            yield f"the curves of {row['arm']} under {row['condition']}, seed {row['seed']}, are others"


def _frame(figure: Mapping | None) -> tuple | None:
    """What of a figure does not depend on the seeds."""
    if figure is None:
        return None
    more = [_frame(one) for one in figure.get("more", ())]
    names = [list(figure.get(what, ())) for what in ("series", "spread", "across")]
    return figure["title"], names, list(figure["x"]), figure["log"], figure.get("levels", {}), more
