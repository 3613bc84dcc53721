"""`kdl progress`: what is covered and what will be remembered; `--coverage`: what kdl itself holds of the atlas."""

from __future__ import annotations

from dataclasses import asdict

import click

from kdl.cli import render


@click.command()
@click.option("--coverage", is_flag=True, help="What kdl has for each of the atlas's entries, instead of what you know.")
@render.json_option
def command(coverage, as_json):
    """What you have covered and will remember, unit by unit.

    \b
    kdl progress
    kdl progress --coverage     what kdl itself holds of the 420 entries
    """
    if coverage:
        _coverage(as_json)
    else:
        _learner(as_json)


def units():
    """The learner's progress, read from the database."""
    from kdl.report import learner
    from kdl.store import database

    db = database.connect()
    try:
        return learner.units(db)
    finally:
        db.close()


def _learner(as_json: bool) -> None:
    rows = units()
    if as_json:
        render.emit({"schema": "kdl.progress/1", "units": [asdict(row) for row in rows]})
        return
    shown = [row for row in rows if row.with_content]
    for row in shown:
        render.heading(f"Unit {row.unit}. {row.title}")
        render.say(f"  covered             {bar(row.covered, row.with_content)}  {row.covered} of {row.with_content} entries")
        render.say(f"  retained >= 30 days {bar(row.retained, row.with_content)}  {row.retained} of {row.with_content} entries")
    rest = len(rows) - len(shown)
    if rest:
        render.say(f"{rest} more units have no content yet; `kdl progress --coverage` says what there is.")
    render.say("covered: a question on it was answered, right or wrong, or an exercise on it solved.")
    render.say("retained: all that was asked about it is likely to be known 30 days from its last answer; `kdl quiz forecast`")
    render.say("says when it is asked again.")
    render.next_step("kdl     where you are, and what to do next")


def bar(done: int, of: int, size: int = 24) -> str:
    """`███████░░░░░`: full cells for what is done, never full before all of it is."""
    filled = 0 if not of else size if done == of else min(size - 1, round(size * done / of))
    return "█" * filled + "░" * (size - filled)


def _coverage(as_json: bool) -> None:
    from kdl.dev import coverage

    rows = coverage.rows()
    if as_json:
        render.emit({"schema": "kdl.coverage/1", "entries": rows})
        return
    some = [row for row in rows if row["code"] or row["pairs"] or row["exercises"] or row["items"]]
    render.table(
        [
            (
                row["id"],
                row["unit"],
                row["code"] or "-",
                " ".join(row["pairs"]) or "-",
                " ".join(row["exercises"]) or "-",
                row["items"],
            )
            for row in some
        ],
        ("entry", "unit", "proven code", "pairs", "exercises", "items"),
    )
    render.say(f"{len(rows) - len(some)} of {len(rows)} entries have nothing yet.")
    render.say()
    render.fields(coverage.summary(rows).items())
