"""`kdl exercise grade`: judge the files of a whole class."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from kdl.cli import exercise_shared as shared
from kdl.cli import render
from kdl.errors import OUR_BUG, NotFound, NothingToDo, UsageProblem


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--exercise", "exercise_id", shell_complete=shared.names, help="The exercise; else the name of DIR says it.")
@click.option("--files", "pattern", help="Where the files are in DIR: {id} is the student, * and **/ anything.")
@click.option("--out", type=click.Path(path_type=Path), help="Where the results go; else beside DIR, as DIR-grades.")
@click.option("--jobs", type=click.IntRange(1), help="Files at a time; else half as many as there are processors.")
@click.option("--seed", type=click.IntRange(0), help="Of the inputs, the same for all; else that of the last time.")
@click.option("--format", "formats", type=click.Choice(["exercism", "gradescope"]), multiple=True, help="Also write these.")
@click.option("--unsafe", is_flag=True, help="Grade even where no sandbox runs: only code that you trust.")
@render.json_option
@click.pass_context
def grade(ctx, folder, exercise_id, pattern, out, jobs, seed, formats, unsafe, as_json):
    """Judge the files of a class, in a sandbox. DIR is a folder or a zip, with zips inside if it so happens.

    \b
    kdl exercise grade lstm-cell                             files lstm-cell/ANN.py, lstm-cell/BEN/submission.py, ...
    kdl exercise grade week-3 --exercise lstm-cell --files "{id}_*/lstm.py"
    kdl exercise grade week-3.zip --exercise lstm-cell --format gradescope

    Writes a record and a page per student, a copy of what was graded, and grades.csv. Run it again after an interruption:
    what was graded by the same version is not graded again. Exit 0: every file was graded, however badly; exit 70: some
    file was not, because of us.
    """
    from kdl.grade import bulk, collect

    folder = Path(os.path.normpath(folder.absolute()))
    one = _exercise(folder, exercise_id)
    out = Path(os.path.normpath((out or folder.with_name(folder.name.removesuffix(".zip") + "-grades")).absolute()))
    if out == folder:
        raise UsageProblem("The results cannot lie among the submissions.", fix="Name another folder with --out.")
    sandbox = bulk.mode(one, unsafe=unsafe)
    found, notes = collect.submissions(folder, pattern, skip=out)
    for note in notes:
        render.say(f"left out: {render.visible(note, keep='')}", err=True)
    if all(file.wrong == collect.NO_FILE for file in found):
        raise NothingToDo(f"No Python file was found in {folder}.", fix="Say with --files where they are.")
    seed = _seed(out, one.id, seed)
    jobs = jobs or max(1, (os.cpu_count() or 2) // 2)
    rows = bulk.grade(one, found, out, seed=seed, sandbox=sandbox, jobs=jobs, told=_told)
    for name in formats:
        _export(one, rows, out, name)
    trouble = sum(row["status"] == bulk.TROUBLE for row in rows)
    _show(one, rows, out, sandbox, formats, as_json)
    if not as_json:
        again = "try again what has no grade" if trouble else "after new files came: what is graded stays"
        render.next_step(f"kdl exercise grade {folder} --exercise {one.id} --out {out}     {again}")
    ctx.exit(OUR_BUG if trouble else 0)


def _exercise(folder: Path, exercise_id: str | None):
    """The exercise that a class has solved: as it is told, or as the folder is called."""
    from kdl.grade import exercise

    if not folder.exists():
        raise NotFound("folder", str(folder), (), fix="Give the folder, or the zip, that holds the submissions.")
    name = exercise_id or folder.name.removesuffix(".zip")
    if exercise_id or name in {one.id for one in exercise.exercises()}:
        return exercise.find(name)
    raise UsageProblem(
        f"{folder} does not say which exercise its files belong to.",
        why="It is not named after one.",
        fix="Add `--exercise NAME`; `kdl exercise list` shows the names.",
    )


def _seed(out: Path, exercise_id: str, wanted: int | None) -> int:
    """The seed of this class: kept beside the results, so that every run gives every student the same inputs."""
    from kdl import paths
    from kdl.grade import check
    from kdl.runs import record

    file = out / "grading.json"
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["exercise"] != exercise_id:
            raise UsageProblem(f"{out} holds grades of {kept['exercise']}.", fix="Name another folder with --out.")
        seed = int(kept["seed"]) if wanted is None else wanted
    except (OSError, ValueError, KeyError, TypeError):
        seed = check.new_seed() if wanted is None else wanted
    record.write_json(paths.made(out) / file.name, {"schema": "kdl.grading-run/1", "exercise": exercise_id, "seed": seed})
    return seed


def _told(row: dict, again: bool) -> None:
    """One line a file, on stderr, as it is done."""
    result = row["result"]
    score = f"{result['score']} of {result['max_score']}" if result else row["message"]
    score += f" ({result['reason']})" if result and result["reason"] else ""
    student, score = (render.visible(text, keep="") for text in (row["student"], score))  # the names are the students' own
    render.say(f"{row['status'].ljust(7)}  {student}  {score}{'  (graded before)' if again else ''}", err=True)


def _export(one, rows: list[dict], out: Path, name: str) -> None:
    """`results.json` of another system, in a folder of its own for each student."""
    from kdl import paths
    from kdl.grade import bulk, export
    from kdl.runs import record

    for row in rows:
        if row["result"]:
            said = export.FORMATS[name](one, row["result"], row["output"], row["seconds"])
            record.write_json(paths.made(out / name / bulk.safe_name(row["student"])) / "results.json", said)


def _show(one, rows: list[dict], out: Path, sandbox: str, formats: tuple[str, ...], as_json: bool) -> None:
    counts = {
        status: sum(row["status"] == status for row in rows) for status in ("pass", "fail", "error", "missing", "trouble")
    }
    if as_json:
        seed = rows[0]["seed"]
        said = {"exercise": one.id, "seed": seed, "sandbox": sandbox, "out": str(out), "counts": counts}
        render.emit({"schema": "kdl.grades/1", **said, "grades": rows})
        return
    render.heading(f"{one.title}: {len(rows)} submissions   (seed {rows[0]['seed']}, sandbox {sandbox})")
    render.say(", ".join(f"{number} {status}" for status, number in counts.items() if number))
    render.fields([("grades", out / "grades.csv"), ("results", out / "results"), ("evidence", out / "evidence")])
    render.fields([(name, out / name) for name in formats])
