"""Does the sandbox run here, and what do the imports need: tried by starting the very process that a check starts."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from kdl.grade import floors, sandbox
from kdl.grade.child import Child, Failed, tree
from kdl.grade.exercise import Limits
from kdl.grade.sandbox import BWRAP, PROCESS

_STEPS = (1.25, 1.5, 2, 3, 4)
_ROUND_MB = 64


@dataclass(frozen=True)
class Bare:
    """As much of an exercise as a process without a submission needs."""

    runtime: str
    limits: Limits = Limits(call_s=20, check_s=60, memory_mb=4096)


@dataclass(frozen=True)
class Found:
    """`floor_mb` is None where it was not measured: no limit of address space on this system, or a GPU is visible."""

    mode: str
    floor_mb: int | None


def probe(runtime: str) -> Found | None:
    """Start the process for a runtime with all its limits, in bubblewrap if that runs; measure and store its floor.

    Returns:
        None where no such process becomes ready, in bubblewrap or without.
    """
    for mode in [BWRAP, PROCESS] if sandbox.available() else [PROCESS]:
        peak = _peak_mb(runtime, mode, None)
        if peak is None:
            continue
        if not peak or floors.address_space_mb(runtime, 0) is None:
            return Found(mode, None)
        for factor in _STEPS:
            limit = -int(-peak * factor // _ROUND_MB) * _ROUND_MB
            if _peak_mb(runtime, mode, limit) is not None:
                floors.store(runtime, limit)
                return Found(mode, limit)
    return None


def runs_in_bubblewrap(runtime: str) -> bool:
    """The process for a runtime becomes ready inside bubblewrap, under the limits that a check has."""
    if not sandbox.available():
        return False
    child = Child(sandbox.plan(Bare(runtime), BWRAP))
    try:
        return child.started() and _ready(child)
    finally:
        child.close()


def _peak_mb(runtime: str, mode: str, space_mb: int | None) -> int | None:
    """The most addresses one process had when it was ready, 0 where that cannot be seen; None where it did not get there."""
    child = Child(sandbox.plan(Bare(runtime), mode, space=lambda *_: space_mb))
    try:
        return max(map(_vm_peak_mb, tree(child.process.pid))) if child.started() and _ready(child) else None
    finally:
        child.close()


def _ready(child: Child) -> bool:
    with contextlib.suppress(Failed):
        child.ready()
        return True
    return False


def _vm_peak_mb(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmPeak:"):
                return int(line.split()[1]) // 1024
    return 0
