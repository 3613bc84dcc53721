"""`kdl quiz set` and `kdl quiz fit`: how much to remember, how much a day, and weights learned from one's own answers."""

from __future__ import annotations

from dataclasses import asdict

import click

from kdl.cli import render
from kdl.cli.quiz_cards import now_of, opened
from kdl.errors import EnvironmentProblem, NothingToDo, UsageProblem, install_line

NAMES = ("retention", "max-due")


def add_to(group: click.Group) -> None:
    """Make them subcommands of `kdl quiz`."""
    for one in (set_, fit):
        group.add_command(one)


# ---- settings --------------------------------------------------------------------------------------------------------


@click.command("set")
@click.argument("name", required=False, type=click.Choice(NAMES))
@click.argument("value", required=False)
@render.json_option
def set_(name, value, as_json):
    """Show the settings of the quiz, or change one.

    \b
    kdl quiz set
    kdl quiz set retention 0.85     forget a little more, repeat much less
    kdl quiz set max-due 80         repetitions a day

    A changed retention holds for each card from its next answer on.
    """
    from kdl.memory import wishes
    from kdl.store import database, parameter_sets, settings

    if name and value is None:
        raise UsageProblem(
            f"To what should {name} be set?", fix=f"kdl quiz set {name} {'0.9' if name == 'retention' else '50'}"
        )
    checked = name and _checked(name, value)
    with opened() as db:
        if name:
            with database.transaction(db):
                settings.write(db, settings.RETENTION if name == "retention" else settings.MAX_DUE, checked)
        retention, most = wishes.retention(db), wishes.max_due(db)
        weights = parameter_sets.active(db)[0]
    if as_json:
        render.emit({"schema": "kdl.settings/1", "retention": retention, "max_due": most, "param_set": weights})
        return
    render.fields(
        [
            ("retention", f"{retention:.2f}, the share that is to be recalled"),
            ("max-due", f"{most} repetitions a day"),
            ("weights", "the scheduler's own" if not weights else f"learned from your answers (set {weights})"),
        ]
    )
    render.next_step("kdl quiz forecast     what that means for the next days")


def _checked(name: str, value: str) -> float | int:
    """The value as a number.

    Raises:
        UsageProblem: it is none, or out of range.
    """
    from kdl.memory import scheduler

    low, high = scheduler.RETENTION_RANGE
    try:
        if name == "retention":
            return scheduler.check_retention(float(value))
        if int(value) < 1:
            raise ValueError
        return int(value)
    except ValueError as error:
        allowed = f"a number from {low:.2f} to {high:.2f}" if name == "retention" else "a whole number from 1"
        why = None
        if name == "retention":
            why = "Below it more is forgotten than is saved in time; above it each day repeats nearly everything."
        raise UsageProblem(
            f"{name} must be {allowed}. Received: {value}",
            why=why,
            fix=f"kdl quiz set {name} {'0.9' if name == 'retention' else '50'}",
        ) from error


# ---- fit -------------------------------------------------------------------------------------------------------------


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be gained.")
@click.option("--keep-due", is_flag=True, help="Leave each card's due day as it is until its next answer.")
@click.option("--defaults", is_flag=True, help="Go back to the scheduler's own weights.")
@render.json_option
def fit(dry_run, keep_due, defaults, as_json):
    """Learn the scheduler's weights from your own answers.

    \b
    kdl quiz fit
    kdl quiz fit --dry-run      only say what would be gained

    The first 80 % of your answers train, the last 20 % judge: the weights are used only where they predict those better
    than the ones in use. It takes a second or two and needs the extra `fit`.
    """
    from kdl.memory import activation, fitting
    from kdl.store import parameter_sets

    with opened() as db:
        if defaults:
            activation.back_to_defaults(db)
            render.say("The scheduler's own weights are in use again, for each card from its next answer on.")
            render.next_step("kdl quiz set     the settings")
            return
        found = _learned(fitting.read(db), parameter_sets.active(db)[1])
        done = None
        if found.better and not dry_run:
            done = activation.activate(db, found, now_of(db), move=not keep_due)
    if as_json:
        render.emit({"schema": "kdl.fit/1", **asdict(found), "activated": done and asdict(done)})
        return
    _show(found, done)


def _learned(histories, current):
    """The fit.

    Raises:
        NothingToDo: too few answers. EnvironmentProblem: the optimizer is missing.
    """
    from kdl.memory import fitting

    try:
        found = fitting.fit(histories, current)
    except ImportError as error:
        raise EnvironmentProblem(
            "Learning weights needs the package fsrs_rs_python.",
            why="It is an extra of kdl, as few people need it.",
            fix=install_line("fit"),
        ) from error
    if found.missing:
        raise NothingToDo(
            f"There is too little to learn from: {found.answers} answers after a day or more, {fitting.ENOUGH} are needed.",
            why=f"{found.missing} are missing. Until then the scheduler's own weights are the better guess.",
            fix="`kdl quiz` asks what is due; come back in some weeks.",
        )
    return found


def _show(found, done) -> None:
    render.fields(
        [
            ("learned from", f"{found.trained_on} answers after a day or more"),
            ("judged on", f"the {found.judged_on} after them"),
            (
                "log-loss",
                f"{found.before:.4f} with the weights in use, {found.after:.4f} with the learned ones (less is better)",
            ),
        ]
    )
    if done:
        render.say("They predict better: in use from now on.")
        if done.earlier or done.later:
            render.say(
                f"{done.earlier} cards come earlier and {done.later} later than planned; {done.due} are due now, "
                "and come as many a day as `kdl quiz set max-due` says."
            )
    elif found.better:
        render.say("They predict better. Nothing was changed (--dry-run).")
    else:
        render.say("They do not predict better, so the weights stay as they are.")
    render.next_step("kdl quiz" if done else "kdl quiz stats     how well the weights in use predict")
