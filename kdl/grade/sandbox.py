"""How the learner's process is started: bubblewrap where it runs, else a plain process with limits.

The file system that bubblewrap shows is an allow-list: the system's libraries, the Python interpreter and the folder
that holds NumPy, all read-only, plus one scratch folder. Whatever of kdl lies inside those (a wheel in site-packages, a
checkout around the virtual environment, KDL_HOME) is covered by an empty mount. There is no network and no home.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kdl import content, paths
from kdl.grade import floors
from kdl.grade.exercise import Exercise

BWRAP, PROCESS = "bwrap", "process"
FILE_MB = 16
SCRATCH_BYTES, SHARED_BYTES = 64 * 2**20, 2**20
PROCESSES, THREADS_PER_CORE = 64, 4
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")
_SCRATCH = "/scratch"  # the only folder that can be written to inside bubblewrap
_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Plan:
    """What to start and under which limits; `job` is the folder made for it."""

    command: list[str]
    environment: dict[str, str]
    job: Path
    mode: str
    memory_mb: int
    marker: str

    def remove(self) -> None:
        """Delete the job folder, also where the learner's code has taken away its own rights to do so."""
        shutil.rmtree(self.job, onerror=_unlock)


def _unlock(function, path, _) -> None:
    with contextlib.suppress(OSError):
        os.chmod(os.path.dirname(path), 0o700)
        os.chmod(path, 0o700, follow_symlinks=False) if os.chmod in os.supports_follow_symlinks else None
        function(path)


def available() -> bool:
    """bubblewrap is installed; whether it *runs* here shows when a process is started with it."""
    return sys.platform == "linux" and shutil.which("bwrap") is not None


def plan(
    exercise: Exercise,
    mode: str,
    *,
    low: bool = False,
    space: Callable[[str, int], int | None] = floors.address_space_mb,
) -> Plan:
    """Make a job folder and the command that runs the runner in it.

    Args:
        exercise: whose limits and runtime to use.
        mode: "bwrap" or "process".
        low: import at low priority, for a process that nobody waits for yet.
        space: runtime and MiB of memory -> MiB of addresses, or None for no limit.
    """
    job = Path(tempfile.mkdtemp(prefix="kdl-job-"))
    work = job / "work"
    work.mkdir()
    for name in ("runner.py", "frames.py", "session.py"):
        shutil.copyfile(_HERE / name, job / name)
    memory_mb = exercise.limits.memory_mb
    settings = {
        "library": library(exercise.runtime),
        "imports": [exercise.runtime],
        "limits": limits(space(exercise.runtime, memory_mb), exercise.limits.check_s, mode),
        "low": low,
    }
    inside = mode == BWRAP
    place = "/job" if inside else str(job)
    scratch = _SCRATCH if inside else str(work)
    flags = ["-I", "-S", "-B", "-X", "utf8", "-W", "ignore::RuntimeWarning"]
    runner = [interpreter(), *flags, f"{place}/runner.py", json.dumps(settings)]
    command = [*_bwrap(job, packages(settings["library"], settings["imports"])), *runner] if inside else runner
    return Plan(command, environment(scratch, str(job)), job, mode, memory_mb, str(job))


def limits(space_mb: int | None, check_s: float, mode: str) -> dict[str, int]:
    """Resource limits by their name without RLIMIT_."""
    values = {
        "FSIZE": FILE_MB * 2**20,
        "CORE": 0,
        "CPU": int(4 * check_s) + 30,  # a backstop for a process whose judge was killed; imports count, too
    }
    if space_mb is not None:
        values["AS"] = space_mb * 2**20
    # NPROC counts every process of the user, so outside a namespace of its own it would depend on what else runs.
    if mode == BWRAP and os.geteuid() != 0:
        values["NPROC"] = PROCESSES + THREADS_PER_CORE * (os.cpu_count() or 1)
    return values


def environment(scratch: str, marker: str) -> dict[str, str]:
    """Everything the learner's process sees of the environment."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": scratch,
        "TMPDIR": scratch,
        "LANG": "C.UTF-8",
        "KDL_JOB": marker,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "KERAS_BACKEND": os.environ.get("KERAS_BACKEND", "tensorflow"),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        # Small arrays on the processor: no pools of threads to start, no device to wait for, the same numbers everywhere.
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "-1",
        "JAX_PLATFORMS": "cpu",
    }


def interpreter() -> str:
    """The Python that this virtual environment was made of: it needs no pyvenv.cfg and runs no .pth file."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def library(runtime: str) -> list[str]:
    """The folders that hold NumPy, and Keras where the exercise needs it."""
    folders = []
    for name in dict.fromkeys(("numpy", runtime)):
        spec = importlib.util.find_spec(name)
        if spec and spec.origin:
            folders.append(str(Path(spec.origin).resolve().parents[1]))
    return list(dict.fromkeys(folders))


def packages(folders: list[str], imports: list[str]) -> list[str]:
    """What of the libraries the sandbox shows: NumPy alone where that is the rule, so that no other import can work."""
    if "keras" in imports:
        return folders
    return [str(path) for folder in folders for path in (Path(folder, "numpy"), Path(folder, "numpy.libs")) if path.is_dir()]


def secrets(libraries: list[str] = ()) -> list[Path]:
    """Folders that hold solutions or the learner's progress.

    Args:
        libraries: folders of packages; a kdl that is installed there, or linked from there to a checkout, counts too.
    """
    folders = [content.PACKAGE, content.exercises(), content.quizzes(), paths.home(), paths.workspace()]
    if (content.PACKAGE.parent / "setup.cfg").is_file():
        folders.append(content.PACKAGE.parent)
    for folder in map(Path, libraries):
        folders += [folder / "kdl", *_checkouts(folder)]
    return list(dict.fromkeys(folder.resolve() for folder in folders))


def _checkouts(folder: Path) -> list[Path]:
    """Where the kdl that is installed in a folder of packages was installed from."""
    found = []
    for path in folder.glob("kdl_learn-*.dist-info/direct_url.json"):
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            url = urlsplit(json.loads(path.read_text(encoding="utf-8"))["url"])
            if url.scheme == "file":
                found.append(Path(unquote(url.path)))
    return found


def mounts(shown: list[Path], hidden: list[Path]) -> list[str]:
    """Arguments that show some folders read-only and cover others; the deeper path wins, and a cover wins a tie.

    A hidden folder needs a cover only where it lies inside something shown. Covers are read-only, too, once all is mounted.
    """
    covers = [path for path in hidden if any(path.is_relative_to(one) for one in shown) and path.is_dir()]
    rows = [(len(path.parts), 0, ["--ro-bind", str(path), str(path)]) for path in shown]
    rows += [(len(path.parts), 1, ["--size", "4096", "--tmpfs", str(path)]) for path in covers]
    shut = [word for path in covers for word in ("--remount-ro", str(path))]
    return [word for _, _, words in sorted(rows) for word in words] + shut


def _bwrap(job: Path, libraries: list[str]) -> list[str]:
    arguments = [shutil.which("bwrap"), "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    shown = []
    for name in _SYSTEM:
        path = Path(name)
        if path.is_symlink():
            arguments += ["--symlink", os.readlink(path), name]
        elif path.exists():
            shown.append(path)
    bases = [Path(getattr(sys, "base_exec_prefix", sys.base_prefix)).resolve(), Path(sys.base_prefix).resolve()]
    shown += [path for path in dict.fromkeys([*bases, *map(Path, libraries)]) if path not in shown]
    # What is installed beside the interpreter, another kdl perhaps, is not what the exercise needs.
    installed = [path for base in [Path("/usr"), Path("/usr/local"), *bases] for path in base.glob("lib/python3*/*-packages")]
    arguments += ["--size", str(SCRATCH_BYTES), "--tmpfs", "/tmp"]  # first: the virtual environment itself may lie below it
    arguments += mounts(shown, [*secrets(libraries), *(path for path in installed if path not in shown)])
    arguments += ["--proc", "/proc", "--dev", "/dev"]
    arguments += ["--ro-bind", str(job), "/job", "--size", str(SCRATCH_BYTES), "--tmpfs", _SCRATCH, "--chdir", _SCRATCH]
    arguments += ["--size", str(SHARED_BYTES), "--tmpfs", "/dev/shm"]
    return [*arguments, "--remount-ro", "/tmp", "--remount-ro", "/dev", "--remount-ro", "/"]
