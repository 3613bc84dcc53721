"""Open the learner's database, make it, migrate it, and turn SQLite's errors into one clear sentence.

Durability: WAL with `synchronous=FULL`, so that a transaction which returned survives kill -9 and a power cut.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from kdl import paths
from kdl.errors import StoreProblem

VERSION = 2
WAIT_S = 5  # for another process to finish writing
MIGRATIONS: dict[int, str] = {  # from version n to n + 1
    1: "DROP INDEX card_due;\n"
    "CREATE INDEX card_due ON card (due_day, card_id, last_day, stability, buried_until, suspended) WHERE suspended = 0;\n",
}

_SCHEMA = Path(__file__).with_name("schema.sql")


def connect(path: Path | None = None) -> sqlite3.Connection:
    """Open the database at `path` (default: the learner's), creating or migrating it.

    Returns:
        A connection with `row_factory = sqlite3.Row`, in autocommit mode; write inside `transaction`.

    Raises:
        StoreProblem: unreadable, not a kdl database, or written by a newer kdl. Nothing is changed then.
    """
    path = path or paths.database()
    paths.made(path.parent)
    with explained(path):
        db = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)
        try:
            db.row_factory = sqlite3.Row
            # The tables first: they and the version come in one transaction, of a second process perhaps, between the two.
            tables = db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise StoreProblem(
                    f"{path} was written by a newer kdl (format {version}; this one reads up to {VERSION}).",
                    fix="Upgrade kdl. The file was not touched.",
                )
            if version == 0 and tables:
                raise StoreProblem(f"{path} is a database, but not one of kdl.", fix="Move it away, or change KDL_HOME.")
            _use_wal(db)
            db.execute("PRAGMA synchronous=FULL")
            db.execute("PRAGMA foreign_keys=ON")
            if version < VERSION:
                _bring_up(db)
        except BaseException:
            db.close()
            raise
    return db


def _use_wal(db: sqlite3.Connection) -> None:
    """Turn the file to WAL. Only the first opening has to, alone; SQLite refuses at once where another has the file open."""
    end = time.monotonic() + WAIT_S
    while True:
        try:
            db.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.01)


def _bring_up(db: sqlite3.Connection) -> None:
    """Create the tables or migrate them, in one transaction that a second process waits for."""
    db.execute("BEGIN IMMEDIATE")
    try:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            _run(db, schema())
            db.execute("INSERT INTO meta VALUES ('device_id', ?)", (new_id(),))
            version = VERSION
        while version < VERSION:
            _run(db, MIGRATIONS[version])
            version += 1
        db.execute(f"PRAGMA user_version={VERSION}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # SQLite itself rolls back where the disk is full
            db.execute("ROLLBACK")
        raise


def schema() -> str:
    """The SQL that makes an empty database of today's form."""
    return _SCHEMA.read_text(encoding="utf-8")


def _run(db: sqlite3.Connection, script: str) -> None:
    """Like `executescript`, which would commit the transaction around it."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""


def _problem(error: sqlite3.Error | UnicodeDecodeError, path: Path | str = "") -> StoreProblem:
    """What SQLite says, and what to do about it."""
    text = "damaged bytes where text should be" if isinstance(error, UnicodeDecodeError) else str(error)
    if "damaged" in text or "not a database" in text or "malformed" in text or "no such table" in text:
        fix = "Put a backup in its place with `kdl restore FILE`, or move the file away and start anew."
    elif "full" in text:
        fix = "Free some disk space and run the command again."
    elif "locked" in text:
        fix = "Another kdl is writing. Close it, or try again."
    else:
        fix = "Check that the disk has room and the folder can be written to, or set KDL_HOME to another one."
    name = f"The database {path}" if path else "The database"
    return StoreProblem(f"{name} cannot be used: {text}.", fix=fix)


_SQLITE = (sqlite3.Error, UnicodeDecodeError)  # the latter where SQLite's own message quotes damaged bytes


@contextlib.contextmanager
def explained(path: Path | str = "") -> Iterator[None]:
    """Turn SQLite's errors into a StoreProblem."""
    try:
        yield
    except _SQLITE as error:
        raise _problem(error, path) from error


class transaction:
    """All or nothing; at its end the data are on the disk. SQLite's errors become a StoreProblem."""

    def __init__(self, db: sqlite3.Connection):
        self._db = db

    def __enter__(self) -> sqlite3.Connection:
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except _SQLITE as error:
            raise _problem(error) from error
        return self._db

    def __exit__(self, kind, error, trace) -> None:
        try:
            if error is None:
                self._db.execute("COMMIT")
        except _SQLITE as failed:
            error = failed
        if error is None:
            return
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
        if isinstance(error, _SQLITE):
            raise _problem(error) from error


@contextlib.contextmanager
def snapshot(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All reads inside see the database as it is at one moment. Nobody waits for it; write in a `transaction`."""
    with explained():
        db.execute("BEGIN")
        try:
            yield db
        finally:
            if db.in_transaction:
                db.execute("COMMIT")


def stamp(db: sqlite3.Connection) -> tuple[int, int]:
    """Two equal stamps of a connection: between them nothing was written, by another connection or by this one.

    Read inside a transaction or a snapshot: outside, the next statement may see more.
    """
    return db.execute("PRAGMA data_version").fetchone()[0], db.total_changes


def device_id(db: sqlite3.Connection) -> str:
    return db.execute("SELECT value FROM meta WHERE key = 'device_id'").fetchone()[0]


def new_id() -> str:
    """A unique id that sorts by time: 48 bits of milliseconds, 80 random bits, in hex."""
    return f"{now_ms():012x}{os.urandom(10).hex()}"


def now_ms() -> int:
    return time.time_ns() // 1_000_000
