"""Whose run is it: the lock that a process holds on a run's folder, and whether the process that a record names is alive."""

from __future__ import annotations

import os
from pathlib import Path

LOCK = "lock"

_held: dict[Path, int] = {}  # folder -> descriptor of its open lock file; the system closes it when the process ends


def take(folder: Path) -> bool:
    """Hold `folder` until `release` or the end of this process; False where another process holds it.

    Taking twice in one process is one hold.

    Raises:
        OSError: the lock file cannot be made.
    """
    if folder in _held:
        return True
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    if not _locked(descriptor):
        os.close(descriptor)
        return False
    _held[folder] = descriptor
    return True


def release(folder: Path) -> None:
    """Let go of `folder`; nothing happens where it is not held."""
    descriptor = _held.pop(folder, None)
    if descriptor is not None:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    if os.name == "nt":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a network drive without locks: the process id in run.json still guards the run
        return True
    return True


def began(pid: int) -> int | None:
    """When a process started, in clock ticks since boot (field 22 of Linux's /proc/PID/stat); None where that is not told.

    With it a process id that the system has given to another process is known for what it is.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        return int(text.rpartition(")")[2].split()[19])  # the name, field 2, may hold spaces and brackets
    except (OSError, ValueError, IndexError):
        return None


def alive(pid, began_at=None) -> bool:
    """Does the process `pid` that started at `began_at` still run? On Windows always True: there only the lock knows."""
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
    now = began(pid)
    return began_at is None or now is None or now == began_at
