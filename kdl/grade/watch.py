"""Judge a file at every save: a poller that works on any file system, and a process that is ready before it is needed."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from kdl.grade import check, child
from kdl.grade.check import Verdict
from kdl.grade.child import Child, Failed
from kdl.grade.exercise import Exercise

POLL_S = 0.1
IDLE_S = 600.0


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

    def judge(self, seed: int | None = None) -> Verdict:
        """One check; the next process starts while the learner reads."""
        spare, self.spare = self.spare, None
        verdict = check.run(self.exercise, self.path, seed, sandbox=self.sandbox, spare=spare)
        self._used = self.clock()
        self.prepare()
        return verdict

    def prepare(self) -> None:
        """Start the spare process; where that fails, the next check starts its own and says why."""
        if self.spare is None:
            try:
                self.spare = child.start(self.exercise, self.sandbox)
            except Failed:
                self.spare = None

    def look(self) -> bool:
        """Is there something new to judge? An idle spare is given up on the way."""
        if self.spare is not None and self.clock() - self._used > IDLE_S:
            self.close()
        return self.changes.look()

    def close(self) -> None:
        if self.spare is not None:
            self.spare.close()
            self.spare = None
