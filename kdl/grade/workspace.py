"""The learner's own files: made by `start`, kept by `reset`, never overwritten."""

from __future__ import annotations

import os
from pathlib import Path

from kdl import paths
from kdl.errors import EnvironmentProblem, NotFound, UsageProblem
from kdl.grade import exercise as library
from kdl.grade import notebook as notebooks
from kdl.grade.exercise import Exercise

SUBMISSION, README, FROM_NOTEBOOK = "submission.py", "README.md", "from_notebook.py"


def folder(exercise: Exercise, root: Path | None = None) -> Path:
    """Where the files of an exercise are, or would be."""
    return (root or paths.workspace()) / exercise.id


def submission(exercise: Exercise, root: Path | None = None) -> Path:
    return folder(exercise, root) / SUBMISSION


def start(exercise: Exercise, root: Path | None = None) -> Path:
    """Put stub and statement into the workspace; files that are there stay as they are.

    Returns:
        the path of submission.py.
    """
    place = paths.made(folder(exercise, root))
    _create(place / README, exercise.read("statement.md"))
    _create(place / SUBMISSION, exercise.read("stub.py"))
    return place / SUBMISSION


def from_path(exercise: Exercise) -> Path:
    """The program that a notebook put together."""
    return folder(exercise) / FROM_NOTEBOOK


def notebook_path(exercise: Exercise, root: Path | None = None) -> Path:
    return folder(exercise, root) / f"{exercise.id}.ipynb"


def current(exercise: Exercise) -> Path | None:
    """The file that the learner works in: of submission.py and the notebook the one that was changed last.

    One in which nothing was written yet comes after the other. Where there is neither: what a notebook that lies elsewhere
    put together; None where there is nothing.
    """
    there = [path for path in (submission(exercise), notebook_path(exercise)) if path.is_file()]
    if len(there) == 2:
        return max(there, key=lambda path: (_written(exercise, path), path.stat().st_mtime_ns, path.suffix == ".py"))
    return there[0] if there else from_path(exercise) if from_path(exercise).exists() else None


def _written(exercise: Exercise, path: Path) -> bool:
    """Is there more in it than in a new one?"""
    try:
        if path.suffix == notebooks.SUFFIX:
            return notebooks.read(exercise, path)[0].text != notebooks.fresh(exercise)
        return path.read_bytes() != exercise.read("stub.py").encode("utf-8")
    except (OSError, UsageProblem):
        return True  # the check tells why it cannot be read


def in_notebook(exercise: Exercise) -> bool:
    """Does the learner work in a notebook?"""
    found = current(exercise)
    return found is not None and found.suffix == notebooks.SUFFIX


def notebook(exercise: Exercise, text: str, root: Path | None = None) -> tuple[Path, bool]:
    """Put a notebook beside the exercise's files; one that is there stays as it is.

    Returns:
        its path, and whether it is new.
    """
    paths.made(folder(exercise, root))
    path = notebook_path(exercise, root)
    return path, _create(path, text)


def from_notebook(exercise: Exercise, text: str) -> Path:
    """Write the program that a notebook put together, over the one that it put together before."""
    from kdl.runs import record

    path = paths.made(folder(exercise)) / FROM_NOTEBOOK
    record.write_text(path, text)
    return path


def reset(exercise: Exercise, root: Path | None = None) -> list[Path]:
    """Begin again from the stub, in submission.py and in the notebook, whichever are there; the old files are kept.

    Returns:
        the paths of the copies, submission.N.py with the next free N.

    Raises:
        NotFound: there is neither.
    """
    from kdl.runs import record

    file, book = submission(exercise, root), notebook_path(exercise, root)
    new = {file: exercise.read("stub.py")} if file.is_file() else {}
    if book.is_file():
        new[book] = notebooks.text(exercise)
    if not new:
        raise NotFound("file", str(file), (), fix=f"`kdl exercise start {exercise.id}` makes it.")
    copies, now = [], current(exercise)
    for path, text in sorted(new.items(), key=lambda one: one[0] == now):  # what is worked in stays the newest
        old, number = path.read_bytes(), 1
        while not _create(copy := path.with_name(f"{path.stem}.{number}{path.suffix}"), old):
            number += 1
        record.write_text(path, text)
        copies.append(copy)
    return copies


def _create(path: Path, text: str | bytes) -> bool:
    """Write a new file whole; False, and nothing is touched, where there is one already."""
    if path.exists():
        return False
    raw = text.encode("utf-8") if isinstance(text, str) else text
    scratch = path.with_name(f".{path.name}.{os.getpid()}.new")
    with _told(path):
        try:
            with open(scratch, "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(scratch, path)  # unlike a rename, this fails where `path` exists
            except FileExistsError:
                return False
            except OSError:  # a file system without hard links
                if path.exists():
                    return False
                os.rename(scratch, path)
            return True
        finally:
            scratch.unlink(missing_ok=True)


class _told:
    """Turn an OSError into one clear sentence."""

    def __init__(self, path: Path):
        self.path = path

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, OSError):
            raise EnvironmentProblem(
                f"{self.path} cannot be written.",
                why=f"{error.strerror or error}.",
                fix="Free some disk space, or set KDL_WORKSPACE to another folder.",
            ) from error


def target(name: str | None, exercise_id: str | None = None, recent: str | None = None) -> tuple[Exercise, Path]:
    """What `kdl exercise check [NAME|FILE]` means.

    Args:
        name: an exercise, a file, or None for the exercise touched last.
        exercise_id: the exercise of a file whose folder does not say it.
        recent: id of the exercise touched last.

    Raises:
        NotFound, UsageProblem.
    """
    if name is None:
        if recent is None:
            raise UsageProblem(
                "No exercise has been started yet.", fix="Pick one with `kdl exercise list`, then `kdl exercise start NAME`."
            )
        name = recent
    path = Path(name).expanduser()
    if name.endswith((".py", notebooks.SUFFIX)) or os.sep in name or path.is_file():
        if path.is_dir():
            path = path / SUBMISSION
        return library.find(exercise_id) if exercise_id else _of_file(path), path
    exercise = library.find(name)
    path = current(exercise)
    if path is None:
        fix = f"`kdl exercise start {exercise.id}` makes it. One that lies elsewhere is checked by its path."
        raise NotFound("file", str(submission(exercise)), (), fix=fix)
    return exercise, path


def _of_file(path: Path) -> Exercise:
    known = {one.id: one for one in library.exercises()}
    for name in (path.absolute().parent.name, path.stem.replace("_", "-")):
        if name in known:
            return known[name]
    raise UsageProblem(
        f"{path} does not say which exercise it belongs to.",
        why="Its folder is not named after one.",
        fix="Add `--exercise NAME`.",
    )
