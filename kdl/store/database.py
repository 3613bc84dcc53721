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

VERSION = 1
WAIT_S = 5  # for another process to finish writing
MIGRATIONS: dict[int, str] = {}  # from version n to n + 1

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


@contextlib.contextmanager
def explained(path: Path | str = "the database") -> Iterator[None]:
    """Turn SQLite's errors into a StoreProblem."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:  # the latter where SQLite's own message quotes damaged bytes
        text = "damaged bytes where text should be" if isinstance(error, UnicodeDecodeError) else str(error)
        if "damaged" in text or "not a database" in text or "malformed" in text or "no such table" in text:
            fix = "Put a backup in its place with `kdl restore FILE`, or move the file away and start anew."
        elif "full" in text:
            fix = "Free some disk space and run the command again."
        elif "locked" in text:
            fix = "Another kdl is writing. Close it, or try again."
        else:
            fix = "Check that the folder can be written to, or set KDL_HOME to another one."
        raise StoreProblem(f"The database {path} cannot be used: {text}.", fix=fix) from error


@contextlib.contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All or nothing; on return the data are on the disk."""
    with explained():
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise


def device_id(db: sqlite3.Connection) -> str:
    return db.execute("SELECT value FROM meta WHERE key = 'device_id'").fetchone()[0]


def new_id() -> str:
    """A unique id that sorts by time: 48 bits of milliseconds, 80 random bits, in hex."""
    return f"{now_ms():012x}{os.urandom(10).hex()}"


def now_ms() -> int:
    return time.time_ns() // 1_000_000
