"""Put a backup in the place of the learner's home. Nothing is believed that was not checked: names, sizes, sums, the database.

A new folder is filled, then two renames put it in the home's place; the old home stays beside it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from kdl import paths
from kdl.errors import EnvironmentProblem, KdlError, StoreProblem
from kdl.store import database
from kdl.store.backup import CHOICE, CHUNK, DATABASE, FOLDERS, MANIFEST, SCHEMA, Kept, writing

MOST_FILES = 200_000
LARGEST_MANIFEST = 64 << 20
# What a bomb looks like: much, from little. A database shrinks to a tenth; runs are stored as they are.
SWOLLEN, MUCH = 200, 64 << 20


def restore(source: Path) -> tuple[Kept, Path | None]:
    """Put the backup's content in the place of the learner's home.

    Folders that the backup does not hold (runs, for most) move over from the old home.

    Returns:
        What it held, and where the old home is now (None where there was none).

    Raises:
        StoreProblem: no backup of kdl, damaged, hostile, or written by a newer kdl; or another kdl is at work. Then nothing
            was changed.
        EnvironmentProblem: it cannot be read or written.
    """
    home = paths.home()
    paths.made(home.parent)
    with _reading(source) as archive:
        manifest = _manifest(archive, source)
        infos = _checked(archive, manifest, source)
        staging = Path(tempfile.mkdtemp(prefix=f".{home.name}.", dir=home.parent))
        try:
            with writing(staging):
                for info in infos:
                    _extract(archive, info, manifest["files"][info.filename], staging, source)
            count = _sound(staging / DATABASE, source)
            old = _swap(home, staging)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    for name in ("workspace", "runs", "logs", "cache"):
        if old and (old / name).exists() and not (home / name).exists():
            os.replace(old / name, home / name)
    sizes = sum(one["size"] for one in manifest["files"].values())
    kept = Kept(source, manifest["created"], manifest["kdl"], count, len(infos), sizes, manifest["runs"])
    return kept, old


def _refused(source: Path, why: str) -> StoreProblem:
    return StoreProblem(f"{source} cannot be restored.", why=why, fix="Nothing was changed. Name a file of `kdl backup`.")


@contextlib.contextmanager
def _reading(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except KdlError:
        raise
    except OSError as error:
        raise EnvironmentProblem(f"{source} cannot be read: {error.strerror or error}.", fix="Name another file.") from error
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise _refused(source, f"It is no backup, or is damaged: {str(error)[:120]}.") from error


def _manifest(archive: zipfile.ZipFile, source: Path) -> dict:
    """What the backup says of itself, checked."""
    names = archive.namelist()
    if names.count(MANIFEST) != 1:
        raise _refused(source, f"It has no {MANIFEST}.")
    if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise _refused(source, f"Its {MANIFEST} is larger than any backup's.")
    try:
        record = json.loads(archive.read(MANIFEST))
    except (ValueError, RecursionError) as error:
        raise _refused(source, f"Its {MANIFEST} is not JSON.") from error
    schema = record.get("schema") if isinstance(record, dict) else None
    stem, _, version = str(schema).partition("/")
    newer = stem == "kdl.backup" and version.isascii() and version.isdigit() and int(version[:9]) > 1
    if newer or (schema == SCHEMA and type(record.get("database")) is int and record["database"] > database.VERSION):
        raise StoreProblem(f"{source} was written by a newer kdl.", fix="Upgrade kdl. Nothing was changed.")
    wanted = {"schema": str, "kdl": str, "database": int, "created": str, "runs": bool, "files": dict}
    if schema != SCHEMA or any(type(record.get(name)) is not kind for name, kind in wanted.items()):
        raise _refused(source, f"Its {MANIFEST} is not of the form {SCHEMA}.")
    for one in record["files"].values():
        if not isinstance(one, dict) or type(one.get("size")) is not int or not isinstance(one.get("sha256"), str):
            raise _refused(source, f"Its {MANIFEST} gives a file no size or no sum.")
    if DATABASE not in record["files"]:
        raise _refused(source, "It holds no database.")
    return record


def _checked(archive: zipfile.ZipFile, manifest: dict, source: Path) -> list[zipfile.ZipInfo]:
    """The members, each with a name that stays inside, of a plausible size, and no other than the manifest says."""
    infos = [info for info in archive.infolist() if info.filename != MANIFEST]
    if len(infos) > MOST_FILES:
        raise _refused(source, f"It holds {len(infos)} files.")
    if sorted(info.filename for info in infos) != sorted(manifest["files"]):
        raise _refused(source, f"Its files are not those of its {MANIFEST}.")
    for info in infos:
        if not _inside(info.filename) or info.is_dir() or stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
            raise _refused(source, f"It holds {info.filename!r:.120}, which is no plain file of a backup.")
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _refused(source, f"{info.filename!r:.120} is packed in a way that no backup is.")
        if info.file_size != manifest["files"][info.filename]["size"]:
            raise _refused(source, f"{info.filename!r:.120} has another size than its {MANIFEST} says.")
        if info.file_size > MUCH and info.file_size > SWOLLEN * max(1, info.compress_size):
            raise _refused(source, f"{info.filename!r:.120} would swell to {info.file_size} bytes from {info.compress_size}.")
    total = sum(info.file_size for info in infos)
    if sum(info.compress_size for info in infos) > source.stat().st_size:
        raise _refused(source, "Its files lie over each other.")
    if total > shutil.disk_usage(paths.home().parent).free:
        raise EnvironmentProblem(f"There is no room for the {total} bytes of {source}.", fix="Free some disk space.")
    return infos


def _inside(name: str) -> bool:
    """One of the backup's own files, or a plain path below one of its folders."""
    if name in (DATABASE, CHOICE):
        return True
    parts = name.split("/")
    plain = all(part not in ("", ".", "..") and part.isprintable() and not set(part) & set('\\:*?"<>|') for part in parts)
    return plain and len(parts) > 1 and parts[0] in FOLDERS and len(name) <= 1000


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, said: dict, staging: Path, source: Path) -> None:
    target = staging / info.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, left = hashlib.sha256(), said["size"]
    with archive.open(info) as packed, target.open("xb") as out:
        while chunk := packed.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise _refused(source, f"{info.filename!r:.120} is larger than its {MANIFEST} says.")
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if left or digest.hexdigest() != said["sha256"]:
        raise _refused(source, f"{info.filename!r:.120} is damaged: its sum differs.")


def _sound(path: Path, source: Path) -> int:
    """Open the restored database (older forms are migrated) and look it through; the number of its reviews."""
    try:
        with contextlib.closing(sqlite3.connect(path)) as raw:
            wrong = _strange(raw)
        if not wrong:
            with contextlib.closing(database.connect(path)) as db:
                wrong = _strange(db) or _incomplete(db)
                count = 0 if wrong else db.execute("SELECT count(*) FROM review").fetchone()[0]
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except (StoreProblem, sqlite3.Error) as error:
        raise _refused(source, f"Its database cannot be used: {str(error)[:200]}") from error
    if wrong:
        raise _refused(source, f"Its database {wrong}.")
    return count


def _strange(db: sqlite3.Connection) -> str:
    """What no database of kdl has, as the end of a sentence; empty where all is well."""
    db.execute("PRAGMA trusted_schema=OFF")
    if db.execute("PRAGMA user_version").fetchone()[0] < 1:
        return "was not made by kdl"
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')"):
        return f"holds {name!r:.80}, which would run code of its own"
    faults = [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
    return f"is damaged: {faults[0][:120]}" if faults else ""


def _incomplete(db: sqlite3.Connection) -> str:
    """Which table or column it lacks."""
    with contextlib.closing(sqlite3.connect(":memory:")) as fresh:
        fresh.executescript(database.schema())
        for (table,) in fresh.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            wanted, found = ({row[1] for row in one.execute(f"PRAGMA table_info({table})")} for one in (fresh, db))
            if wanted - found:
                return f"lacks {table}.{min(wanted - found)}"
    if db.execute("SELECT count(*) FROM meta WHERE key = 'device_id'").fetchone()[0] != 1:
        return "names no device"
    return ""


def _swap(home: Path, staging: Path) -> Path | None:
    """The new home in the place of the old one, which stays beside it."""
    if not home.exists():
        with writing(home):
            os.replace(staging, home)
        return None
    _alone(home / DATABASE)
    old = _free_name(home)
    with writing(home):
        os.replace(home, old)
        try:
            os.replace(staging, home)
        except OSError:
            os.replace(old, home)
            raise
    return old


def _free_name(home: Path) -> Path:
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    names = (home.with_name(f"{home.name}.before-restore-{stamp}{end}") for end in ("", *(f"-{n}" for n in range(2, 100))))
    return next(name for name in names if not name.exists())


def _alone(path: Path) -> None:
    """Refuse while another kdl has the database open: its answers would go to the folder that was put aside."""
    if not path.exists():
        return
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=1)) as db:
            db.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise StoreProblem("Another kdl is at work.", fix="Close it, then restore again. Nothing was changed.") from error
    except sqlite3.DatabaseError:
        return  # damaged: that is why it is put aside
