"""Run a pair: every arm at every condition with every seed, one row on disk after each, then the verdicts.

The order is seed by seed, and the arms take turns, so that a run that was stopped early is balanced and the arms' times
are measured side by side. A stopped run goes on where it was and ends with the same numbers: a row is a pure function
of (code, arm, condition, seed).
"""

from __future__ import annotations

import contextlib
import math
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kdl import __version__, catalog
from kdl.errors import Interrupted, NotFound, UsageProblem
from kdl.experiment import fairness, verdict
from kdl.experiment import pair as pairs
from kdl.experiment.digest import digest
from kdl.experiment.measured import Measured
from kdl.experiment.pair import Pair
from kdl.experiment.statistics import MOST
from kdl.runs import record
from kdl.runs.record import Run

SCHEMA = "kdl.verdict/1"
SEEDS = range(verdict.NEEDED)


@dataclass(frozen=True)
class Progress:
    """Where a run stands; sent before each measurement (`row` is None) and after it.

    Attributes:
        done, total: measurements.
        seed, condition, arm: the one that begins or has ended.
        row: what it gave.
        measured: everything so far.
    """

    done: int
    total: int
    seed: int
    condition: str
    arm: str
    row: dict | None
    measured: Measured


def run_pair(
    card: catalog.PairCard,
    seeds: Iterable[int] = SEEDS,
    *,
    conditions: Sequence[str] | None = None,
    on_event: Callable[[Progress], None] | None = None,
    folder: Path | None = None,
    resume: Run | None = None,
    prediction: str | None = None,
    batch: str | None = None,
) -> dict:
    """Measure a pair and judge its claims.

    Args:
        card: the pair.
        seeds: 1 to 20 different numbers, evaluated in this order. Tuning seeds (1000 and up) must not be among them.
        conditions: leave out the others; claims that need them then have no verdict.
        on_event: called with the progress before and after each measurement.
        folder: where to put the run; default among the learner's runs.
        resume: a run of this pair that was stopped, or that is to grow; its rows are kept, and its verdict never comes
            to stand on fewer seeds or conditions than it has.
        prediction: id of the learner's prediction that this run settles, kept in its record.
        batch: id that the runs of several pairs share, kept in its record.

    Returns:
        The `kdl.verdict/1` object, which is also written to verdict.json in the run's folder.

    Raises:
        UsageProblem: no seeds, too many, or a run that cannot be resumed.
        NotFound: an unknown condition.
        Interrupted: Ctrl-C; the rows are saved.
    """
    pair, seeds = pairs.load(card), list(dict.fromkeys(seeds))
    chosen = _chosen(pair, conditions)
    if resume:
        _check(resume, card)
        seeds, chosen = _grown(pair, resume, seeds, chosen)
    if pair.conditions and not 1 <= len(seeds) <= MOST:
        raise UsageProblem(
            f"A comparison takes 1 to {MOST} seeds, not {len(seeds)}.", why="The exact test looks at all 2^n signs."
        )
    if resume:
        resume.begin(seeds=seeds, conditions=chosen)
    run = resume or _begun(card, seeds, chosen, folder, prediction=prediction, batch=batch)
    with _accounted(run):
        run.mend()
        rows = _measured(pair, run, _plan(pair, seeds, chosen), on_event or (lambda progress: None))
        return _finished(pair, run, Measured(rows), chosen)


@contextlib.contextmanager
def _accounted(run: Run) -> Iterator[None]:
    """However it ends inside, the run's record says so."""
    try:
        yield
    except KeyboardInterrupt as stop:
        run.give_up("interrupted")
        raise Interrupted(
            f"Stopped. {len(run.rows())} measurements are saved in {run.path}.",
            fix=f"Go on with `kdl compare --resume {run.typed}`.",
        ) from stop
    except BaseException as error:
        run.give_up(error=f"{type(error).__name__}: {error}")
        raise


def _chosen(pair: Pair, conditions: Sequence[str] | None) -> list[str]:
    for name in conditions or ():
        if name not in pair.conditions:
            raise NotFound("condition", name, pair.conditions, fix=f"{pair.card.id} has: {', '.join(pair.conditions)}.")
    return [name for name in pair.conditions if conditions is None or name in conditions]


def _plan(pair: Pair, seeds: Sequence[int], conditions: Sequence[str]) -> list[tuple[int, str, str]]:
    """(seed, condition, arm) in the order of the run; which arm goes first changes from seed to seed."""
    arms = list(pair.arms)
    turns = [arms if number % 2 == 0 else arms[::-1] for number in range(len(seeds))]
    return [(seed, condition, arm) for seed, turn in zip(seeds, turns, strict=True) for condition in conditions for arm in turn]


def _begun(card: catalog.PairCard, seeds: Sequence[int], conditions: Sequence[str], folder: Path | None, **said) -> Run:
    plan = {"seeds": list(seeds), "conditions": list(conditions), **said}
    return record.create("compare", card.id, seed=None, folder=folder, digest=digest(card), **plan)


def _check(run: Run, card: catalog.PairCard) -> None:
    """Can this run of `card` go on?"""
    if run.record.get("what") != card.id:
        raise UsageProblem(f"{run.id} is not a run of {card.id}.", fix="`kdl run list` shows which run is what.")
    if run.record.get("digest") != digest(card):
        raise UsageProblem(
            f"{run.id} cannot go on: the code that its numbers depend on has changed since.",
            fix=f"Start anew: `kdl compare {card.id}`.",
        )


def _grown(pair: Pair, run: Run, seeds: Sequence[int], conditions: Sequence[str]) -> tuple[list[int], list[str]]:
    """The seeds and conditions that a run has rows of, and the new ones."""
    rows = run.rows()
    known = {row["condition"] for row in rows}
    return (
        list(dict.fromkeys([*(row["seed"] for row in rows), *seeds])),
        [name for name in pair.conditions if name in known or name in conditions],
    )


def _measured(pair: Pair, run: Run, plan: Sequence[tuple[int, str, str]], tell: Callable[[Progress], None]) -> list[dict]:
    """All rows of the plan: those on disk, then the missing ones, each written as soon as it is there."""
    rows = {(row["seed"], row["condition"], row["arm"]): row for row in run.rows()}
    for cell in plan:
        if cell in rows:
            continue
        done = sum(other in rows for other in plan)
        tell(Progress(done, len(plan), *cell, None, Measured(list(rows.values()))))
        rows[cell] = _measure(pair, *cell)
        run.log(**rows[cell])
        tell(Progress(done + 1, len(plan), *cell, rows[cell], Measured(list(rows.values()))))
    return [rows[cell] for cell in plan]


def _measure(pair: Pair, seed: int, condition: str, arm: str) -> dict:
    start = time.perf_counter()
    values = dict(_plain(pair.arms[arm](seed, condition)))
    taken, said = time.perf_counter() - start, values.pop("seconds", None)
    seconds = taken if said is None else said  # an arm says those of its training, 0 where that was done before
    return {"seed": seed, "condition": condition, "arm": arm, "values": values, "seconds": round(seconds, 3)}


def _plain(values: dict) -> Iterator[tuple[str, float | list | None]]:
    """Numbers as JSON has them: None for what is not finite. Curves keep eight significant digits."""
    for name, value in values.items():
        if isinstance(value, list | tuple):
            yield name, [float(f"{one:.8g}") if math.isfinite(one) else None for one in value]
        else:
            yield name, float(value) if math.isfinite(value) else None


def _finished(pair: Pair, run: Run, measured: Measured, conditions: Sequence[str]) -> dict:
    device, versions = _ground(pair)
    judged = [verdict.of_claim(claim, _scores(claim, measured)) for claim in pair.claims]
    made = _made(pair, conditions)
    first = next(iter(made.values()), {})
    result = {
        "schema": SCHEMA,
        "pair": pair.card.id,
        "complete": verdict.complete(judged),
        "seeds": measured.seeds(),
        "device": device,
        "run": run.id,
        "arms": [_arm(name, pair, first.get(name), measured) for name in pair.arms],
        "fairness": _fairness(pair, made, conditions),
        "claims": judged,
        "verdict": verdict.of_pair(judged),
    }
    record.write_json(run.path / "verdict.json", result)
    run.finish("done", device=device, versions=versions, verdict=result["verdict"], seeds=result["seeds"])
    return result


def _ground(pair: Pair) -> tuple[str | None, dict]:
    """Device and versions that the numbers depend on; without Keras, and without a device, for a table for deciding."""
    if not pair.computes:
        return None, {"kdl": __version__, "python": platform.python_version()}
    from kdl import backend

    return backend.device(), backend.versions()


def _scores(claim, measured: Measured) -> dict:
    return measured.scores(claim.measure) if hasattr(claim, "measure") else {}


def _made(pair: Pair, conditions: Sequence[str]) -> dict[str, dict[str, fairness.Arm]]:
    """Condition -> what the arms are made of there; without those under which one of them cannot say it."""
    found = {}
    for condition in conditions:
        arms = {name: arm.described(condition) for name, arm in pair.arms.items() if hasattr(arm, "described")}
        if len(arms) > 1 and None not in arms.values():
            found[condition] = arms
    return found


def _arm(name: str, pair: Pair, made: fairness.Arm | None, measured: Measured) -> dict:
    """Size, work and time of an arm, at the first condition; `ratio` is its time as a multiple of the first arm's."""
    return {
        "id": name,
        "params": made and made.params,
        "multiply_adds": made and made.multiply_adds,
        "memory": made and made.memory,
        "seconds": round(measured.seconds(name), 1),
        "ratio": measured.time_ratio(name, next(iter(pair.arms))),
    }


def _fairness(pair: Pair, made: Mapping[str, Mapping[str, fairness.Arm]], conditions: Sequence[str]) -> dict | None:
    """What differs between the arms, as far as they can be looked into; `at`: of several conditions, the one of `arms`."""
    said = {name: pair.conditions[name] for name in conditions}
    rates = {where: fairness.tuned(made[name]) if name in made else _rates(pair, name) for name, where in said.items()}
    lines = fairness.told({said[name]: arms for name, arms in made.items()}, rates, list(said.values()))
    if not lines:
        return None
    found = {name: fairness.differences(arms) for name, arms in made.items()}
    warnings = [fairness.warning(differ, pair.differs) for differ in found.values()]
    return {
        "differ": list(dict.fromkeys(what for differ in found.values() for what in differ)),
        "told": lines,
        "warning": next((text for text in warnings if text), None),
        "at": next((said[name] for name in made), None) if len(said) > 1 else None,
    }


def _rates(pair: Pair, condition: str) -> list[float | None]:
    return [arm.rate(condition) if hasattr(arm, "rate") else None for arm in pair.arms.values()]
