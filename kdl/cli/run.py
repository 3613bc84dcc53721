"""`kdl run`: list, show and delete recorded runs."""

from __future__ import annotations

import click

from kdl.cli import completion, render
from kdl.errors import UsageProblem


@click.group()
def command():
    """List, show and delete recorded runs.

    \b
    kdl run list
    kdl run show last
    kdl run delete 20260101-120000-lstm-1a2b
    """


@command.command("list")
@click.option("--limit", type=click.IntRange(1), help="Only the newest.")
@render.json_option
def list_(limit, as_json):
    """Every run, newest first.

    \b
    kdl run list
    kdl run list --limit 5 --json
    """
    from kdl.runs import record

    runs, bad = record.every()
    render.left_out(bad)
    rows = [row(run) for run in runs[:limit]]
    if as_json:
        render.emit({"schema": "kdl.runs/1", "runs": rows})
        return
    if not rows:
        render.say("No runs yet.")
        render.next_step("kdl train lstm")
        return
    from kdl.cli.show import run_record

    keys = ("id", "what", "task", "started", "score", "status")
    table = [
        {**one, "task": run.record.get("task"), "score": _score(run), "started": run_record.moment(one["started"])}
        for one, run in zip(rows, runs, strict=False)
    ]
    cells = [["-" if one[key] is None else one[key] for key in keys] for one in table]
    drop = {"started": 11, "what": 11, "task": 11}  # a run's id names its start and its model
    render.table(cells, head=("run", *keys[1:]), drop=drop)
    render.next_step(f"kdl run show {rows[0]['id']}")


@command.command()
@click.argument("name", metavar="RUN", shell_complete=completion.runs)
@render.json_option
def show(name, as_json):
    """What RUN was and what came of it. RUN is an id, the beginning of one, a folder, or `last`.

    \b
    kdl run show last
    """
    from kdl.cli.show import run_record
    from kdl.runs import record

    run = record.find(name)
    if as_json:
        render.emit({**run.record, **row(run), "metrics": run.rows()})
        return
    render.heading(f"{run.record['what']}: {run.record['status']}")
    run_record.show(run)
    if run.record["kind"] == "train":
        _curves(run)
        page = f"kdl report {run.typed} --open     its curves and configuration, as a page"
        render.next_step(run.record.get("command", "kdl run list"), page)
    else:
        _comparison(run)


@command.command()
@click.argument("name", metavar="RUN", shell_complete=completion.runs)
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(name, yes):
    """Move RUN into the trash folder beside the runs.

    \b
    kdl run delete last
    """
    from kdl.runs import record

    run = record.find(name)
    if run.record["status"] == "running":
        raise UsageProblem(f"{run.id} is still running.", fix=f"Stop process {run.record.get('pid')} first.")
    if not yes:
        if not render.interactive():
            raise UsageProblem("There is no terminal to ask on before a run is deleted.", fix=f"kdl run delete {run.id} --yes")
        click.confirm(f"Delete {run.id}?", abort=True)
    place = record.delete(run)
    render.say(f"Moved to {place}; delete that folder when you are sure.")
    render.next_step("kdl run list")


def row(run) -> dict:
    """One run as it stands in `kdl.runs/1`."""
    said = {key: run.record.get(key) for key in ("kind", "what", "status", "started")}
    return {"id": run.id, **said, "path": str(run.path), "seed": run.record.get("seed")}


def _score(run) -> str | None:
    """A training's score; a comparison's verdict."""
    if run.record["kind"] == "compare":
        return run.record.get("verdict")
    score = run.record.get("score")
    if score is None:
        return "diverged" if run.record["status"] == "done" and "score" in run.record else None
    return f"{score:.4f}"


def _comparison(run) -> None:
    """The table and the verdicts of a comparison, as far as it went."""
    import json

    from kdl import catalog
    from kdl.cli.show import pair_verdict
    from kdl.errors import NotFound
    from kdl.experiment import pair as pairs
    from kdl.experiment.measured import Measured

    try:
        pair = pairs.load(catalog.find_pair(run.record["what"]))
    except NotFound:
        render.next_step("kdl pair list     this pair is no longer there")
        return
    if rows := run.rows():
        render.say()
        pair_verdict.show_board(pair, Measured(rows))
    verdict = run.path / "verdict.json"
    if run.record["status"] == "done" and verdict.is_file():
        render.say()
        result = json.loads(verdict.read_text(encoding="utf-8"))
        pair_verdict.show_claims(pair, result)
        render.say()
        pair_verdict.show_arms(result)
    if run.record["status"] == "interrupted":
        render.next_step(f"kdl compare --resume {run.id}")
    else:
        render.next_step(f"kdl pair show {run.record['what']}")


def _curves(run) -> None:
    """The numbers of each epoch, drawn."""
    from kdl.report import terminal

    rows = run.rows()
    names = [name for name in (rows[0] if rows else {}) if name not in ("epoch", "step", "seconds")]
    for name in names if len(rows) > 1 else []:
        values = [float("nan") if row[name] is None else row[name] for row in rows]
        render.say()
        lines = terminal.curve(
            {name: values},
            title=f"{name} by epoch",
            width=render.width(72),
            height=8,
            x=(str(rows[0]["epoch"]), str(rows[-1]["epoch"])),
            ascii=render.ascii_only(),
        )
        for line in lines:
            render.say(line)
