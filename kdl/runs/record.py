"""Create, update, list and delete runs.

    runs/<id>/run.json        what ran: configuration, seed, versions, device, status; replaced atomically
    runs/<id>/metrics.jsonl   one line per epoch (training) or per measurement (experiment)
    runs/<id>/lock            held by the process that runs it
    runs/<id>/checkpoint.npz  what a training goes on from after a kill or a Ctrl-C
    runs/<id>/...             model.keras, arrays.npz, verdict.json: what the run made

A process that is killed leaves `status: running`; a reader that finds its process gone reports `interrupted`.
"""

from __future__ import annotations

import contextlib
import datetime
import itertools
import json
import os
import secrets
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kdl import paths
from kdl.errors import BadContent, EnvironmentProblem, NotFound, UsageProblem
from kdl.runs import holding

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

    @property
    def task_card(self) -> str:
        """The id of the task's file. `task` in the record may name the learner's own data, for which that file stood in."""
        return self.record.get("task_card", self.record["task"])

    @property
    def typed(self) -> str:
        """How a command line names it, from any folder: its id among the learner's runs, its path elsewhere."""
        return self.id if self.among_ours else shlex.quote(str(self.path.absolute()))

    @property
    def among_ours(self) -> bool:
        """Does it lie directly in `paths.runs()`?"""
        return self.path.resolve().parent == paths.runs().resolve()

    def begin(self, **changes) -> None:
        """Mark the run as running in this process, which holds it until `finish` or its own end.

        Raises:
            UsageProblem: another process runs it.
        """
        with writing(self.path / holding.LOCK):
            free = holding.take(self.path)
        if (self.path / "run.json").is_file():
            self.record = read(self.path).record  # what another process wrote until it let go
        pid = self.record.get("pid")
        # A lock that is free says enough on Windows, where nobody can ask for a process.
        if not free or (self.record.get("status") == "running" and pid != os.getpid() and os.name != "nt"):
            if free:
                holding.release(self.path)
            raise UsageProblem(f"{self.id} is still running.", why=f"Process {pid} runs it.", fix="Wait for it, or stop it.")
        self.update(**changes, status="running", pid=os.getpid(), pid_began=holding.began(os.getpid()))

    def update(self, **changes) -> None:
        """Change fields of run.json: the old or the new file is on disk, never a half."""
        self.record.update(changes)
        write_json(self.path / "run.json", self.record)

    def log(self, **row) -> None:
        """Append one line to metrics.jsonl; it is on disk before a checkpoint that follows it."""
        line = json.dumps(row, allow_nan=False) + "\n"
        with writing(self.path / "metrics.jsonl") as path, open(path, "a", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def rows(self) -> list[dict]:
        """The lines of metrics.jsonl; a last line that a kill cut off is left out.

        Raises:
            BadContent: a line before the last one is damaged.
        """
        path = self.path / "metrics.jsonl"
        lines = path.read_bytes().splitlines() if path.is_file() else []
        rows = []
        for number, line in enumerate(lines, 1):
            row = _row(line)
            if row is not None:
                rows.append(row)
            elif number < len(lines):
                raise BadContent(path, number, "is not a JSON object", fix="Delete this line; the others can be used.")
        return rows

    def mend(self) -> None:
        """Take a last line that a kill cut off out of metrics.jsonl, so that the next one begins a line of its own."""
        path = self.path / "metrics.jsonl"
        text = path.read_bytes() if path.is_file() else b""
        if text and (not text.endswith(b"\n") or _row(text.splitlines()[-1]) is None):
            write_text(path, "".join(json.dumps(row) + "\n" for row in self.rows()))

    def cut(self, keep: Callable[[dict], bool]) -> None:
        """Leave only the lines of metrics.jsonl that `keep` accepts, up to the first that it does not."""
        kept = list(itertools.takewhile(keep, self.rows()))
        if kept or (self.path / "metrics.jsonl").is_file():
            write_text(self.path / "metrics.jsonl", "".join(json.dumps(row) + "\n" for row in kept))

    def finish(self, status: str = "done", **changes) -> None:
        """status: done, interrupted or failed."""
        try:
            self.update(status=status, finished=now(), **changes)
        finally:
            holding.release(self.path)

    def give_up(self, status: str = "failed", **changes) -> None:
        """`finish` while another error is under way: where not even this can be written, that error is the one to tell."""
        with contextlib.suppress(EnvironmentProblem):
            self.finish(status, **changes)


def _row(line: bytes) -> dict | None:
    """One line of metrics.jsonl; None where it is damaged."""
    try:
        row = json.loads(line.decode("utf-8"))
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


def now() -> str:
    """UTC in ISO 8601, to the millisecond, so that runs sort by their start."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")


def create(kind: str, what: str, *, seed: int | None, folder: Path | None = None, **config) -> Run:
    """Make the folder of a new run.

    Args:
        kind: "train" or "compare".
        what: model id or pair id.
        seed: the run's seed; None where a run has several.
        folder: where to put it, new or empty; default a new folder among the learner's runs.
        **config: anything JSON that says how it ran.

    Raises:
        UsageProblem: the folder holds files already.
    """
    if folder is None:
        stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
        folder = paths.runs() / f"{stamp}-{what.lower()}-{secrets.token_hex(2)}"
    check_free(folder)
    folder = paths.made(folder.absolute())
    run = Run(folder, {})
    run.begin(schema=SCHEMA, kind=kind, what=what, started=now(), seed=seed, **config)
    return run


def check_free(folder: Path) -> None:
    """Raises UsageProblem where a folder for a new run holds files already."""
    if folder.is_dir() and any(folder.iterdir()):
        already = "a run" if (folder / "run.json").is_file() else "files"
        raise UsageProblem(f"{folder} already holds {already}.", fix="Name a new or an empty folder.")


def write_json(path: Path, value) -> None:
    """`value` as JSON in `path`: the old or the new file is on disk, never a half."""
    write_text(path, json.dumps(value, indent=1, allow_nan=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """`text` in `path`: the old or the new file is on disk, never a half."""
    with replacing(path) as scratch:
        scratch.write_text(text, encoding="utf-8")


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Inside, write the yielded file, of the same suffix and in the same folder; then it is synced and becomes `path`.

    After an error `path` is what it was, and the half-written file is gone.

    Raises:
        EnvironmentProblem: it cannot be written.
    """
    scratch = path.with_stem(path.stem + ".tmp")
    with writing(path):
        try:
            yield scratch
            with open(scratch, "rb+") as file:
                os.fsync(file.fileno())
            os.replace(scratch, path)
        except BaseException:
            with contextlib.suppress(OSError):  # the error that brought us here is the one to tell
                scratch.unlink(missing_ok=True)
            raise


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
    if record.get("status") == "running" and not holding.alive(record.get("pid"), record.get("pid_began")):
        record["status"] = "interrupted"
    return Run(folder, record)


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
    if not name.strip():
        raise UsageProblem("Which run?", fix="`kdl run list` shows them all.")
    if Path(name, "run.json").is_file():
        return read(Path(os.path.abspath(name)))
    runs, _ = every()
    if name == "last" and runs:
        return runs[0]
    matches = [run for run in runs if run.id == name] or [run for run in runs if run.id.startswith(name)]
    if len(matches) != 1:
        raise NotFound("run", name, [run.id for run in runs])
    return matches[0]


def delete(run: Run) -> Path:
    """Move a run into the trash folder beside the runs; returns where it lies now.

    Raises:
        UsageProblem: it lies elsewhere, in a folder that may hold files of the learner's own.
    """
    if not run.among_ours:
        raise UsageProblem(
            f"{run.path} is not in the folder of your runs; it stays.", fix=f"Delete the folder yourself: {run.path}"
        )
    holding.release(run.path)
    trash = paths.made(paths.trash())
    target = trash / run.id
    if target.exists():
        target = trash / f"{run.id}-{secrets.token_hex(2)}"
    shutil.move(run.path, target)
    return target
