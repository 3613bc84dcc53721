"""A learner's own folder of Markdown notes, read by the same parser and compiled into the cache, where `kdl quiz` finds it.

Only files that changed are read again; where none did, one stat call a file is all. The notes are never written to. Items
that are gone keep their history (`kdl quiz orphans`).
"""

from __future__ import annotations

import graphlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from kdl import __version__
from kdl.errors import BadContent, EnvironmentProblem, NothingToDo
from kdl.quiz import library, own_folder
from kdl.quiz.item import Item, Topic
from kdl.quiz.kinds import KINDS
from kdl.quiz.kinds.base import Job

UNIT = 0  # of the learner's own topics
CONTAINER = "::: quiz"
WAITS = "waits for its answer, which running its code gives"
Run = Callable[[list[Job]], tuple[list, dict]]


@dataclass(frozen=True)
class Synced:
    """What the notes hold now. `read` files were parsed in this call; `problems` stand in the notes."""

    folder: Path
    files: int
    read: int
    topics: int
    items: int
    problems: tuple[BadContent, ...]


# ---- sync ------------------------------------------------------------------------------------------------------------


def sync(folder: Path | None = None, run: Run | None = None) -> Synced:
    """Bring what was compiled up to date with the folder.

    Args:
        folder: default the one named last.
        run: runs the code of items whose answer is computed. Without it they wait: notes may be somebody else's.

    Raises:
        NothingToDo: no folder was ever named.
        EnvironmentProblem: the folder is not there, or the cache cannot be written. Nothing is changed then.
    """
    folder = folder or own_folder.chosen()
    if folder is None:
        raise NothingToDo("No folder of notes is known.", fix="`kdl quiz sync --notes DIR` takes one in.")
    folder = folder.expanduser().absolute()
    try:
        stamps = dict(own_folder.stamps(str(folder)))
    except OSError as error:
        why = "What was read from it before stays as it is."
        fix = "Name the folder with --notes."
        raise EnvironmentProblem(f"The folder {folder} cannot be read: {error.strerror}.", why=why, fix=fix) from error
    state = own_folder.read_json(own_folder.state_file())
    basis = {
        "folder": str(folder),
        "kdl": __version__,
        "built_in": [own_folder.stamp(unit / library.FILE) for unit in library.unit_folders()],
    }
    same = state.get("basis") == basis and state.get("own") == own_folder.stamp(library.own_file()) != []
    if same and state["stamps"] == stamps and not (run and state["waiting"]):
        problems = tuple(BadContent(path, line, wrong, fix=fix) for path, line, wrong, fix in state["problems"])
        return Synced(folder, len(stamps), 0, state["topics"], state["items"], problems)
    stored = own_folder.read_json(library.own_file())
    faulty = {path for path, *_ in state["problems"]} if same else set()
    kept = {name for name, stamp in stamps.items() if same and state["stamps"].get(name) == stamp and name not in faulty}
    topics, items, problems = _compiled(sorted(stamps), kept, stored, run)
    own_folder.write_json(library.own_file(), _record(topics, items, stored))
    own_folder.write_json(own_folder.state_file(), {
        "basis": basis, "own": own_folder.stamp(library.own_file()), "stamps": stamps,
        "topics": len(topics), "items": len(items),
        "waiting": any(WAITS in one.wrong for one in problems),
        "problems": [(one.path, one.line, one.wrong, one.fix) for one in problems],
    })  # fmt: skip
    own_folder.write_json(own_folder.choice_file(), {"schema": "kdl.notes/1", "folder": str(folder)})
    return Synced(folder, len(stamps), len(stamps) - len(kept), len(topics), len(items), tuple(problems))


def forget() -> Path:
    """Leave the notes out from now on. The files and every history stay.

    Raises:
        NothingToDo: no folder is known.
    """
    folder = own_folder.chosen()
    if folder is None:
        raise NothingToDo("No folder of notes is known.", fix="`kdl quiz sync --notes DIR` takes one in.")
    for path in (own_folder.choice_file(), library.own_file(), own_folder.state_file()):
        path.unlink(missing_ok=True)
    return folder


def _record(topics: Sequence[Topic], items: Sequence[Item], stored: dict) -> dict:
    """The compiled file: that of a unit."""
    before, now = {one["id"]: one for one in stored.get("items", [])}, datetime.now(UTC)
    changed = {}
    for item in items:
        old = before.get(item.id)
        moment = now if old else datetime.fromtimestamp(Path(item.file).stat().st_mtime, UTC)
        changed[item.id] = moment.isoformat(timespec="seconds")
        if old and (old["body_fp"], old["answer_fp"]) == (item.body_fp, item.answer_fp):
            changed[item.id] = stored.get("changed", {}).get(item.id, changed[item.id])
    return {
        "schema": library.SCHEMA,
        "unit": UNIT,
        "changed": changed,
        "topics": [topic.record() for topic in topics],
        "items": [item.record() for item in items],
    }


def _compiled(
    names: Sequence[str], kept: set[str], stored: dict, run: Run | None
) -> tuple[list[Topic], list[Item], list[BadContent]]:
    """Everything that is sound, and what is wrong with the rest.

    Args:
        names: all files.
        kept: those of them whose records in `stored`, the compiled file before this one, still hold.
    """
    topics = {record["file"]: Topic.of(record) for record in stored.get("topics", []) if record["file"] in kept}
    items = [Item.of(record) for record in stored.get("items", []) if record["file"] in kept]
    fresh: list[Item] = []
    problems: list[BadContent] = []
    for name in names:
        if name in kept:
            continue
        try:
            topic, found, wrong = _read(Path(name))
        except BadContent as error:
            problems.append(error)
            continue
        if topic is not None:
            topics[name] = topic
            fresh += found
            problems += wrong
    settled, wrong = _settled(fresh, {one["id"]: one for one in stored.get("items", [])}, run)
    in_order, clashes = _own_names([topics[name] for name in names if name in topics])
    items, faults = _sound([*items, *settled], {topic.file: place for place, topic in enumerate(in_order)})
    return in_order, items, problems + wrong + clashes + faults


def _read(path: Path) -> tuple[Topic | None, list[Item], list[BadContent]]:
    """A file; no topic where it is a plain note without an item."""
    from kdl.quiz import markdown

    try:
        topic, items, problems = markdown.read(path)
    except OSError as error:
        raise BadContent(path, 1, f"cannot be read: {error.strerror}", fix="Mend its permissions.") from error
    except BadContent:
        if CONTAINER in path.read_text(encoding="utf-8", errors="replace"):
            raise
        return None, [], []
    return replace(topic, unit=UNIT), [replace(item, unit=UNIT) for item in items], problems


def _settled(items: Sequence[Item], before: dict[str, dict], run: Run | None) -> tuple[list[Item], list[BadContent]]:
    """The items with their answers computed, remembered, or waited for. With `run`, numbers are held against their oracle."""
    from kdl.quiz import settle

    known = [settle.remembered(item, before.get(item.id)) for item in items]
    to_run = [run is not None and (done is None or not settle.waits(item)) for item, done in zip(items, known, strict=True)]
    jobs = [KINDS[item.kind].jobs(item.spec) if wanted else [] for item, wanted in zip(items, to_run, strict=True)]
    flat = [job for some in jobs for job in some]
    results = iter(run(flat)[0] if flat else [])
    settled, problems = [], []
    for item, done, own in zip(items, known, jobs, strict=True):
        if done is None and not own:
            fix = "`kdl quiz sync --run` runs the code of your notes and computes it. Look at notes of others first."
            problems.append(_fault(item, WAITS, fix))
            continue
        answers = [next(results) for _ in own]
        try:
            one = settle.finished(item, answers) if answers else done
        except ValueError as error:
            problems.append(_fault(item, str(error), "Mend the answer or the code that computes it."))
            continue
        wrong = KINDS[item.kind].check(one)
        problems += [_fault(item, said, "See docs/items.md.") for said in wrong]
        settled += [] if wrong else [one]
    return settled, problems


def _fault(item: Item, wrong: str, fix: str) -> BadContent:
    return BadContent(item.file, item.line, f"item {item.id!r}: {wrong}", fix=fix)


def _own_names(topics: Sequence[Topic]) -> tuple[list[Topic], list[BadContent]]:
    """The topics whose ids are theirs alone."""
    taken = {topic.id: topic.file for topic in library.topics(own=False)}
    sound, problems = [], []
    for topic in topics:
        if taken.setdefault(topic.id, topic.file) == topic.file:
            sound.append(topic)
        else:
            wrong = f"the topic id {topic.id!r} is taken by {taken[topic.id]}"
            problems.append(BadContent(topic.file, 1, wrong, fix="Give the file another name."))
    return sound, problems


def _sound(items: Sequence[Item], order: dict[str, int]) -> tuple[list[Item], list[BadContent]]:
    """The items that can be asked together with all others: their ids are theirs alone, their needs exist and end somewhere."""
    built_in = {item.id: item for item in library.items(own=False)}
    first: dict[str, Item] = dict(built_in)
    problems = []
    for item in sorted((item for item in items if item.file in order), key=lambda item: (order[item.file], item.line)):
        other = first.setdefault(item.id, item)
        if other is not item:
            where = f"{other.file}:{other.line}"
            problems.append(_fault(item, f"its id is taken by {where}", "Give it another one: ids are unique, for ever."))
    own = {name: item for name, item in first.items() if name not in built_in}
    while strays := [(item, need) for item in own.values() for need in item.needs if need not in first]:
        for item, need in strays:
            problems.append(_fault(item, f"needs the item {need!r}, which does not exist", "Mend `needs=`."))
            own.pop(item.id, None)
            first.pop(item.id, None)
    try:
        graphlib.TopologicalSorter({name: item.needs for name, item in own.items()}).prepare()
    except graphlib.CycleError as error:
        circle = set(error.args[1])
        problems += [_fault(own[name], "waits for itself through `needs`", "Break the circle.") for name in sorted(circle)]
        return _sound([item for item in items if item.id not in circle], order)[0], problems
    return list(own.values()), problems
