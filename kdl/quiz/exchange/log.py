"""The log of answers as JSON lines: complete, so that two devices that exchange it end in the same state.

    {"schema": "kdl.log/1", "reviews": 2, "events": 1, "weights": 0}
    {"log": "review", "uuid": ..., every column of the table}
    {"log": "event", ...}
    {"log": "weights", ...}

The rows are sorted by (time, uuid): equal logs are equal files. The counts in the first line tell a file that was cut off.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields

from kdl.errors import BadContent, StoreProblem
from kdl.memory import ledger
from kdl.quiz.exchange.rows import BadRow, row_of
from kdl.store import database, merge
from kdl.store.merge import Logs, Merged
from kdl.store.parameter_sets import ParameterSet
from kdl.store.reviews import Event, Review

SCHEMA = "kdl.log/1"
LONGEST_LINE = 1 << 20
_KINDS = {"review": Review, "event": Event, "weights": ParameterSet}
FIX = "Export it again. Nothing was changed."


@dataclass
class Read:
    """The rows of a file, and the line on which each stands."""

    rows: dict[str, list] = field(default_factory=lambda: {name: [] for name in _KINDS})
    lines: dict[str, int] = field(default_factory=dict)

    def logs(self) -> Logs:
        return Logs(self.rows["review"], self.rows["event"], self.rows["weights"])


def lines(db: sqlite3.Connection) -> Iterator[str]:
    """The whole log, a line at a time, without line ends."""
    logs = merge.every(db)
    parts = {"review": logs.reviews, "event": logs.events, "weights": logs.weights}
    yield json.dumps({"schema": SCHEMA, "reviews": len(logs.reviews), "events": len(logs.events), "weights": len(logs.weights)})
    for name, rows in parts.items():
        columns = [column.name for column in fields(_KINDS[name])]
        for row in rows:
            yield json.dumps({"log": name, **{column: getattr(row, column) for column in columns}}, allow_nan=False)


def read(source: Iterable[str], name: str) -> Read:
    """The rows of a file.

    Args:
        source: its lines.
        name: what to call it in an error.

    Raises:
        BadContent: the first line that is not what it must be.
        StoreProblem: a newer kdl wrote it.
    """
    found, head, number = Read(), None, 0
    for number, line in enumerate(source, 1):
        record = _object(line, name, number)
        if head is None:
            head = _head(record, name)
            continue
        kind = record.pop("log", None)
        try:
            if not isinstance(kind, str) or kind not in _KINDS:
                raise BadRow(f"is a line of no log that kdl has: {str(kind)[:40]!r}")
            row = row_of(_KINDS[kind], record)
        except BadRow as error:
            raise BadContent(name, number, str(error), fix=FIX) from error
        found.rows[kind].append(row)
        found.lines.setdefault(_name(kind, row), number)
    if head is None:
        raise BadContent(name, 1, "is empty", fix=FIX)
    counts = {"reviews": "review", "events": "event", "weights": "weights"}
    for word, kind in counts.items():
        if head.get(word) != len(found.rows[kind]):
            wrong = f"has {len(found.rows[kind])} {word}, its first line promises {head.get(word)!r}: it was cut off or changed"
            raise BadContent(name, number, wrong, fix=FIX)
    return found


def _name(kind: str, row) -> str:
    return f"parameter set {row.id}" if kind == "weights" else f"{kind} {row.uuid}"


def _object(line: str, name: str, number: int) -> dict:
    try:
        if len(line) > LONGEST_LINE:
            raise ValueError(f"longer than {LONGEST_LINE} characters")
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadContent(name, number, f"is not a line of JSON: {str(error)[:120]}", fix=FIX) from error
    if not isinstance(record, dict):
        raise BadContent(name, number, "is not a JSON object", fix=FIX)
    return record


def _head(record: dict, name: str) -> dict:
    stem, _, version = str(record.get("schema")).partition("/")
    if stem == "kdl.log" and version.isascii() and version.isdigit() and int(version[:9]) > int(SCHEMA.partition("/")[2]):
        raise StoreProblem(
            f"{name} was written by a newer kdl ({stem}/{version[:9]}; this one reads {SCHEMA}).",
            fix="Upgrade kdl. Nothing was changed.",
        )
    if record.get("schema") != SCHEMA:
        raise BadContent(name, 1, f"does not start with the line of a log, {SCHEMA}", fix="Name a file of `kdl quiz export`.")
    return record


def take(db: sqlite3.Connection, found: Read, name: str) -> Merged:
    """Add what is not here yet and bring the cards up to date: all of it, or nothing.

    Raises:
        BadContent: a row differs from the one here with the same uuid.
        StoreProblem: it could not be stored.
    """
    with database.transaction(db):
        try:
            merged = merge.union(db, found.logs())
            ledger.refill(db)
        except merge.Conflict as error:
            line = found.lines.get(error.name, 1)
            why = "One of the two was changed by hand or damaged. Nothing was changed."
            raise BadContent(name, line, str(error), fix=why) from error
        except (ArithmeticError, ValueError) as error:
            raise BadContent(name, 1, f"cannot be replayed: {str(error)[:120]}", fix=FIX) from error
    return merged
