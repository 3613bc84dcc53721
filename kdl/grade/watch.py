"""Judge a file at every save: a poller that works on any file system, and a process that is ready before it is needed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from kdl.errors import KdlError
from kdl.grade import check, child
from kdl.grade.check import Verdict
from kdl.grade.child import Child, Failed
from kdl.grade.exercise import Exercise
from kdl.grade.judge import Reference
from kdl.grade.step import Step

POLL_S = 0.02
IDLE_S = 600.0
GONE = 10  # looks in a row without a file: some editors take it away for a moment
FREE_MB = 2048  # must stay free for a process with Keras that only waits


class Changes:
    """Has the file changed since the last look? Saves by rename, half-written files and touches without a change are handled.

    Args:
        path: the file; it may be missing for a moment.
    """

    def __init__(self, path: Path):
        self.path = path
        self._seen: tuple | None = None
        self._digest = self._hash()

    def look(self) -> bool:
        """Call it every POLL_S: True once for every new content, when the file has kept still since the look before."""
        try:
            now = os.stat(self.path)
        except OSError:
            return False
        signature = (now.st_mtime_ns, now.st_size, now.st_ino)
        still, self._seen = signature == self._seen, signature
        if not still:
            return False
        digest = self._hash()
        if digest is None or digest == self._digest:
            return False
        self._digest = digest
        return True

    def _hash(self) -> bytes | None:
        try:
            return hashlib.sha256(self.path.read_bytes()).digest()
        except OSError:
            return None


class Watch:
    """Checks of one file, each in a process that was started, and has imported, before.

    Args:
        clock: seconds; an idle process is given up after IDLE_S of it.
    """

    def __init__(
        self, exercise: Exercise, path: Path, *, sandbox: str | None = None, clock: Callable[[], float] = time.monotonic
    ):
        self.exercise, self.path, self.sandbox, self.clock = exercise, path, sandbox, clock
        self.changes = Changes(path)
        self.spare: Child | None = None
        self._used = clock()
        self._made: dict[int, Reference] = {}
        self._last: int | None = None  # the seed of the last verdict, and one for the next
        self._fresh: int | None = None

    def judge(
        self, seed: int | None = None, *, first: int | None = None, on_step: Callable[[Step], None] | None = None
    ) -> Verdict:
        """One check, as `check.run` does it; `prepare` the next one when the learner has the verdict."""
        spare, self.spare = self.spare, None
        if spare is not None and spare.process.poll() is not None:  # something has ended it while it waited
            spare.close()
            spare = None
        seed = self._fresh if seed is None else seed
        how = {"first": first, "sandbox": self.sandbox, "spare": spare, "reference": self._reference}
        how["on_step"] = on_step
        verdict = check.run(self.exercise, self.path, seed, **how)
        self._used, self._last = self.clock(), verdict.seed
        if verdict.seed == self._fresh:
            self._fresh = None
        return verdict

    def _reference(self, exercise: Exercise, seed: int) -> Reference:
        if seed not in self._made:
            self._made[seed] = Reference(exercise, seed)
        return self._made[seed]

    def prepare(self) -> None:
        """Start the spare process, and make the cases of a seed that nobody has seen.

        Where that fails, the next check does it for itself and says why. A process with Keras imports at low priority, and
        is not started where memory is short.
        """
        heavy = self.exercise.runtime != "numpy"
        free = free_mb() if heavy else None
        if self.spare is None and (free is None or free > FREE_MB):
            try:
                self.spare = child.start(self.exercise, self.sandbox, low=heavy)
            except Failed:
                self.spare = None

        self._made = {seed: made for seed, made in self._made.items() if seed in (self._last, self._fresh)}
        if self._fresh is None:
            self._fresh = check.new_seed()
            with contextlib.suppress(KdlError):
                self._reference(self.exercise, self._fresh)

    def look(self) -> bool:
        """Is there something new to judge? An idle spare is given up on the way."""
        if self.spare is not None and self.clock() - self._used > IDLE_S:
            self.close()
        return self.changes.look()

    def close(self) -> None:
        if self.spare is not None:
            self.spare.close()
            self.spare = None


def free_mb() -> int | None:
    """Memory that new processes can have, in MiB; None where the system does not say."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) // 1024
    return None
