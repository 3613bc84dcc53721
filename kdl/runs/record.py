"""Create, update, list and delete runs.

    runs/<id>/run.json        what ran: configuration, seed, versions, device, status; replaced atomically
    runs/<id>/metrics.jsonl   one line per epoch (training) or per measurement (experiment)
    runs/<id>/...             model.keras, arrays.npz, verdict.json: what the run made

A process that is killed leaves `status: running`; a reader that finds its process gone reports `interrupted`.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kdl import paths
from kdl.errors import BadContent, EnvironmentProblem, NotFound

SCHEMA = "kdl.run/1"
REQUIRED = ("kind", "what", "status", "started")


@dataclass
class Run:
    """One run folder and what its run.json says."""

    path: Path
    record: dict

    @property
    def id(self) -> str:
        return self.path.name

    def update(self, **changes) -> None:
        """Change fields of run.json: the old or the new file is on disk, never a half."""
        self.record.update(changes)
        write_json(self.path / "run.json", self.record)

    def log(self, **row) -> None:
        """Append one line to metrics.jsonl and push it to the operating system."""
        line = json.dumps(row, allow_nan=False) + "\n"
        with writing(self.path / "metrics.jsonl") as path, open(path, "a", encoding="utf-8") as file:
            file.write(line)

    def rows(self) -> list[dict]:
        """The lines of metrics.jsonl; a last line that a kill cut off is left out."""
        path = self.path / "metrics.jsonl"
        if not path.is_file():
            return []
        rows = []
        for line in path.read_text(encoding="utf-8").splitlines():
            with contextlib.suppress(json.JSONDecodeError):
                rows.append(json.loads(line))
        return rows

    def finish(self, status: str = "done", **changes) -> None:
        """status: done, interrupted or failed."""
        self.update(status=status, finished=now(), **changes)


def now() -> str:
    """UTC in ISO 8601, to the millisecond, so that runs sort by their start."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")


def create(kind: str, what: str, *, seed: int | None, folder: Path | None = None, **config) -> Run:
    """Make the folder of a new run.

    Args:
        kind: "train" or "compare".
        what: model id or pair id.
        seed: the run's seed; None where a run has several.
        folder: where to put it; default a new folder among the learner's runs.
        **config: anything JSON that says how it ran.
    """
    if folder is None:
        stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
        folder = paths.runs() / f"{stamp}-{what.lower()}-{secrets.token_hex(2)}"
    folder = paths.made(folder.absolute())
    run = Run(folder, {})
    run.update(schema=SCHEMA, kind=kind, what=what, status="running", started=now(), seed=seed, pid=os.getpid(), **config)
    return run


def write_json(path: Path, value) -> None:
    """Write through a temporary file in the same folder, synced, then renamed over the old one."""
    text = json.dumps(value, indent=1, allow_nan=False) + "\n"
    scratch = path.with_name(path.name + ".tmp")
    with writing(path):
        with open(scratch, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(scratch, path)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Inside, `path` is written; a full disk or a vanished folder becomes an EnvironmentProblem that names it."""
    try:
        yield path
    except OSError as error:
        raise EnvironmentProblem(
            f"{path} cannot be written.",
            why=f"{error.strerror or error}.",
            fix="Free some disk space, or set KDL_HOME to another folder.",
        ) from error


def read(folder: Path) -> Run:
    """The run in `folder`.

    Raises:
        BadContent: run.json is missing or damaged.
    """
    path = folder / "run.json"
    fix = f"Delete the folder {folder} when nothing in it is needed."
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadContent(path, 1, f"is not a readable run record: {error}", fix=fix) from error
    missing = [key for key in REQUIRED if not isinstance(record, dict) or key not in record]
    if missing:
        raise BadContent(path, 1, f"is no run record: it lacks {', '.join(missing)}", fix=fix)
    if record.get("status") == "running" and not _alive(record.get("pid")):
        record["status"] = "interrupted"
    return Run(folder, record)


def _alive(pid) -> bool:
    if not isinstance(pid, int) or pid <= 0:
        return False
    if os.name == "nt":  # there `os.kill(pid, 0)` is a Ctrl-C, not a question
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def every() -> tuple[list[Run], list[BadContent]]:
    """Every run, newest first, and the folders that could not be read."""
    runs, bad = [], []
    folder = paths.runs()
    for child in folder.iterdir() if folder.is_dir() else []:
        if child.is_dir():
            try:
                runs.append(read(child))
            except BadContent as error:
                bad.append(error)
    runs.sort(key=lambda run: (run.record.get("started", ""), run.id), reverse=True)
    return runs, bad


def find(name: str) -> Run:
    """A run by its id, by the unambiguous beginning of one, by its path, or `last`."""
    if os.sep in name or Path(name, "run.json").is_file():
        return read(Path(name))
    runs, _ = every()
    if name == "last" and runs:
        return runs[0]
    matches = [run for run in runs if run.id == name] or [run for run in runs if run.id.startswith(name)]
    if len(matches) != 1:
        raise NotFound("run", name, [run.id for run in runs])
    return matches[0]


def delete(run: Run) -> Path:
    """Move a run into the trash folder beside the runs; returns where it lies now."""
    trash = paths.made(paths.runs().parent / "trash")
    target = trash / run.id
    if target.exists():
        target = trash / f"{run.id}-{secrets.token_hex(2)}"
    shutil.move(run.path, target)
    return target
