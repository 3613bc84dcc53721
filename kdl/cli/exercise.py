"""`kdl exercise`: write code and have it judged."""

from __future__ import annotations

import sys

import click

from kdl.cli import exercise_grade, exercise_help, exercise_notebook, render
from kdl.cli import exercise_shared as shared
from kdl.errors import NOT_RIGHT, EnvironmentProblem, UsageProblem

LONG, SHORT = 60, 30  # columns that a title is given before another column is


@click.group()
def command():
    """Write code and have it judged.

    \b
    kdl exercise list
    kdl exercise start lstm-cell     makes the file that you edit
    kdl exercise check               judges it, and says why it is wrong
    """


# ---- commands --------------------------------------------------------------------------------------------------------


@command.command("list")
@render.json_option
def list_(as_json):
    """Every exercise, what it takes, and how far you are.

    \b
    kdl exercise list
    kdl exercise list --json
    """
    from kdl.grade import exercise

    known = exercise.exercises()
    states = shared.states(known)
    rows = [_row(one, states[one.id]) for one in known]
    render.left_out(exercise.problems())
    if as_json:
        render.emit({"schema": "kdl.exercises/1", "exercises": rows})
        return
    _table(rows)
    render.say()
    render.say("solved: a full pass; mastered: one without the last hint or the solution.")
    if rows:
        first = _goes_on(rows, shared.recent())
        render.next_step(shared.go_on(exercise.find(first["id"]), first["state"]))


def _goes_on(rows: list[dict], recent: str | None) -> dict:
    """The exercise to go on with: one that is begun, if possible the one touched last; else a new one; else any."""
    begun = shared.begun({row["id"]: row["state"] for row in rows}, recent)
    return min(rows, key=lambda row: (row["id"] != begun, row["state"] != "new"))


def _table(rows: list[dict]) -> None:
    """What does not fit beside the titles is left out, the least telling column first."""
    cells = {
        "exercise": [row["id"] for row in rows],
        "state": [row["state"] for row in rows],
        "difficulty": [f"{row['difficulty']} of 5" for row in rows],
        "time": [f"{row['minutes']} min" for row in rows],
        "steps": [str(row["steps"]) for row in rows],
        "runtime": [row["runtime"] for row in rows],
        "title": [row["title"] for row in rows],
    }
    drop = {"runtime": LONG, "steps": LONG, "difficulty": SHORT, "time": SHORT}
    render.table(zip(*cells.values(), strict=True), head=tuple(cells), drop=drop)


def _row(one, state: str) -> dict:
    """One exercise as it stands in `kdl.exercises/1`."""
    return {
        "id": one.id,
        "title": one.title,
        "unit": one.unit,
        "entries": list(one.entries),
        "runtime": one.runtime,
        "difficulty": one.difficulty,
        "minutes": one.minutes,
        "steps": len(one.steps),
        "mutants": len(one.mutants),
        "solutions": len(one.solutions),
        "state": state,
    }


@command.command()
@shared.name
def show(name):
    """Print what an exercise asks for. Without a NAME, that of the exercise you touched last.

    \b
    kdl exercise show lstm-cell
    """
    from kdl.cli.show import prose
    from kdl.store import attempts

    one = shared.chosen(name)
    prose.show(one.read("statement.md"))
    render.say()
    state = attempts.state_of(shared.log(one.id), one.version)
    render.fields(
        [
            ("state", state),
            ("difficulty", f"{one.difficulty} of 5, about {one.minutes} minutes"),
            ("topic", one.topic),
            (
                "steps",
                ", ".join(f"{step.id} ({step.weight} {'point' if step.weight == 1 else 'points'})" for step in one.steps),
            ),
            ("before it", ", ".join(one.prerequisites)),
        ]
    )
    render.next_step(shared.go_on(one, state))


@command.command()
@shared.name
@click.option("--workspace", "folder", type=click.Path(file_okay=False), help="Another folder than `kdl paths` names.")
@click.option("--edit", is_flag=True, help="Open the file in your editor.")
def start(name, folder, edit):
    """Make the file that you edit, with the task beside it. Without a NAME, that of the exercise you touched last.

    \b
    kdl exercise start lstm-cell
    kdl exercise start lstm-cell --edit
    """
    from pathlib import Path

    from kdl.grade import workspace

    one = shared.chosen(name)
    root = Path(folder).expanduser().absolute() if folder else None
    there = workspace.submission(one, root).exists()
    path = workspace.start(one, root)
    if there:
        render.say(f"Your file is there already, and stays as it is: {path}")
    else:
        shared.record("start", one)
        render.say(f"{one.title}: {len(one.steps)} steps, about {one.minutes} minutes.")
        render.say(f"  write   {path}")
        render.say(f"  read    {path.with_name(workspace.README)}")
    if edit:
        click.edit(filename=str(path))
    render.next_step(f"kdl exercise check {path if root else one.id}", f"kdl exercise hint {one.id}     when you are stuck")


@command.command()
@click.argument("target", required=False, metavar="[NAME|FILE]", shell_complete=shared.names)
@click.option("--exercise", "exercise_id", help="The exercise of a FILE whose folder does not say it.")
@click.option("--seed", type=click.IntRange(0), help="Repeat the inputs of an earlier check.")
@click.option("--verbose", is_flag=True, help="Show every case that failed, and everything that your code printed.")
@click.option("--format", "form", type=click.Choice(["exercism", "gradescope"]), help="Print results.json of another system.")
@render.json_option
@click.pass_context
def check(ctx, target, exercise_id, seed, verbose, form, as_json):
    """Judge your file: run it, compare, and say why it is wrong. Exit 0 only for a full pass, else 1.

    \b
    kdl exercise check                    the exercise you touched last
    kdl exercise check lstm-cell
    kdl exercise check my/lstm.py --exercise lstm-cell

    After a check that failed, the next one takes its inputs (its seed) again, so that what you mend is tried on the case
    that you were shown. When they all pass, fresh inputs must pass too, in the same check; the seed that is printed, also
    with --json, belongs to the verdict that is printed: that of the fresh inputs then. --seed turns this off.
    """
    from kdl.cli.show import exercise_verdict

    one, path = shared.target(target, exercise_id)
    if target in (None, one.id):
        shared.say_which(one, path)
    tell = None if as_json or form else exercise_verdict.progress
    if tell:
        exercise_verdict.starting(one)
    from kdl.grade import check as checks  # after the first word: it takes a moment

    verdict = checks.run(one, path, seed, first=_kept(one) if seed is None else None, on_step=tell)
    exercise_verdict.progress(None)
    review = _record_check(verdict)
    if form:
        from kdl.grade import export

        render.emit(export.FORMATS[form](one, verdict.result, verdict.output, verdict.seconds))
    elif as_json:
        render.emit(verdict.result)
    else:
        due, again = shared.when_due(one, review), shared.again(target, exercise_id, one)
        exercise_verdict.show(verdict, shared.log_or_nothing(one.id), again, verbose=verbose, due=due)
    ctx.exit(0 if verdict.status == "pass" else NOT_RIGHT)


@command.command()
@click.argument("target", required=False, metavar="[NAME|FILE]", shell_complete=shared.names)
@click.option("--exercise", "exercise_id", help="The exercise of a FILE whose folder does not say it.")
@click.option("--until-pass", is_flag=True, help="End after the first full pass.")
def watch(target, exercise_id, until_pass):
    """Judge your file at every save; Enter judges it again, Ctrl-C ends.

    \b
    kdl exercise watch lstm-cell
    kdl exercise watch                    the exercise you touched last
    """
    from kdl.cli.show import exercise_verdict
    from kdl.grade import watch as watching

    if not (until_pass or sys.stdin.isatty()):
        raise UsageProblem(
            "There is no terminal to watch from.",
            why="Without one, neither Enter nor Ctrl-C can be pressed, and this would never end.",
            fix="Add `--until-pass`, or use `kdl exercise check`.",
        )
    one, path = shared.target(target, exercise_id)
    if target in (None, one.id):
        shared.say_which(one, path)
    session = watching.Watch(one, path)
    try:
        while True:
            exercise_verdict.starting(one, ready=session.spare is not None)
            verdict = session.judge(first=_kept(one), on_step=exercise_verdict.progress)
            exercise_verdict.progress(None)
            review = _record_check(verdict)
            exercise_verdict.clear()
            due, again = shared.when_due(one, review), shared.again(target, exercise_id, one)
            exercise_verdict.show(verdict, shared.log_or_nothing(one.id), again, due=due)
            exercise_verdict.summary(verdict)
            if until_pass and verdict.status == "pass":
                return
            session.prepare()
            render.say(f"\nwatching {path}; save it, or press Enter, to judge again; Ctrl-C ends", err=True)
            _wait(session)
    except KeyboardInterrupt:
        render.say("\nNo longer watching.", err=True)
    finally:
        session.close()


def _wait(session) -> None:
    """Until the file is to be judged again; a file that is gone is waited for."""
    from kdl.cli.show import exercise_verdict
    from kdl.grade import watch as watching

    missing = 0
    while not session.look():
        pressed, there = exercise_verdict.pressed(watching.POLL_S), session.path.exists()
        if there and (pressed or missing >= watching.GONE):
            return
        missing = 0 if there else missing + 1
        if missing == watching.GONE:
            render.say("The file is gone; waiting for it.", err=True)


def _kept(one) -> int | None:
    """The seed of the last check, where it failed: its inputs come first."""
    from kdl.grade import ladder

    return ladder.kept_seed(one, shared.log_or_nothing(one.id))


def _record_check(verdict):
    """Write the check into the log; the verdict is worth more than its record, so a full disk only gets a warning.

    Returns:
        The review of the exercise's card, where the check was one.
    """
    try:
        return _record_row(verdict)
    except EnvironmentProblem as error:
        render.say(f"Not recorded: {error.what}", err=True)
        return None


def _record_row(verdict):
    return shared.record(
        "check",
        verdict.exercise,
        submission_sha256=verdict.source.sha256,
        seed=verdict.seed,
        status="stub" if verdict.unwritten else verdict.status,
        score=verdict.score,
        max_score=verdict.exercise.max_score,
        step=verdict.first_open and verdict.first_open.id,
        ms=round(verdict.seconds * 1000),
    )


_ELSEWHERE = (exercise_help.hint, exercise_help.solution, exercise_help.reset, exercise_notebook.notebook, exercise_grade.grade)

for one in _ELSEWHERE:
    command.add_command(one)
