"""`kdl` with no argument: where the learner is, and the one command to type next."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kdl import __version__
from kdl.cli import due_exercises, exercise_shared, render, walk

if TYPE_CHECKING:  # the store needs SQLite; the help does not
    from kdl.memory.exercise_cards import DueExercise


@dataclass(frozen=True)
class Place:
    """What the next step depends on; everything the screen says comes from here."""

    due: int
    new: int
    reviewed_today: int
    reviews: int
    exercises: dict[str, str]  # id -> state
    way: tuple[walk.Stop, ...]
    pairs_unseen: tuple[str, ...]
    last_run: tuple[str, str] | None  # id, status
    stopped: str | None = None  # a comparison that can go on
    askable: frozenset[str] = frozenset()  # topics of which something new can be asked today
    toured: bool = False
    to_rebuild: tuple[DueExercise, ...] = ()  # exercises that are due to be written again
    recent: str | None = None  # the exercise touched last
    notebooks: frozenset[str] = frozenset()  # exercises that are written in a notebook

    @property
    def fresh(self) -> bool:
        """Nothing was done yet."""
        untouched = all(state == "new" for state in self.exercises.values())
        return not self.reviews and untouched and self.last_run is None


def next_step(place: Place) -> tuple[str, str]:
    """(command, reason): what was stopped, due cards, what was begun, then the way through the topics, then the rest."""
    if place.stopped:
        return f"kdl compare --resume {place.stopped}", "it was stopped; what was measured is kept"
    if place.fresh and not place.toured:
        return "kdl start", "the first five minutes: train, predict, compare, recall, mend"
    if place.due:
        return "kdl quiz", f"{place.due} due: what is asked in time is remembered"
    if place.to_rebuild:
        return due_exercises.next_step(place.to_rebuild[0])
    if chosen := exercise_shared.begun(place.exercises, place.recent):
        if chosen in place.notebooks:
            return f"kdl exercise notebook {chosen}", "you began it; this says where the notebook is"
        return f"kdl exercise check {chosen}", "you began it; check where you stand"
    if step := walk.next_step(place.way, place.askable):
        unit = walk.waiting(place.way, step)
        return step.command, f"{step.reason}; unit {unit} goes on tomorrow with new questions" if unit else step.reason
    if place.new:
        return "kdl quiz", f"{place.new} new questions"
    untouched = [name for name, state in place.exercises.items() if state == "new"]
    if untouched:
        return f"kdl exercise start {untouched[0]}", "write it yourself"
    if place.pairs_unseen:
        return f"kdl compare {place.pairs_unseen[0]} --seeds 2", "predict, then measure"
    return "kdl progress", "all caught up: see what will be remembered"


def look() -> Place:
    """Read the learner's place from the database, the runs and the content. Imports neither Keras nor NumPy."""
    from kdl import catalog, paths
    from kdl.cli import start
    from kdl.grade import exercise, workspace
    from kdl.quiz import library, summary
    from kdl.runs import record
    from kdl.store import database

    runs, _ = record.every()
    compared = {run.record["what"] for run in runs if run.record["kind"] == "compare"}
    exercises, kept = exercise.exercises(), {}
    if paths.database().exists():
        with contextlib.closing(database.connect()) as db:
            kept = _kept(db, exercises)
    counts, states = kept.get("counts", {"due": 0, "new": len(library.items())}), kept.get("states", {})
    last_read = kept.get("last_read") or (start.TOPIC if toured().exists() else None)
    return Place(
        due=counts["due"],
        new=counts["new"],
        reviewed_today=counts.get("reviewed_today", 0),
        reviews=counts.get("reviews", 0),
        exercises={one.id: states.get(one.id, "new") for one in exercises},
        way=tuple(
            walk.stops(
                walk.from_unit_of(last_read, library.topics()),
                library.items(),
                read=kept.get("read", set()),
                compared=compared,
                solved=_solved(states),
                asked=kept.get("met", set()),
            )
        ),
        pairs_unseen=tuple(name for name in catalog.pairs() if name not in compared),
        last_run=(runs[0].id, runs[0].record["status"]) if runs else None,
        stopped=_stopped(runs),
        askable=frozenset(kept["askable"] if kept else summary.topics()),
        toured=toured().exists(),
        to_rebuild=tuple(kept.get("to_rebuild", ())),
        recent=kept.get("recent"),
        notebooks=frozenset(one.id for one in exercises if workspace.in_notebook(one)),
    )


def _kept(db, exercises) -> dict:
    """What the database says of the learner."""
    from kdl import paths
    from kdl.cli.quiz_cards import now_of
    from kdl.memory import exercise_cards
    from kdl.quiz import summary
    from kdl.store import attempts, database, reviews

    with database.explained(paths.database()):
        return {
            "states": attempts.states(db, exercises),
            "recent": exercise_shared.touched_last(attempts.log(db)),
            "counts": summary.summary(db),
            "askable": summary.topics(db),
            "to_rebuild": due_exercises.existing(exercise_cards.due(db, now_of(db).day)),
            "read": {row[0] for row in db.execute("SELECT DISTINCT topic FROM reading")},
            "met": reviews.met(db),
            "last_read": reviews.last_reading(db),
        }


def _solved(states: dict[str, str]) -> set[str]:
    from kdl.store import attempts

    return {name for name, state in states.items() if state in attempts.SOLVED}


def toured():
    """The file that says that the learner took the tour of `kdl start`."""
    from kdl import paths

    return paths.home() / "toured"


def _stopped(runs) -> str | None:
    """The newest comparison, of a pair that none came after, which was stopped and whose code is still the same."""
    from kdl import catalog
    from kdl.experiment.digest import digest

    newest = {}
    for run in runs:
        if run.record["kind"] == "compare":
            newest.setdefault(run.record["what"], run)
    cards = catalog.pairs()
    for name, run in newest.items():
        if run.record["status"] == "interrupted" and name in cards and run.record.get("digest") == digest(cards[name]):
            return run.id
    return None


def show() -> None:
    """Print the screen."""
    place = look()
    command, reason = next_step(place)
    render.heading(f"kdl {__version__}")
    if place.fresh:
        render.say("Deep-learning study notes as things you do: read, predict, run, implement, recall.")
    else:
        solved = len(_solved(place.exercises))
        again = f", {len(place.to_rebuild)} due to be written again" if place.to_rebuild else ""
        rows = [
            ("quiz", f"{place.due} due, {place.new} new, {place.reviewed_today} answered today"),
            ("exercises", f"{solved} of {len(place.exercises)} solved{again}"),
        ]
        rows += _way(place.way)
        if place.last_run:
            rows.append(("last run", f"{place.last_run[0]} ({place.last_run[1]})"))
        render.fields(rows)
    render.next_step(f"{command}     {reason}")
    render.say("      kdl --help     every command")


def _way(way: tuple[walk.Stop, ...]) -> list[tuple[str, str]]:
    """The units that were walked to their end, with what will stay of them, and where in the next one the learner is."""
    rows = []
    if ended := walk.ended(way):
        from kdl.cli import progress

        for row in progress.units():
            if row.unit in ended:
                kept = f"{row.covered} of {row.with_content} entries covered, {row.retained} retained for 30 days or longer"
                rows.append((f"unit {row.unit}", f"walked to its end: {kept}"))
    if stop := walk.where(way):
        rows.append((f"unit {stop.unit}", walk.told(stop, {True: "✓", False: "·"})))
    return rows
