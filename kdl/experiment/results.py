"""The committed results: one JSON file for each pair, with what it was measured on and what it depends on.

Reading needs no Keras, so `kdl pair list`, the topics and the quiz can show verdicts at once.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

from kdl import catalog, paths
from kdl.catalog import PACKAGE
from kdl.errors import BadContent, UsageProblem
from kdl.experiment.digest import digest, of_pair
from kdl.experiment.measured import Figure, Measured
from kdl.runs.record import Run, write_text

SCHEMA = "kdl.pair-result/1"
FOLDER = PACKAGE / "pairs" / "results"
FIELDS = ("schema", "pair", "date", "device", "versions", "digest", "seconds", "scores", "figure", "result")


def path_of(card: catalog.PairCard, folder: Path = FOLDER) -> Path:
    return folder / f"{card.id}.json"


def load(card: catalog.PairCard, folder: Path = FOLDER) -> dict | None:
    """The committed result of a pair, with the keys of FIELDS; None where no full run was recorded.

    `result` is the `kdl.verdict/1` object of that run, `scores` what each seed scored, `figure` the data of its signature
    figure. Results that were recorded before these were kept lack two more keys: `curves`, the `fingerprint` of each row's
    curves as arm -> condition -> in the order of the seeds, and `pair_digest`, of the code of the pair's own file. One that
    was renewed has `renewed` as well, an entry for each time: which seeds were run again by changed code, with equal numbers.

    Raises:
        BadContent: the file is damaged or belongs to another pair.
    """
    path = path_of(card, folder)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise BadContent(path, getattr(error, "lineno", 1), f"is not JSON: {error}") from error
    missing = [name for name in FIELDS if name not in found] if isinstance(found, dict) else FIELDS
    if missing or found["schema"] != SCHEMA or found["pair"] != card.id:
        raise BadContent(
            path, 1, f"is not the result of {card.id}", fix=f"Record it again with `kdl compare {card.id} --record`."
        )
    if isinstance(found.get("renewed"), dict):  # written when only the last one was kept
        found["renewed"] = [found["renewed"]]
    return found


def stale(card: catalog.PairCard, folder: Path = FOLDER) -> bool:
    """Did code or data change since the committed run? False where there is none."""
    found = load(card, folder)
    return found is not None and found["digest"] != digest(card)


def verdict_of(card: catalog.PairCard, folder: Path = FOLDER) -> tuple[dict | None, bool]:
    """The committed `kdl.verdict/1` object of a pair, or None, and whether it is stale."""
    found = load(card, folder)
    return (found["result"], stale(card, folder)) if found else (None, False)


def save(card: catalog.PairCard, run: Run, figure: Figure | None, folder: Path = FOLDER) -> Path:
    """Commit a finished full run as the result of its pair.

    Raises:
        UsageProblem: the run is not finished, not complete, or this process began with other code than the run.
        BadContent: an arm gave a measure for some of the seeds only.
    """
    result = json.loads((run.path / "verdict.json").read_text(encoding="utf-8")) if run.record.get("status") == "done" else None
    if result is None or not result["complete"]:
        raise UsageProblem(f"{run.id} is not a full run: every claim needs 10 seeds.", fix=f"`kdl compare {card.id} --record`")
    if run.record["digest"] != digest(card):
        raise UsageProblem(f"The code of {card.id} has changed since {run.id} began.", fix=f"`kdl compare {card.id} --record`")
    measured = Measured(run.rows())
    scores = _by_arm(measured, result["seeds"])
    for name, arm, condition in _with_gaps(scores, len(result["seeds"])):
        raise BadContent(card.path, 1, f"the arm {arm} gave {name} under {condition} for some of the seeds only")
    found = {
        "schema": SCHEMA,
        "pair": card.id,
        "date": run.record["finished"][:10],
        "device": result["device"],
        "versions": run.record["versions"],
        "digest": run.record["digest"],
        "seconds": round(sum(row["seconds"] for row in measured.rows), 1),
        "scores": scores,
        "figure": figure and figure.as_json(),
        "result": {**result, "run": None},
        "curves": _curves(measured, result["seeds"]),
        "pair_digest": of_pair(card),
    }
    path = path_of(card, folder)
    write_text(paths.made(folder) / path.name, compact(found) + "\n")
    return path


def measured(found: dict) -> Measured:
    """The rows of a committed result, without their curves."""
    rows: dict = {}
    for name, arms in found["scores"].items():
        for arm, conditions in arms.items():
            for condition, scores in conditions.items():
                for seed, score in zip(found["result"]["seeds"], scores, strict=True):
                    empty = {"seed": seed, "condition": condition, "arm": arm, "values": {}, "seconds": 0.0}
                    row = rows.setdefault((seed, condition, arm), empty)
                    if name == "seconds":
                        row["seconds"] = score
                    else:
                        row["values"][name] = score
    return Measured(list(rows.values()))


def _by_arm(measured: Measured, seeds: list[int]) -> dict:
    """measure -> arm -> condition -> the scores in the order of the seeds, times too; curves are left out."""
    table: dict = {}
    for row in sorted(measured.rows, key=lambda row: seeds.index(row["seed"])):
        for name, value in {**row["values"], "seconds": row["seconds"]}.items():
            if not isinstance(value, list):
                table.setdefault(name, {}).setdefault(row["arm"], {}).setdefault(row["condition"], []).append(value)
    return table


def _with_gaps(scores: Mapping, count: int) -> list[tuple[str, str, str]]:
    """(measure, arm, condition) of what has not a score for every seed."""
    cells = (
        (name, arm, where, found) for name, arms in scores.items() for arm, at in arms.items() for where, found in at.items()
    )
    return [(name, arm, condition) for name, arm, condition, found in cells if len(found) != count]


def fingerprint(values: Mapping) -> str:
    """What tells whether the curves of a row are the same: the first 16 hex digits of the sha256 of their numbers."""
    curves = {name: value for name, value in values.items() if isinstance(value, list)}
    return hashlib.sha256(json.dumps(curves, sort_keys=True).encode()).hexdigest()[:16]


def _curves(measured: Measured, seeds: list[int]) -> dict:
    """arm -> condition -> the fingerprints of the rows in the order of the seeds."""
    table: dict = {}
    for row in sorted(measured.rows, key=lambda row: seeds.index(row["seed"])):
        table.setdefault(row["arm"], {}).setdefault(row["condition"], []).append(fingerprint(row["values"]))
    return table


def compact(value) -> str:
    """Indented JSON with each list of numbers on one line, so that a diff of two results can be read."""
    text = json.dumps(value, indent=1, allow_nan=False)
    return re.sub(r"\[[^\[\]{}\"]*\]", lambda found: re.sub(r"\s+", " ", found[0]).replace("[ ", "[").replace(" ]", "]"), text)
