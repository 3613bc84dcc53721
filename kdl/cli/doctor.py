"""`kdl doctor`: one line a check, each with its cure."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from dataclasses import asdict, dataclass

import click

from kdl import paths
from kdl.cli import render
from kdl.errors import ENVIRONMENT, KdlError


@dataclass(frozen=True)
class Check:
    """The outcome of one check; `fix` is what to do where it failed."""

    name: str
    status: str
    detail: str
    fix: str | None = None


def python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    good = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return Check("python", "pass" if good else "fail", version, None if good else "Install Python 3.11, 3.12 or 3.13.")


def content() -> Check:
    from kdl import catalog, content
    from kdl.grade import exercise
    from kdl.quiz import library

    quizzes, exercises = content.quizzes(), content.exercises()
    bad = [*catalog.problems(), *exercise.problems(), *library.problems()]
    if bad:
        return Check("content", "fail", bad[0].what, bad[0].fix)
    counts = f"{len(catalog.models())} models, {len(catalog.tasks())} tasks, {len(catalog.pairs())} pairs"
    return Check("content", "pass", f"{counts}; {quizzes}, {exercises}")


def home() -> Check:
    folder = paths.made(paths.home())
    probe = folder / f".probe-{os.getpid()}"
    try:
        probe.write_bytes(b"x" * 4096)
    except OSError as error:
        return Check("home", "fail", f"{folder}: {error.strerror}", "Set KDL_HOME to a folder that you may write to.")
    finally:
        with contextlib.suppress(FileNotFoundError):
            probe.unlink()
    free = shutil.disk_usage(folder).free / 2**30
    if free < 1:
        return Check("home", "fail", f"{folder}: {free:.2f} GiB free", "Free some disk space; runs need about 1 GiB.")
    return Check("home", "pass", f"{folder}, {free:.0f} GiB free")


def database() -> Check:
    from kdl.store import database

    db = database.connect()
    try:
        with database.explained(paths.database()):
            verdict = db.execute("PRAGMA integrity_check").fetchone()[0]
            reviews = db.execute("SELECT COUNT(*) FROM review").fetchone()[0]
    finally:
        db.close()
    if verdict != "ok":
        return Check("database", "fail", verdict, "Put a backup in its place with `kdl restore FILE`, or move the file away.")
    return Check("database", "pass", f"{reviews} reviews, sound")


def scheduler() -> Check:
    import fsrs

    return Check("scheduler", "pass", f"fsrs with {len(fsrs.Scheduler().parameters)} parameters")


def keras() -> Check:
    """Import Keras and multiply two matrices: an installed backend is not always a working one."""
    from kdl import backend

    module = backend.start()
    value = float(module.ops.matmul(module.ops.ones((2, 3)), module.ops.ones((3, 2)))[0, 0])
    versions = backend.versions()
    if value != 3.0:
        return Check("keras", "fail", f"a matrix product gave {value}, not 3", "Install TensorFlow again.")
    return Check(
        "keras", "pass", f"Keras {versions['keras']} on {versions['backend']} {versions.get(versions['backend'], '')}".strip()
    )


def device() -> Check:
    from kdl import backend

    return Check("device", "pass", backend.device())


def sandbox() -> Check:
    return _sandbox("numpy")


def sandbox_keras() -> Check:
    return _sandbox("keras")


def _sandbox(runtime: str) -> Check:
    """Start the process that judges an exercise, and measure the address space that its imports need."""
    from kdl.grade import probe
    from kdl.grade.sandbox import BWRAP

    name = "sandbox" if runtime == "numpy" else f"sandbox_{runtime}"
    found = probe.probe(runtime)
    if found is None:
        return Check(name, "fail", f"no process with {runtime} starts", "Install kdl again, with its dependencies.")
    floor = f"its imports need {found.floor_mb:,} MiB of addresses" if found.floor_mb else "without a limit of address space"
    if found.mode == BWRAP:
        return Check(name, "pass", f"bubblewrap runs: {runtime} exercises are judged in it; {floor}")
    return Check(name, "skip", f"bubblewrap does not run; {runtime} exercises are judged in a plain process; {floor}")


def terminal() -> Check:
    encoding = getattr(sys.stdout, "encoding", None) or "unknown"
    colour = "colour" if render.colours() else "no colour"
    return Check("terminal", "pass", f"{encoding}, {render.width(500)} columns, {colour}")


CHECKS = (python, content, home, database, scheduler, keras, device, sandbox, sandbox_keras, terminal)


def examine(check) -> Check:
    """Run one check; an error in it is a failed check with the error's cure, never a crash of the doctor."""
    try:
        return check()
    except KdlError as error:
        return Check(check.__name__, "fail", error.what, error.fix)
    except Exception as error:
        return Check(check.__name__, "fail", f"{type(error).__name__}: {error}", "Install kdl again, with its dependencies.")


@click.command()
@click.option("--fast", is_flag=True, help="Leave out the checks that start Keras.")
@render.json_option
@click.pass_context
def command(ctx, fast, as_json):
    """Check this installation, one line a check; exit 4 when one fails.

    \b
    kdl doctor
    kdl doctor --json
    """
    checks = []
    for check in CHECKS:
        if fast and check in (keras, device, sandbox_keras):
            checks.append(Check(check.__name__, "skip", "left out by --fast"))
        else:
            checks.append(examine(check))
        if not as_json:
            _show(checks[-1])
    failed = [check for check in checks if check.status == "fail"]
    if as_json:
        render.emit({"schema": "kdl.doctor/1", "checks": [asdict(check) for check in checks]})
    elif failed:
        render.next_step("mend the lines marked FAIL, then kdl doctor")
    else:
        render.next_step("kdl     where you are, and what to do next")
    ctx.exit(ENVIRONMENT if failed else 0)


def _show(check: Check) -> None:
    colour = {"pass": "green", "fail": "red", "skip": "yellow"}[check.status]
    word = check.status.upper() if check.status == "fail" else check.status
    render.say(f"{render.style(word.ljust(4), fg=colour)}  {check.name.ljust(13)}  {check.detail}")
    if check.fix:
        render.say(f"      fix: {check.fix}")
