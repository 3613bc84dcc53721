"""The learner's code during one check: in a process that is started, asked, and replaced when it dies."""

from __future__ import annotations

import time

from kdl.errors import EnvironmentProblem
from kdl.grade import child
from kdl.grade.child import Failed
from kdl.grade.exercise import Exercise
from kdl.grade.inspect import Source
from kdl.grade.sandbox import BWRAP, PROCESS


class Learner:
    """The learner's code in a child that is replaced when it dies, so that a crash costs one case.

    Args:
        spare: a started child to use first; its sandbox is then that of the whole check.
    """

    def __init__(self, exercise: Exercise, source: Source, sandbox: str | None, spare: child.Child | None = None):
        self.exercise, self.source = exercise, source
        self.printed: dict[tuple[int, int], str] = {}
        self.truncated, self.processes = False, 0
        self.asked: list[tuple[int, int]] = []
        self.end = float("inf")
        self.most = child.FEW_BYTES  # of an answer that is read; see `judge.most_bytes`
        self.waited: child.Child | None = None  # the one that was waited for
        self.child: child.Child | None = spare
        self.free = sandbox is None  # to fall back on a plain process
        if spare is None:
            self._start(sandbox)
        else:
            self.mode = spare.plan.mode

    def _start(self, mode: str | None) -> None:
        try:
            self.child = child.start(self.exercise, mode)
        except Failed as error:
            raise _not_started(error) from error
        self.mode = self.child.plan.mode

    def _ready(self) -> None:
        """Wait for the imports. Bubblewrap may run and still hide a library: then a plain process does, and is told as such."""
        try:
            self.child.ready()
        except Failed as error:
            if not (self.free and self.processes == 1 and self.mode == BWRAP):
                raise _not_started(error) from error
            self.close()
            self._start(PROCESS)
            self.free = False
            self._ready()

    def load(self) -> dict:
        """Load the submission; the answer is that of `Session.do`. The time for the check runs from the first load."""
        if self.child is None:
            self._start(self.mode)
        if self.waited is not self.child:
            self.processes += 1
            begin = time.monotonic()
            self._ready()
            self.end += time.monotonic() - begin  # imports are not the learner's time
            self.waited = self.child
        if self.end == float("inf"):
            self.end = time.monotonic() + self.exercise.limits.check_s
        return self._ask({"op": "load", "source": self.source.text}, self.exercise.limits.call_s)

    def ask(self, request: dict) -> dict:
        """The answer of the loaded submission to one request.

        Raises:
            Failed: there is none; the next request goes to a new process.
        """
        if self.child is None and (answer := self.load())["status"] != "value":
            raise Failed("load", f"{answer.get('type')}: {answer.get('message')}")
        return self._ask(request, self.exercise.limits.call_s)

    def _ask(self, request: dict, seconds: float) -> dict:
        left = self.end - time.monotonic()
        if left <= 0:
            raise Failed("timeout", f"not run: the {self.exercise.limits.check_s:g} s for the whole check are used up")
        if request["op"] != "load":
            self.asked.append((self.processes, self.child.number + 1))
        try:
            return self.child.ask(request, min(seconds, left), self.most)
        except Failed:
            self.close()
            raise

    def close(self) -> None:
        """End the child, if there is one, and keep what it printed."""
        if self.child is not None:
            self.child.close()
            # What was printed before the first request is the noise of imports.
            self.printed |= {(self.processes, number): text for number, text in self.child.printed().items() if number}
            self.truncated |= self.child.truncated
            self.child = None


def _not_started(error: Failed) -> EnvironmentProblem:
    return EnvironmentProblem(
        "The process for your code cannot be started.", why=f"{error.detail}.", fix="`kdl doctor` checks the installation."
    )
