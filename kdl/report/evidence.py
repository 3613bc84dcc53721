"""What a page about a pair stands on: the committed result, or a run of the learner's own, read and checked."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kdl import catalog
from kdl.errors import BadContent, NotFound, UsageProblem
from kdl.experiment import pair as pairs
from kdl.experiment import results, verdict
from kdl.experiment.digest import digest
from kdl.experiment.measured import Measured
from kdl.experiment.pair import Pair
from kdl.runs.record import Run

_ROW = {"seed": int, "condition": str, "arm": str, "values": dict, "seconds": int | float}
_CLAIM = ("id", "kind", "a", "b", "condition", "mean", "low", "high", "p", "wins", "n", "smallest", "verdict")


@dataclass(frozen=True)
class Evidence:
    """What was measured of a pair, and what it says.

    Attributes:
        result: a `kdl.verdict/1` object.
        measured: the rows; those of a committed result have no curves.
        figure: the signature figure as `Figure.as_json` returns it; None where there is none.
        date: the day on which it was finished, or begun where it was not; ISO.
        device, versions, seconds: where and how long.
        stale: code or data that it depends on has changed since.
        renewed: of a committed result that changed code was found to give: {"date", "seeds"} of those that ran again last.
        run: the run; None for a committed result.
        status: of the run, as its record says; "done" for a committed result.
    """

    result: Mapping
    measured: Measured
    figure: Mapping | None
    date: str
    device: str | None
    versions: Mapping
    seconds: float
    stale: bool
    renewed: Mapping | None = None
    run: Run | None = None
    status: str = "done"


def committed(pair: Pair) -> Evidence | None:
    """The committed result of a pair; None where no full run was recorded.

    Raises:
        BadContent: the file is damaged.
    """
    found = results.load(pair.card)
    if found is None:
        return None
    with _sound(results.path_of(pair.card), f"Record it again with `kdl compare {pair.card.id} --record`."):
        return Evidence(
            result=_checked(found["result"]),
            measured=results.measured(found),
            figure=_drawable(found["figure"]),
            date=found["date"],
            device=found["device"],
            versions=dict(found["versions"]),
            seconds=float(found["seconds"]),
            stale=results.stale(pair.card),
            renewed=next(reversed(found.get("renewed", ())), None),
        )


def of_run(run: Run) -> tuple[Pair, Evidence]:
    """The pair of a comparison's run, and what it gave so far.

    Raises:
        UsageProblem: its pair is no longer there.
        BadContent: one of its files is damaged.
    """
    try:
        pair = pairs.load(catalog.find_pair(run.record["what"]))
    except NotFound as error:
        raise UsageProblem(f"{run.id} is a run of {run.record['what']}, a pair that is no longer there.") from error
    fix = f"Delete it with `kdl run delete {run.typed}`." if run.among_ours else f"Delete the folder {run.path}."
    with _sound(run.path / "metrics.jsonl", fix):
        measured = Measured([_row(row) for row in run.rows()])
        for row in measured.rows:
            if row["arm"] not in pair.arms or row["condition"] not in pair.conditions:
                raise ValueError(f"{pair.card.id} has no arm {row['arm']!r} under the condition {row['condition']!r}")
    with _sound(run.path / "verdict.json", fix):
        result = _verdict(run, pair, measured)
    seconds = sum(row["seconds"] for row in measured.rows)
    said = run.record
    return pair, Evidence(
        result=result,
        measured=measured,
        figure=_figure(pair, measured),
        date=(said.get("finished") or said["started"])[:10],
        device=said.get("device"),
        versions=said.get("versions") or {},
        seconds=round(seconds, 1),
        stale=said.get("digest") != digest(pair.card),
        run=run,
        status=said["status"],
    )


def _verdict(run: Run, pair: Pair, measured: Measured) -> dict:
    """What the run found at its end; where it has not come to one, the claims judged by the rows that are there."""
    path = run.path / "verdict.json"
    if run.record["status"] == "done" and path.is_file():
        return _checked(json.loads(path.read_text(encoding="utf-8")))
    claims = [claim for claim in pair.claims if hasattr(claim, "measure")]
    judged = [verdict.of_claim(claim, measured.scores(claim.measure)) for claim in claims]
    return {
        "complete": False,
        "seeds": measured.seeds(),
        "arms": [{"id": arm, "seconds": round(measured.seconds(arm), 1)} for arm in pair.arms],
        "fairness": None,
        "claims": [{**row, "verdict": None} for row in judged],
        "verdict": None,
    }


def _figure(pair: Pair, measured: Measured) -> Mapping | None:
    figure = pair.figure(measured) if measured.rows else None
    return figure and _drawable(figure.as_json())


# ---- checks ----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _sound(path: Path, fix: str) -> Iterator[None]:
    """Inside, what does not look as it should is told as the fault of one file."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        why = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise BadContent(path, 1, f"is damaged: {why}", fix=fix) from error


def _row(row: Mapping) -> Mapping:
    for name, kind in _ROW.items():
        if not isinstance(row.get(name), kind):
            raise ValueError(f"a measurement has no {name}")
    return row


def _checked(result: Mapping) -> Mapping:
    """A `kdl.verdict/1` object with everything that a page looks at."""
    for name in ("complete", "seeds", "arms", "claims", "verdict"):
        if name not in result:
            raise ValueError(f"the verdict has no {name}")
    for row in result["claims"]:
        missing = [name for name in _CLAIM if name not in row]
        if missing:
            raise ValueError(f"the claim {row.get('id')!r} has no {missing[0]}")
    return result


def _drawable(figure: Mapping | None) -> Mapping | None:
    """A figure whose curves hold numbers; None where there is nothing to draw."""
    if figure is None:
        return None
    if not isinstance(figure["message"], str) or not isinstance(figure["title"], str) or len(figure["x"]) != 2:
        raise ValueError("the figure has no title, message and ends")
    for values in figure["series"].values():
        if not all(value is None or isinstance(value, int | float) for value in values):
            raise ValueError("a curve of the figure holds what is no number")
    across = figure.get("across", {})
    if across and {name: len(values) for name, values in across.items()} != {
        name: len(values) for name, values in figure["series"].items()
    }:
        raise ValueError("the points of the figure are not pairs")
    if not all(value is None or isinstance(value, int | float) for values in across.values() for value in values):
        raise ValueError("a point of the figure is no number")
    edges = [edge for both in figure.get("spread", {}).values() for edge in both]
    if not all(value is None or isinstance(value, int | float) for edge in edges for value in edge):
        raise ValueError("the spread of a curve holds what is no number")
    if not all(isinstance(value, int | float) for value in figure.get("levels", {}).values()):
        raise ValueError("a line across the figure is no number")
    known = [value for values in figure["series"].values() for value in values if value is not None]
    more = [one for one in map(_drawable, figure.get("more", ())) if one]
    return {**figure, "more": more} if known and more else figure if known else None
