"""Grade many submissions: in processes of their own, resumable after any interruption, with a record of what was graded.

    OUT/results/<name>.json   one per student: `kdl.grading/1`, the result inside; written whole or not at all
    OUT/results/<name>.md     the same in words, to hand back
    OUT/evidence/<name>.py    the very bytes that were graded
    OUT/grades.csv            one row per student, made anew from the results at the end

A file that could not be graded because of *us* is trouble: it has no score, and the next run tries it again.
"""

from __future__ import annotations

import concurrent.futures as futures
import dataclasses
import functools
import hashlib
import json
import multiprocessing
import os
import re
import signal
import threading
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kdl import __version__, paths
from kdl.errors import EnvironmentProblem, KdlError
from kdl.grade import check, gradebook, page, probe
from kdl.grade import exercise as library
from kdl.grade.collect import Found
from kdl.grade.exercise import Exercise
from kdl.grade.sandbox import BWRAP, PROCESS
from kdl.runs import record

SCHEMA = "kdl.grading/1"
# What became of a submission: a verdict of the check, or one of these.
MISSING, TROUBLE = "missing", "trouble"


@dataclass(frozen=True)
class Job:
    """One file to grade; it holds only what crosses to a worker."""

    folder: Path  # of the exercise
    student: str
    path: str
    raw: bytes
    out: Path
    name: str
    seed: int
    sandbox: str
    grader: str


def mode(exercise: Exercise, *, unsafe: bool) -> str:
    """The sandbox to grade in.

    Raises:
        EnvironmentProblem: there is none, and nobody said that it may be so.
    """
    if probe.runs_in_bubblewrap(exercise.runtime):
        return BWRAP
    if unsafe:
        return PROCESS
    raise EnvironmentProblem(
        f"{exercise.id} is not graded: there is no sandbox here.",
        why="Bubblewrap is not installed, or does not run. Without it, a submission can read the solution and this folder, "
        "use the network and change your files.",
        fix="Install bubblewrap on a Linux machine. `--unsafe` grades without it; use it only for code that you trust.",
    )


def version(exercise: Exercise) -> str:
    """What a grade depends on beside the submission: kdl's version, and the bytes of the exercise and of the grader."""
    digest = hashlib.sha256()
    files = [*sorted(exercise.path.rglob("*.py")), *sorted(exercise.path.rglob("*.toml"))]
    for path in [*files, *sorted(Path(__file__).parent.glob("*.py"))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{__version__}+{digest.hexdigest()[:12]}"


def safe_name(student: str) -> str:
    """A file name for a student: two students never share one, not even where a file system ignores case."""
    reserved = re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", student)
    if re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,60}", student) and not student.endswith((".", ".tmp")) and not reserved:
        return student
    ascii_ = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode().lower()
    digest = hashlib.sha256(student.encode("utf-8", "surrogateescape")).hexdigest()[:10]
    return f"{re.sub(r'[^a-z0-9]+', '-', ascii_).strip('-')[:40] or 'student'}~{digest}"


def grade(
    exercise: Exercise,
    found: list[Found],
    out: Path,
    *,
    seed: int,
    sandbox: str,
    jobs: int,
    told: Callable[[dict, bool], None] = lambda row, again: None,
) -> list[dict]:
    """Grade what is not graded yet, and write everything.

    Args:
        told: called with each record, and whether it was there before.

    Returns:
        the records in the order of `found`.
    """
    for name in ("results", "evidence"):
        paths.made(out / name)
    grader, done, waiting = version(exercise), {}, []
    for one in found:
        job = Job(exercise.path, one.student, one.path, one.raw or b"", out, safe_name(one.student), seed, sandbox, grader)
        if one.raw is None:
            done[one.student] = _write(job, _row(job, exercise, MISSING, message=one.wrong))
        elif old := _graded(job, exercise):
            done[one.student] = old
            told(old, True)
        else:
            waiting.append(job)
    try:
        for row in _work(waiting, exercise, jobs):
            done[row["student"]] = row
            told(row, False)
    finally:
        rows = [done[one.student] for one in found if one.student in done]
        record.write_text(out / "grades.csv", gradebook.text(exercise, rows))
    return rows


def _work(waiting: list[Job], exercise: Exercise, jobs: int) -> Iterator[dict]:
    """Grade in `jobs` processes; where one of them dies, each file that was in work gets one more try, alone."""
    again: list[Job] = []
    yield from _pool(waiting, min(jobs, len(waiting)), again)
    for job in again:
        alone: list[Job] = []
        yield from _pool([job], 1, alone)
        if alone:
            yield _write(job, _row(job, exercise, TROUBLE, message="The process that grades it died, twice."))


def _pool(waiting: list[Job], jobs: int, again: list[Job]) -> Iterator[dict]:
    if not waiting:
        return
    context = multiprocessing.get_context("spawn")
    pool = futures.ProcessPoolExecutor(jobs, mp_context=context, initializer=_end_with_parent)
    try:
        work = {pool.submit(graded, job): job for job in waiting}
        for one in futures.as_completed(work):
            try:
                row = one.result()
            except futures.process.BrokenProcessPool:
                again.append(work[one])
            else:
                yield row
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _end_with_parent() -> None:
    """A worker whose parent was killed ends, too: nobody would read its answer, and it would wait for ever."""

    def wait() -> None:
        multiprocessing.parent_process().join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's: the file in work is finished


def graded(job: Job) -> dict:
    """Grade one file and write its record; runs in a worker."""
    exercise = _read(job.folder)
    evidence = job.out / "evidence" / f"{job.name}.py"
    try:
        with record.replacing(evidence) as scratch:
            scratch.write_bytes(job.raw)
        verdict = check.run(exercise, evidence, job.seed, sandbox=job.sandbox)
        verdict.source = dataclasses.replace(verdict.source, path=Path("submission.py"))
        text = page.text(verdict)
        found = {"result": verdict.result, "output": verdict.output, "seconds": verdict.seconds}
        row = _row(job, exercise, verdict.status, message=_message(verdict), **found)
    except KdlError as error:
        row, text = _row(job, exercise, TROUBLE, message=" ".join(filter(None, (error.what, error.why)))), None
    except Exception as error:  # our bug, in whatever form: this file has no score, and the others go on
        row, text = _row(job, exercise, TROUBLE, message=f"{type(error).__name__}: {error}"), None
    return _write(job, row, text)


def _message(verdict: check.Verdict) -> str | None:
    """Why the file, or a step of it, has no answer; None where every case got one."""
    if verdict.problem:
        return verdict.problem.message
    if told := [f"{verdict.exercise.step(name).title}: {found.message}" for name, found in verdict.step_problems.items()]:
        return " ".join(told)
    late = [one for many in verdict.outcomes.values() for one in many if one.reason in check.NO_ANSWER]
    if not late:
        return None
    more = f" ({len(late)} cases without an answer)" if len(late) > 1 else ""
    return f"{late[0].step.title}, {late[0].case.name}: {late[0].reason}, {late[0].detail}{more}"


@functools.cache
def _read(folder: Path) -> Exercise:
    return library.read(folder)


def _row(job: Job, exercise: Exercise, status: str, *, result=None, output="", message=None, seconds=None) -> dict:
    return {
        "schema": SCHEMA,
        "student": job.student,
        "file": job.path,
        "sha256": hashlib.sha256(job.raw).hexdigest() if status != MISSING else None,
        "exercise": exercise.id,
        "exercise_version": exercise.version,
        "grader_version": job.grader,
        "seed": job.seed,
        "status": status,
        "message": message,
        "seconds": seconds,
        "result": result,
        "output": output,
    }


def _write(job: Job, row: dict, text: str | None = None) -> dict:
    """The page first: where the record is there, everything is."""
    words = text or f"# {row['exercise']}\n\nNo grade: {row['message']}\n"
    record.write_text(job.out / "results" / f"{job.name}.md", words)
    record.write_json(job.out / "results" / f"{job.name}.json", row)
    return row


def _graded(job: Job, exercise: Exercise) -> dict | None:
    """The record of an earlier run, where the same bytes were judged by the same grader in no weaker a sandbox."""
    try:
        row = json.loads((job.out / "results" / f"{job.name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    same = {
        "schema": SCHEMA,
        "student": job.student,
        "sha256": hashlib.sha256(job.raw).hexdigest(),
        "exercise": exercise.id,
        "exercise_version": exercise.version,
        "grader_version": job.grader,
        "seed": job.seed,
    }
    if not isinstance(row, dict) or any(row.get(key) != value for key, value in same.items()):
        return None
    result = row.get("result")
    good = row.get("status") in (check.PASS, check.FAIL, check.ERROR) and isinstance(result, dict)
    return row if good and result.get("sandbox") in (job.sandbox, BWRAP, "none") else None
