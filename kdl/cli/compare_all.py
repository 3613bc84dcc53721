"""`kdl compare --all`: every pair, or every pair of a unit, in a process for each unit; stopped ones go on.

A process of its own per unit gives its memory back, and one that fails does not take the others with it. The runs of one
`--all` share a batch, kept in their records, by which `--resume` knows what is measured already. With `--renew` a pair is
done when its result is not stale; a result that is refused leaves the others to be tried, and the command fails at its end.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import click

from kdl.cli import render
from kdl.errors import INTERRUPTED, Interrupted, NotFound, UsageProblem

PATIENCE = 10  # seconds that a unit gets to stop after Ctrl-C before it is told again


def every(unit: int | None, batch: str | None, options: list[str], *, seeds: int | None, as_json: bool) -> None:
    """Run the units one after the other, each in a process of its own, and tell the time of each and the total.

    Args:
        unit: only this one.
        batch: the id of a batch to go on with, or "last"; None for a new one.
        options: of `kdl compare`, which every unit gets.
        seeds: as asked for; None for those of the batch, or the default.
    """
    units = _units(unit)
    batch, seeds = _batch(batch, seeds)
    ours = [*(["--unit", str(unit)] if unit is not None else []), *options]
    again = " ".join(["kdl compare --all --resume", batch, *ours])
    options = [*options, *(["--seeds", str(seeds)] if seeds else []), *(["--json"] if as_json else [])]
    results, times, failed = [], [], []
    for number, names in units.items():
        if not as_json:
            render.heading(f"Unit {number}: {', '.join(names)}")
        began = time.monotonic()
        code, said = _run([*options, "--unit", str(number), "--batch", batch], again, as_json)
        times.append((f"unit {number}", time.monotonic() - began))
        failed += [(number, code)] if code else []
        results += json.loads(said)["verdicts"] if said else []
    if as_json:
        render.emit({"schema": "kdl.verdicts/1", "verdicts": results})
    else:
        render.say()
        total = sum(taken for _, taken in times)
        render.fields([*((name, render.seconds(taken)) for name, taken in times), ("total", render.seconds(total))])
    if failed:
        for number, code in failed:
            render.say(f"Unit {number} failed (exit {code}); what it said stands above.", err=True)
        begun = _rows_of(batch)  # where every pair was refused before it ran, there is nothing to go on with
        again = again if begun else " ".join(["kdl compare --all", *ours, *(["--seeds", str(seeds)] if seeds else [])])
        render.say(f"{'What is measured is kept. ' if begun else ''}Go on with `{again}`.", err=True)
        click.get_current_context().exit(failed[0][1])
    if not as_json:
        render.next_step("kdl pair list     every pair and its committed verdict")


def _units(unit: int | None) -> dict[int, list[str]]:
    """Unit -> the pairs of it, in order."""
    from kdl import catalog

    found: dict[int, list[str]] = {}
    for card in catalog.pairs().values():
        found.setdefault(card.unit, []).append(card.id)
    if unit is not None and unit not in found:
        raise NotFound("pair of unit", str(unit), {str(number) for number in found}, fix="`kdl pair list`")
    return {number: found[number] for number in sorted(found) if unit in (None, number)}


def _batch(wanted: str | None, seeds: int | None) -> tuple[str, int | None]:
    """The id of a new batch, or of the one to go on with and how many seeds it has."""
    import datetime
    import secrets

    from kdl.runs import record

    if wanted is None:
        return f"all-{datetime.datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}", seeds
    known = [run.record for run in record.every()[0] if run.record.get("batch")]
    name = known[0]["batch"] if wanted == "last" and known else wanted
    ours = [one for one in known if one["batch"] == name]
    if not ours:
        raise NotFound("batch", wanted, {one["batch"] for one in known}, fix="Start one: `kdl compare --all --seeds 2`.")
    return name, seeds or max(len(one["seeds"]) for one in ours) or None


def _rows_of(batch: str) -> bool:
    """Was anything measured in a batch?"""
    from kdl.runs import record

    return any(run.record.get("batch") == batch for run in record.every()[0])


def _run(options: list[str], again: str, as_json: bool) -> tuple[int, str]:
    """One unit, as a process of its own: its exit code, and what it printed where that is JSON."""
    command = [sys.executable, "-m", "kdl", "compare", "--all", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE if as_json else None, text=True) as child:
        try:
            said, _ = child.communicate()
        except KeyboardInterrupt:  # a terminal sends it to the child as well
            try:
                child.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGINT)
                child.wait()
    if child.returncode == INTERRUPTED or child.returncode == -signal.SIGINT:
        raise Interrupted("Stopped. What is measured is saved.", fix=f"Go on with `{again}`.")
    return child.returncode, said or ""


def unit_of(batch: str, unit: int, seeds: int | None, compare, *, as_json: bool, renew: bool) -> None:
    """The pairs of one unit, in this process.

    Args:
        compare: `compare(card, run)` measures and shows a pair, going on with `run` where it is not None.
        renew: whether results are renewed.

    Raises:
        UsageProblem: a result could not be renewed; every pair was tried.
    """
    from kdl import catalog
    from kdl.experiment.results import stale

    results, refused = [], []
    for name in _units(unit)[unit]:
        card = catalog.find("pair", name)
        run = _begun(card, batch)
        if run is not None and _whole(run, seeds or 0) and not (renew and stale(card)):
            render.say(f"{card.id}: measured already, {run.path}", err=True)
            results.append(json.loads((run.path / "verdict.json").read_text(encoding="utf-8")))
            continue
        try:
            with render.guided():
                results.append(compare(card, run))
        except UsageProblem as problem:
            if not renew:
                raise
            refused.append(name)
            render.say(f"{name}: {problem}", err=True)
    if as_json:
        render.emit({"schema": "kdl.verdicts/1", "verdicts": results})
    if refused:
        raise UsageProblem(f"Not renewed: {', '.join(refused)}.", fix=f"As `kdl compare {refused[0]} --record`.")


def _whole(run, seeds: int) -> bool:
    """Was everything measured? A pair that only counts has no conditions, and no seeds."""
    said = run.record
    return said["status"] == "done" and (not said["conditions"] or len(said["seeds"]) >= seeds)


def _begun(card, batch: str):
    """The run of a pair in a batch, if its code is still the same."""
    from kdl.experiment.digest import digest
    from kdl.runs import record

    ours = [run for run in record.every()[0] if (run.record.get("batch"), run.record["what"]) == (batch, card.id)]
    return next((run for run in ours if run.record.get("digest") == digest(card)), None)


def refuse(names, out, predict, conditions) -> None:
    """What makes no sense for every pair at once."""
    if names or out or predict is not None or conditions:
        raise UsageProblem(
            "--all runs every pair; it takes no pair, no --out, no --predict and no --condition.",
            fix="kdl compare --all --seeds 2 --no-predict",
        )
