"""One file that holds what must not be lost, and the way back.

    manifest.json    {"schema": "kdl.backup/1", "kdl": ..., "database": 1, "created": ..., "files": {name: {size, sha256}}}
    progress.db      a consistent copy, taken while others may write
    notes.json       which folder of own notes was chosen
    workspace/...    the learner's own exercise files
    runs/...         only on request: they may be large

The way back: kdl.store.restore.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kdl import __version__, paths
from kdl.errors import EnvironmentProblem, NothingToDo, StoreProblem, UsageProblem
from kdl.store import database

SCHEMA = "kdl.backup/1"
MANIFEST, DATABASE, CHOICE = "manifest.json", "progress.db", "notes.json"
FOLDERS = ("workspace", "runs")
CHUNK = 1 << 20


@dataclass(frozen=True)
class Kept:
    """What a backup holds."""

    path: Path
    created: str
    kdl: str
    reviews: int
    files: int
    bytes: int
    runs: bool


# ---- backup ----------------------------------------------------------------------------------------------------------


def write(target: Path, *, runs: bool = False, force: bool = False) -> Kept:
    """Write the backup file: whole, or not at all.

    Args:
        runs: take the recorded runs too.
        force: replace a file that is there.

    Raises:
        NothingToDo: there is no database yet.
        UsageProblem: the file is there already.
        StoreProblem: the database is damaged; no backup is made of a damaged one.
        EnvironmentProblem: it cannot be written.
    """
    if not paths.database().exists():
        raise NothingToDo("There is nothing to back up: no answer was ever stored.", fix="`kdl quiz` asks something.")
    if target.is_dir() or (target.exists() and not force):
        raise UsageProblem(f"{target} is there already.", fix="Name another file, or add --force to replace it.")
    scratch = target.with_name(f".{target.name}.{os.getpid()}")
    with writing(target), tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / DATABASE
        count = _copied(paths.database(), copy)
        members = [(DATABASE, copy), *_members(runs)]
        try:
            created = datetime.now().astimezone().isoformat(timespec="seconds")
            files = _packed(scratch, members, created, runs)
            os.replace(scratch, target)
        finally:
            scratch.unlink(missing_ok=True)
    return Kept(target, created, __version__, count, len(files), sum(one["size"] for one in files.values()), runs)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Inside, something is written; what the system says against it becomes one sentence."""
    try:
        yield
    except OSError as error:
        why = f"{error.strerror or error}."
        raise EnvironmentProblem(f"{path} cannot be written.", why=why, fix="Name a file in another folder.") from error


def _copied(source: Path, copy: Path) -> int:
    """A consistent copy of a database that others may be writing to; the number of reviews in it."""
    live = database.connect(source)
    with database.explained(source):
        try:
            kept = sqlite3.connect(copy)
            try:
                live.backup(kept)
                kept.execute("PRAGMA journal_mode=DELETE")
                faults = [row[0] for row in kept.execute("PRAGMA integrity_check") if row[0] != "ok"]
                if faults:
                    raise StoreProblem(
                        f"The database {source} is damaged: {faults[0]}.",
                        why="A backup of it would not be worth its name.",
                        fix="`kdl quiz export FILE` saves what can be read; `kdl restore FILE` brings an older backup back.",
                    )
                return kept.execute("SELECT count(*) FROM review").fetchone()[0]
            finally:
                kept.close()
        finally:
            live.close()


def _members(runs: bool) -> Iterator[tuple[str, Path]]:
    """(name, path) of every other file."""
    if (paths.home() / CHOICE).is_file():
        yield CHOICE, paths.home() / CHOICE
    for name, folder in (("workspace", paths.workspace()), ("runs", paths.runs())):
        if folder.is_dir() and (runs or name != "runs"):
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not path.is_symlink():
                    yield f"{name}/{path.relative_to(folder).as_posix()}", path


def _packed(scratch: Path, members: list[tuple[str, Path]], created: str, runs: bool) -> dict[str, dict]:
    files = {}
    with zipfile.ZipFile(scratch, "w", allowZip64=True, strict_timestamps=False) as archive:
        for name, path in members:
            method = zipfile.ZIP_STORED if name.startswith("runs/") else zipfile.ZIP_DEFLATED
            digest, size = hashlib.sha256(), 0
            with path.open("rb") as source, archive.open(_info(name, method), "w", force_zip64=True) as out:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    out.write(chunk)
            files[name] = {"size": size, "sha256": digest.hexdigest()}
        record = {"schema": SCHEMA, "kdl": __version__, "database": database.VERSION, "created": created, "runs": runs}
        archive.writestr(_info(MANIFEST, zipfile.ZIP_DEFLATED), json.dumps({**record, "files": files}, indent=1))
    with scratch.open("rb+") as file:
        os.fsync(file.fileno())
    return files


def _info(name: str, method: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, datetime.now().timetuple()[:6])
    info.compress_type, info.external_attr = method, 0o100600 << 16
    return info
