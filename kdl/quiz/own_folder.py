"""Where a learner's own notes lie, and whether they changed: the folder that was chosen, and a stamp for each file in it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from kdl import paths
from kdl.errors import EnvironmentProblem


def state_file() -> Path:
    return paths.cache() / "notes-files.json"


def compiled() -> Path:
    """Where `kdl quiz sync` puts the notes, compiled."""
    return paths.cache() / "notes.json"


def choice_file() -> Path:
    """Which folder was chosen: not in the cache, which may be deleted."""
    return paths.home() / "notes.json"


def chosen() -> Path | None:
    """The folder that was named last; None where none was."""
    folder = read_json(choice_file()).get("folder")
    return Path(folder) if isinstance(folder, str) else None


def read_json(path: Path) -> dict:
    """A file of ours; empty where it is missing or damaged, so that it is made anew."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def write_json(path: Path, record: dict) -> None:
    """The old or the new file, never a half."""
    scratch = paths.made(path.parent) / f"{path.name}.{os.getpid()}"
    try:
        scratch.write_text(json.dumps(record), encoding="ascii")  # a name that is not UTF-8 is escaped
        os.replace(scratch, path)
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise EnvironmentProblem(f"{path} cannot be written: {error.strerror}.", fix="Free some disk space.") from error


def stamp(path: Path) -> list[int]:
    try:
        stat = path.stat()
    except OSError:
        return []
    return [stat.st_mtime_ns, stat.st_size]


def stamps(folder: str) -> Iterator[tuple[str, list[int]]]:
    """(path, stamp) of every Markdown file below a folder, hidden ones left out."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from stamps(entry.path)
            elif entry.name.endswith(".md") and entry.is_file():
                stat = entry.stat()
                yield Path(entry.path).as_posix(), [stat.st_mtime_ns, stat.st_size]


def outdated() -> Path | None:
    """The learner's folder, where a note in it came, went or changed after the last sync, or what was compiled from it did.

    None where nothing did, or no folder was chosen. One stat call a file. A folder that is away (a disk that is not mounted)
    is no change.
    """
    folder = chosen()
    if folder is None:
        return None
    state = read_json(state_file())
    try:
        same = state.get("stamps") == dict(stamps(str(folder))) and state.get("own") == stamp(compiled()) != []
    except OSError:
        return None
    return None if same else folder
