"""Renewing a committed result after a change of code: a few of its seeds run again, and every number of theirs compared.

A training is a pure function of code and seed, so where the new code gives the first seeds the same numbers, bit for bit,
under every condition, the other seeds' numbers hold as well as these do. The numbers that are committed stay as they are;
the result says which seeds were run again, and when. Any difference, however small, asks for a full run. Another machine
or another version of TensorFlow may differ in the last bit: then a full run it is, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from kdl import catalog
from kdl.errors import UsageProblem
from kdl.experiment import pair as pairs
from kdl.experiment import results, verdict
from kdl.experiment.digest import digest
from kdl.experiment.measured import Figure, Measured
from kdl.runs.record import Run, write_text

SEEDS = 2  # run again: the second shows that a new seed starts afresh


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
    again = f"kdl compare {card.id} --record"
    found = results.load(card, folder)
    if found is None:
        raise UsageProblem(f"{card.id} has no committed result to renew.", fix=again)
    if run.record.get("status") != "done" or run.record["digest"] != digest(card):
        raise UsageProblem(
            f"{run.id} is not finished, or the code has changed since it began.", fix=f"kdl compare {card.id} --renew"
        )
    pair, measured = pairs.load(card), Measured(run.rows())
    seeds = measured.seeds()
    if len(seeds) < min(SEEDS, len(found["result"]["seeds"])) or not {*seeds} <= {*found["result"]["seeds"]}:
        raise UsageProblem(f"{run.id} has seeds {seeds}: renewing takes {SEEDS} of the committed ones.", fix=again)
    result = json.loads((run.path / "verdict.json").read_text(encoding="utf-8"))
    different = next(_differences(pair, found, result, measured, figure), None)
    if different:
        raise UsageProblem(f"{card.id} no longer gives what is committed: {different}.", fix=again)
    found["digest"] = run.record["digest"]
    found["renewed"] = {"date": run.record["finished"][:10], "seeds": seeds, "versions": run.record["versions"]}
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
    old = _cells(results.measured(found), measured.seeds())
    new = _cells(measured, measured.seeds())
    for cell in sorted(old.keys() | new.keys()):
        if old.get(cell) != new.get(cell):
            seed, condition, arm, name = cell
            yield f"{name} of {arm} under {condition}, seed {seed}, was {old.get(cell)} and is {new.get(cell)}"
    committed = results.measured(found)
    for claim, row in zip(pair.claims, found["result"]["claims"], strict=False):
        if verdict.of_claim(claim, committed.scores(claim.measure) if hasattr(claim, "measure") else {}) != row:
            yield f"the claim {claim.id!r} judges the committed scores otherwise"
    if len(pair.claims) != len(found["result"]["claims"]):
        yield f"it has {len(pair.claims)} claims and had {len(found['result']['claims'])}"
    if _frame(figure and figure.as_json()) != _frame(found["figure"]):
        yield "its figure has another title, axis or set of curves"


def _cells(measured: Measured, seeds: list[int]) -> dict[tuple[int, str, str, str], float | None]:
    """(seed, condition, arm, measure) -> number, of these seeds; times are not numbers of the code, curves not committed."""
    return {
        (row["seed"], row["condition"], row["arm"], name): value
        for row in measured.rows
        if row["seed"] in seeds
        for name, value in row["values"].items()
        if not isinstance(value, list)
    }


def _frame(figure: Mapping | None) -> tuple | None:
    """What of a figure does not depend on the seeds."""
    if figure is None:
        return None
    more = [_frame(one) for one in figure.get("more", ())]
    return figure["title"], list(figure["series"]), list(figure["x"]), figure["log"], list(figure.get("levels", ())), more
